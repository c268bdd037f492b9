"""Where one image is kept, as a worker is told: a folder, an anonymous URL, or a key in a bucket.

An image that is one file, of a form other than OME-Zarr, is kept at just that place.
"""

from typing import Annotated, Literal

from pydantic import Field

from harness.scenario.strict import Strict

StoreKind = Literal["file", "http", "s3"]


class FileLocation(Strict):
    """A folder of this machine, or a file."""

    kind: Literal["file"] = "file"
    path: str


class HttpLocation(Strict):
    """A URL read without credentials and without listing, as public image archives are."""

    kind: Literal["http"] = "http"
    url: str


class S3Location(Strict):
    """A prefix (`key`, no slash at its ends) in a bucket, or an object, path-style addressed."""

    kind: Literal["s3"] = "s3"
    endpoint: str
    bucket: str
    key: str
    region: str = "us-east-1"
    access_key: str = Field(repr=False)
    secret_key: str = Field(repr=False)


Location = Annotated[FileLocation | HttpLocation | S3Location, Field(discriminator="kind")]


def below(location: FileLocation | HttpLocation | S3Location, path: str) -> Location:
    """Return the location of an image kept inside another, e.g. `labels/nuclei`."""
    if isinstance(location, FileLocation):
        return location.model_copy(update={"path": f"{location.path}/{path}"})
    if isinstance(location, HttpLocation):
        return location.model_copy(update={"url": f"{location.url}/{path}"})
    return location.model_copy(update={"key": f"{location.key}/{path}"})
