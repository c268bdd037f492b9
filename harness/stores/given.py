"""The user's own S3 server, named by --s3-endpoint and --s3-credentials, never by the environment."""

import json
from pathlib import Path

import urllib3
from minio.error import MinioAdminException
from pydantic import Field, ValidationError
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from harness.host.errors import HostError, InputError
from harness.scenario.strict import Strict
from harness.stores.server import Server


class Credentials(Strict):
    """What the user's JSON file holds."""

    access_key: str = Field(min_length=1, repr=False)
    secret_key: str = Field(min_length=1, repr=False)


def given_server(endpoint: str | None, credentials_file: Path | None) -> Server:
    """Return the user's server; raises InputError for what cannot be used, HostError if nothing answers."""
    if endpoint is None or credentials_file is None:
        raise InputError(
            "an S3 server of your own needs a URL and keys", "give --s3-endpoint and --s3-credentials"
        )
    url, keys = _checked(endpoint), _credentials(credentials_file)
    facts = {"server": "S3", "found": "--s3-endpoint", "endpoint": url}
    server = Server(url, keys.access_key, keys.secret_key, "given", facts)
    if not server.healthy():
        raise HostError(f"nothing answers at {url}", "see whether your S3 server runs")
    version = _minio_version(server)
    if version is not None:
        facts.update(server="MinIO", version=version)
    return server


def _checked(endpoint: str) -> str:
    """Return the URL without a slash at its end; it may hold nothing but scheme, host and port."""
    try:
        url = parse_url(endpoint)
    except LocationParseError:
        url = Url()
    if url.scheme not in ("http", "https") or not url.host or url.auth or (url.request_uri or "/") != "/":
        raise InputError("--s3-endpoint is no URL of a server", "write it like http://127.0.0.1:9000")
    return f"{url.scheme}://{url.netloc}"


def _credentials(path: Path) -> Credentials:
    try:
        return Credentials.model_validate_json(path.read_bytes())
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}", "name a JSON file") from None
    except ValidationError:  # which would quote the keys
        raise InputError(
            f"{path} is not a file of keys", 'write {"access_key": "...", "secret_key": "..."}'
        ) from None


def _minio_version(server: Server) -> str | None:
    """Return the version, if the server is a MinIO whose keys may ask for it."""
    try:
        return str(json.loads(server.admin().info())["servers"][0]["version"])
    except (MinioAdminException, urllib3.exceptions.HTTPError, ValueError, LookupError, TypeError):
        return None
