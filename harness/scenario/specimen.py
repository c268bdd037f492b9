"""A specimen: one small hierarchy written out node by node, with every corner that a recipe does not have.

Its metadata documents stand here as they are stored: whatever they declare, our encoder carries out.
"""

from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from harness.scenario.strict import Strict

SPECIMEN_NAME = r"^[a-z0-9][a-z0-9._+-]{0,99}$"

# ramp: different along each axis; extremes: smallest, largest, NaN and the like in turn; random: by the name
Values = Literal["ramp", "extremes", "random"]
# checkered: those whose indices have an odd sum
Absent = Literal["none", "checkered", "all"]


class ArrayNode(Strict):
    """One array: its document, its pixels, and what of them is stored."""

    metadata: dict[str, Any] = Field(description="`.zarray`, or `zarr.json` with its attributes")
    attributes: dict[str, Any] = Field(default={}, description="`.zattrs`; Zarr v2 only")
    values: Values = "ramp"
    absent: Absent = Field(default="none", description="Chunks (of sharded arrays: shards) not stored")
    absent_inner: Absent = Field(default="none", description="Inner chunks not stored in their shards")
    separator_on_disk: Literal["/", "."] | None = Field(
        default=None, description="What the keys have, where the document declares another or none"
    )
    zstd_content_size: bool = Field(default=True, description="Whether frames of zstd tell their size")


class Specimen(Strict):
    """A hierarchy, and what a tool is to make of it. Paths are below its root, which is ''."""

    name: str = Field(pattern=SPECIMEN_NAME)
    title: str = ""
    urls: tuple[str, ...] = Field(default=(), description="Where this corner was fought over")
    zarr_format: Literal[2, 3]
    ome_zarr: Literal["0.4", "0.5", "0.6"]
    groups: dict[str, dict[str, Any]] = Field(default={}, description="Attributes of each group")
    arrays: dict[str, ArrayNode] = {}
    files: dict[str, str] = Field(default={}, description="Texts put in as they are, by key")
    folder: str | None = Field(default=None, description="A folder whose files are taken as they are")
    array: str | None = Field(default=None, description="Work on this array by its path, on no image")
    consolidated: Literal["absent", "present", "stale"] = "absent"  # stale: from before there were arrays
    must: Literal["read", "refuse", "either"] = "read"
    valid: bool | None = Field(default=None, description="Whether it is what OME-Zarr's specification asks")
    kind: str = Field(default="image", description="What it claims to be: image, label, plate, well, ...")

    @model_validator(mode="after")
    def _has_what_it_names(self) -> Self:
        if self.array is not None and self.folder is None and self.array not in self.arrays:
            raise ValueError(f"array '{self.array}' is not among its arrays")
        return self

    @cached_property
    def worked_on(self) -> str | None:
        """The path of the array that is read: the one named, or the largest level of the image."""
        if self.array is not None:
            return self.array
        attributes = self.groups.get("", {})
        try:
            path = attributes.get("ome", attributes)["multiscales"][0]["datasets"][0]["path"]
        except (LookupError, TypeError, AttributeError):  # no image, or a broken one
            return None
        return path if isinstance(path, str) else None

    @cached_property
    def shape(self) -> tuple[int, ...] | None:
        """The shape of the array that is read, where it is known before it is built."""
        node = self.arrays.get(self.worked_on or "")
        shape = node.metadata.get("shape") if node else None
        return tuple(shape) if isinstance(shape, list) else None

    @cached_property
    def chunks(self) -> tuple[int, ...] | None:
        """The shape of what is compressed at once: the chunks; of shards, the inner chunks."""
        node = self.arrays.get(self.worked_on or "")
        return _chunks(node.metadata) if node else None

    @cached_property
    def sharded(self) -> bool:
        """Whether any of its arrays has shards."""
        return any(_sharding(node.metadata) for node in self.arrays.values())


def _sharding(metadata: dict[str, Any]) -> dict[str, Any] | None:
    codecs = [
        codec for codec in metadata.get("codecs", []) if isinstance(codec, dict)
    ]  # others are names alone
    return next((codec for codec in codecs if codec.get("name") == "sharding_indexed"), None)


def _chunks(metadata: dict[str, Any]) -> tuple[int, ...] | None:
    chunks = metadata.get("chunks")  # Zarr v2
    if chunks is None:
        regular = _sharding(metadata) or metadata.get("chunk_grid", {})
        chunks = regular.get("configuration", {}).get("chunk_shape")
    return tuple(chunks) if isinstance(chunks, list) else None
