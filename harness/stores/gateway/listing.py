"""Listings without the objects that a fault hides."""

import re
import zlib
from urllib.parse import unquote_plus
from xml.sax.saxutils import unescape

from harness.stores.gateway.heads import Headers, value_of, with_value, without

MOST_BYTES = 1 << 25  # of a listing; S3 gives at most 1,000 keys at once
_ENTRY = re.compile(rb"<(Contents|Version)>.*?</\1>", re.DOTALL)
_KEY = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL)
_COUNT = re.compile(rb"<KeyCount>(\d+)</KeyCount>")
_ENCODED = re.compile(rb"<EncodingType>\s*url\s*</EncodingType>")
_ENTITIES = {"&quot;": '"', "&#34;": '"', "&apos;": "'", "&#39;": "'"}


def hide(body: bytes, hidden: frozenset[str]) -> bytes:
    """Return a listing (S3's XML) without the entries of some keys, which are whole names in the bucket."""
    encoded = bool(_ENCODED.search(body))
    gone = 0

    def left(entry: re.Match[bytes]) -> bytes:
        nonlocal gone
        key = _KEY.search(entry[0])
        if key is None or _name(key[1], encoded=encoded) not in hidden:
            return entry[0]
        gone += 1
        return b""

    body = _ENTRY.sub(left, body)
    if not gone:
        return body
    return _COUNT.sub(lambda count: b"<KeyCount>%d</KeyCount>" % max(int(count[1]) - gone, 0), body)


def opened(body: bytes, headers: Headers) -> tuple[bytes, Headers]:
    """Return a body as it is without gzip, and headers that fit it; raises ValueError if it is damaged."""
    if value_of(headers, b"content-encoding").lower() != b"gzip":
        return body, headers
    gzip = zlib.decompressobj(wbits=31)
    try:
        plain = gzip.decompress(body, MOST_BYTES)
    except zlib.error as problem:
        raise ValueError(f"the listing is no gzip: {problem}") from problem
    return plain, without(headers, b"content-encoding")


def fitted(body: bytes, headers: Headers) -> Headers:
    """Return headers that announce the length of this body."""
    length = b"%d" % len(body)
    if value_of(headers, b"content-length"):
        return with_value(headers, b"content-length", length)
    return [*headers, (b"Content-Length", length)]


def _name(raw: bytes, *, encoded: bool) -> str:
    name = unescape(raw.decode("utf-8", "replace"), _ENTITIES)
    return unquote_plus(name) if encoded else name
