"""Requests that a fault changes are signed anew: the client's signature is of what it asked for itself."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from harness.stores.gateway.heads import Headers, value_of, without
from harness.stores.signed import signed_headers

_SIGNING = ("x-amz-", "signature", "awsaccesskeyid", "expires")  # how names in a query begin that sign it


@dataclass(frozen=True)
class Keys:
    """A pair of keys of the store's owner; never shown."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


def signed_anew(method: str, target: str, headers: Headers, keys: Keys | None) -> tuple[str, Headers]:
    """Return target and headers of a request without a body, signed with the store's own keys.

    One that was not signed stays as it is; so does every other, if there are no keys.
    """
    path, _, query = target.partition("?")
    if keys is None or not (value_of(headers, b"authorization") or _is_presigned(query)):
        return target, headers
    kept = "&".join(part for part in query.split("&") if not part.lower().startswith(_SIGNING))
    target = f"{path}?{kept}" if kept else path
    rest = [(name, value) for name, value in headers if not name.lower().startswith(b"x-amz-")]
    url = urlsplit(f"http://{value_of(headers, b'host').decode()}{target}")
    signed = signed_headers(method, url, keys.access_key, keys.secret_key)
    rest = without(rest, b"host", b"authorization", b"date")
    return target, rest + [(name.encode(), value.encode()) for name, value in signed.items()]


def _is_presigned(query: str) -> bool:
    names = {name.lower() for name in parse_qs(query, keep_blank_values=True)}
    return bool(names & {"x-amz-signature", "signature"})
