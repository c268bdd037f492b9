"""What a request is about: told from its path and query, and from what the session is known to use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, unquote

from harness.results.wire import KeyKind

# What follows `?` of a bucket's listing; anything else there (e.g. `location`) is no listing.
_LISTING = frozenset(
    {
        *("list-type", "prefix", "delimiter", "marker", "start-after", "continuation-token", "max-keys"),
        *("encoding-type", "fetch-owner", "metadata", "versions", "key-marker", "version-id-marker", "x-id"),
    }
)
_SIGNING = ("x-amz-", "signature", "awsaccesskeyid", "expires")


@dataclass(frozen=True)
class Watch:
    """What a session is about."""

    prefix: str  # "<bucket>/<dataset>"; keys are what follows it and "/". Empty: nothing is below it
    kind: Callable[[str], Literal["metadata", "chunk", "shard", "other"]]  # of a key below the prefix
    index_bytes: Callable[[str], int]  # length of the index, at the end of the shard under this key


@dataclass(frozen=True)
class Subject:
    """What one request is about."""

    key: str  # below the prefix; of a listing, the prefix that is listed; elsewhere, the whole path
    kind: KeyKind
    below: bool  # the prefix


def subject(watch: Watch, method: str, target: str) -> Subject:
    """Return what a request is about; `target` is its path and query, as sent."""
    raw, _, query = target.partition("?")
    path = _decoded(raw)
    bucket, slash, name = path[1:].partition("/")
    if method == "GET" and bucket and not name and is_listing(query):
        listed = dict(parse_qsl(query, keep_blank_values=True, errors="replace")).get("prefix", "")
        inside = below(watch.prefix, f"{bucket}/{listed}")
        return Subject(listed if inside is None else inside, "listing", below=inside is not None)
    key = below(watch.prefix, bucket + slash + name)
    if key is None:
        return Subject(path, "other", below=False)
    return Subject(key, watch.kind(key), below=True)


def below(prefix: str, path: str) -> str | None:
    """Return what follows the prefix and "/" of a path, None where nothing does."""
    start = unquote(prefix) + "/"
    return path.removeprefix(start) if prefix and path.startswith(start) else None


def is_listing(query: str) -> bool:
    """Tell whether the query of a GET of a bucket asks for its objects."""
    names = (name.lower() for name, _ in parse_qsl(query, keep_blank_values=True, errors="replace"))
    return all(name in _LISTING or name.startswith(_SIGNING) for name in names)


def names_in(target: str) -> frozenset[str]:
    """Return the names in a target's query."""
    query = target.partition("?")[2]
    return frozenset(name for name, _ in parse_qsl(query, keep_blank_values=True, errors="replace"))


def _decoded(raw: str) -> str:
    """Return a path as text that can be stored: bytes that are no UTF-8 are replaced."""
    return unquote(raw.encode("utf-8", "replace").decode("utf-8"), errors="replace")
