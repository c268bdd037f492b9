"""One request as MinIO's trace tells of it: what is kept, what its figures mean, and what is left out.

MinIO's record holds signatures, and the bodies of listings and errors; nothing of them is kept.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, unquote

from pydantic import BaseModel, Field

from harness.host.errors import HostError

_GIVEN = re.compile(r"bytes (\d+)-(\d+)/")
_SIGNED = re.compile(r"AWS4-HMAC-SHA256\s.*?Credential=([^,\s]+)")
_SIGNED_V2 = re.compile(r"AWS ([^:\s]+):")
_SIGNING = ("x-amz-", "signature", "awsaccesskeyid")  # how names in a query begin that sign it


@dataclass(frozen=True)
class Traced:
    """One request. Bytes are those of bodies as they cross the wire, without headers and chunk framing.

    `path` is percent-decoded, "/bucket/key". Where a key holds a percent sign and two hex digits of its own,
    that is decoded too: MinIO tells either the decoded path or the one it was sent, and not which.
    """

    method: str
    path: str
    query: str  # as sent, without what signs it
    range: str  # what was asked for ("bytes=0-9"); "": no range
    start: int | None  # what was given of the object (Content-Range), half-open
    stop: int | None
    status: int
    received: int  # bytes MinIO read; of a refused request perhaps not all that was sent
    sent: int  # bytes MinIO wrote; more than arrived where the client hung up
    user_agent: str
    access_key: str  # as the request claims; "": anonymous
    time: float  # when it began: s since the epoch, on MinIO's clock


class _Asked(BaseModel):
    time: datetime
    method: str
    path: str
    query: str = Field(default="", alias="rawquery")
    headers: dict[str, list[str]] = {}  # names as Go writes them, e.g. "User-Agent"

    def header(self, name: str) -> str:
        return ",".join(self.headers.get(name, ()))


class _Answered(BaseModel):
    headers: dict[str, list[str]] = {}
    status: int = Field(alias="statuscode")


class _Stats(BaseModel):
    taken: int = Field(alias="inputbytes")
    written: int = Field(alias="outputbytes")


class _Exchange(BaseModel):
    asked: _Asked = Field(alias="request")
    answered: _Answered = Field(alias="response")
    stats: _Stats


class _Record(BaseModel):
    http: _Exchange | None = None


def traced(line: bytes) -> Traced | None:
    """Read a line of the trace; None if it tells of no HTTP request. Raises HostError if it is no record."""
    try:
        exchange = _Record.model_validate_json(line).http
    except ValueError as problem:
        what = line[:80].decode("utf-8", "backslashreplace")
        raise HostError(
            f"MinIO's trace says what was not understood: {what!r}", "use the MinIO that the harness finds"
        ) from problem
    if exchange is None:
        return None
    asked, answered = exchange.asked, exchange.answered
    given = _GIVEN.match(",".join(answered.headers.get("Content-Range", ())))
    return Traced(
        method=asked.method,
        path=unquote(asked.path),
        query="&".join(part for part in asked.query.split("&") if not part.lower().startswith(_SIGNING)),
        range=asked.header("Range"),
        start=int(given[1]) if given else None,
        stop=int(given[2]) + 1 if given else None,
        status=answered.status,
        received=exchange.stats.taken - _headers(asked),
        # To HEAD nothing is sent, but MinIO counts the error that it would have told.
        sent=0 if asked.method == "HEAD" else exchange.stats.written,
        user_agent=asked.header("User-Agent"),
        access_key=_access_key(asked),
        time=asked.time.timestamp(),
    )


def _headers(asked: _Asked) -> int:
    """Return what MinIO adds to the bytes of a body: for each header its name, and 1 for each value."""
    return sum(len(name) + len(values) for name, values in asked.headers.items())


def _access_key(asked: _Asked) -> str:
    authorization = asked.header("Authorization")
    if signed := _SIGNED.match(authorization):
        return signed[1].rsplit("/", 4)[0]  # key/date/region/service/aws4_request
    if signed := _SIGNED_V2.match(authorization):
        return signed[1]
    query = parse_qs(asked.query)
    if "X-Amz-Credential" in query:
        return query["X-Amz-Credential"][0].rsplit("/", 4)[0]
    return query.get("AWSAccessKeyId", [""])[0]
