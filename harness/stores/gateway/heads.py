"""Heads of requests and answers: their headers as they were sent, but those that end at a gateway."""

import re
from collections.abc import Iterable

from aiohttp import web

Headers = list[tuple[bytes, bytes]]

# RFC 9110, 7.6.1: these are between two neighbours
_HOP_BY_HOP = frozenset(
    {
        *(b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate", b"proxy-authorization"),
        *(b"te", b"trailer", b"transfer-encoding", b"upgrade"),
    }
)
_AUTHORITY = re.compile(r"https?://[^/?]*", re.IGNORECASE)


def end_to_end(raw: Iterable[tuple[bytes, bytes]]) -> tuple[Headers, bool]:
    """Return the headers that are passed on, and whether the connection is to be closed."""
    named: set[bytes] = set()
    headers: Headers = []
    for name, value in raw:
        lower = name.lower()
        if lower == b"connection":
            named.update(part.strip().lower() for part in value.split(b","))
        elif lower not in _HOP_BY_HOP:
            headers.append((name, value))
    if named - {b"close", b"keep-alive"}:
        headers = without(headers, *named)
    return headers, b"close" in named


def value_of(headers: Headers, name: bytes) -> bytes:
    """Return the value of a header, which is named in lower case; empty if it is not there."""
    return next((value for key, value in headers if key.lower() == name), b"")


def without(headers: Headers, *names: bytes) -> Headers:
    """Return the headers but those with these names, which are in lower case."""
    return [(key, value) for key, value in headers if key.lower() not in names]


def with_value(headers: Headers, name: bytes, value: bytes) -> Headers:
    """Return the headers with another value in place of that of `name`, which is in lower case."""
    return [(key, value if key.lower() == name else old) for key, old in headers]


def length_of(headers: Headers) -> int | None:
    """Return the length of the body that is announced, None where none is."""
    value = value_of(headers, b"content-length")
    return int(value) if value.isdigit() else None


def target_of(request: web.BaseRequest) -> str | None:
    """Return the path and query that are asked for, as they were sent; None where there is no path."""
    target = request.raw_path
    if target.startswith("/"):
        return target
    authority = _AUTHORITY.match(target)
    if authority is None:
        return None
    rest = target[authority.end() :]
    return rest if rest.startswith("/") else f"/{rest}"


def head_bytes(status: int, reason: str, headers: Headers) -> bytes:
    """Return a status line and headers as they are sent."""
    lines = [f"HTTP/1.1 {status} {reason}".encode(), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"
