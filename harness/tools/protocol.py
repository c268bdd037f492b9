"""The protocol codec: requests to lines, lines to answers. Pure; docs/protocol.md says it in prose.

JSON, one object per line, at most 1 MiB. Every request has an `id`, every answer echoes it.
"""

import json
from typing import Any, Literal

from pydantic import Field, ValidationError

from harness.scenario.image import Axis, Image
from harness.scenario.location import Location
from harness.scenario.recipe import Codec, Method
from harness.scenario.region import Region
from harness.scenario.strict import Strict

PROTOCOL = 1
MAX_LINE = 1024 * 1024


class ProtocolError(Exception):
    """The worker's line is not an answer to the request: one sentence of why."""


class Hello(Strict):
    """Introduce yourself, and take these settings."""

    operation: Literal["hello"] = "hello"
    protocol: int = PROTOCOL
    configuration: str
    settings: dict[str, Any]


class NullRequest(Strict):
    """Do nothing."""

    operation: Literal["null"] = "null"


class ListRequest(Strict):
    """Name the arrays below the image."""

    operation: Literal["list"] = "list"
    store: Location


class InspectRequest(Strict):
    """Say what the metadata say."""

    operation: Literal["inspect"] = "inspect"
    store: Location


class OpenRequest(Strict):
    """Open a level, by its index in the multiscales metadata, and keep it under the handle you answer."""

    operation: Literal["open"] = "open"
    store: Location
    level: int


class OpenArrayRequest(Strict):
    """Open an array by its path below the store's place ('': the place itself); answer like `open`."""

    operation: Literal["open_array"] = "open_array"
    store: Location
    path: str


class ValidateRequest(Strict):
    """Say whether this is valid OME-Zarr, and why not: by the group's attributes alone, or all below it.

    `kind` is what it claims to be: image, label, plate, well, ...
    """

    operation: Literal["validate"] = "validate"
    store: Location
    scope: Literal["attributes", "hierarchy"]
    kind: str


class ReadRequest(Strict):
    """Read a region of an open level; with `save_to`, also save it there, raw, little-endian, C order."""

    operation: Literal["read"] = "read"
    handle: str
    region: Region
    save_to: str | None = None


class DownsampleRequest(Strict):
    """Reduce a region of an open level by whole blocks, and answer like `read`."""

    operation: Literal["downsample"] = "downsample"
    handle: str
    region: Region  # no dropped axes, steps of 1
    factor: tuple[int, ...]
    method: Method
    save_to: str | None = None


class CloseRequest(Strict):
    """Let go of an open level."""

    operation: Literal["close"] = "close"
    handle: str


class RawInput(Strict):
    """The pixels to write: a raw file, little-endian, C order."""

    path: str
    dtype: str
    shape: tuple[int, ...]


class AskedImage(Strict):
    """What a written image must be. Lists are in the order of `axes`."""

    ome_zarr: Literal["0.4", "0.5"]
    name: str
    axes: tuple[Axis, ...]
    scale: tuple[float, ...]  # of level 0
    chunks: tuple[int, ...]
    shards: tuple[int, ...] | None
    codec: Codec
    separator: Literal["/", "."]
    levels: int
    factor: tuple[int, ...]  # from one level to the next
    method: Method


class WriteRequest(Strict):
    """Write an image to an empty place; with `overwrite`, an older image may be there, to be replaced."""

    operation: Literal["write"] = "write"
    store: Location
    input: RawInput
    image: AskedImage
    overwrite: bool = False


class WriteRegionsRequest(Strict):
    """Write regions of the input into a level of the image that is there; others write other regions."""

    operation: Literal["write_regions"] = "write_regions"
    store: Location
    level: int
    input: RawInput  # all of the level
    regions: tuple[Region, ...]  # no dropped axes, steps of 1


class ProbeRequest(Strict):
    """An operation that does not exist: an honest worker answers `unsupported`."""

    operation: str


class Bye(Strict):
    """Answer, then end."""

    operation: Literal["bye"] = "bye"


Request = (
    Hello
    | NullRequest
    | ListRequest
    | InspectRequest
    | OpenRequest
    | OpenArrayRequest
    | ReadRequest
    | DownsampleRequest
    | CloseRequest
    | WriteRequest
    | WriteRegionsRequest
    | ValidateRequest
    | ProbeRequest
    | Bye
)


class Timing(Strict):
    """What the worker measured around the operation itself, digesting excluded."""

    wall_ns: int = Field(ge=0)
    cpu_ns: int = Field(ge=0)  # of the whole process, all threads
    peak_rss_bytes: int | None = Field(default=None, ge=0)


class WorkerError(Strict):
    """The tool raised."""

    type: str
    message: str


class Answer(Strict):
    """Any answer; which fields are there depends on the operation."""

    id: int
    error: WorkerError | None = None
    unsupported: str | None = None  # why
    warnings: tuple[str, ...] = ()
    timing: Timing | None = None
    # hello
    protocol: int | None = None
    tool: str | None = None
    version: str | None = None
    language: str | None = None
    packages: dict[str, str] = {}
    operations: tuple[str, ...] = ()
    settings: dict[str, Any] = {}
    # open
    handle: str | None = None
    # open, read, downsample
    dtype: str | None = None
    shape: tuple[int, ...] | None = None
    # read, downsample
    sha256: str | None = None
    # list
    arrays: tuple[str, ...] | None = None
    # inspect
    image: Image | None = None
    # validate
    valid: bool | None = None
    messages: tuple[str, ...] = ()


def encode(number: int, request: Request) -> bytes:
    """Return the line that carries a request."""
    body = {"id": number, **request.model_dump(mode="json")}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode(number: int, line: bytes) -> Answer:
    """Return the answer to request `number` that the line carries; raises ProtocolError."""
    shown = line[:120].decode("utf-8", "replace")
    try:
        answer = Answer.model_validate_json(line)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ProtocolError(
            f"not an answer: {where + ': ' if where else ''}{first['msg']} in {shown!r}"
        ) from None
    if answer.id != number:
        raise ProtocolError(f"answered request {answer.id}, but request {number} was asked")
    return answer
