"""Compression and checksums, both ways. Decoding never makes more bytes than it has room for.

Zarr v3 codecs "blosc", "gzip", "zstd", "crc32c"; in Zarr v2 also "zlib" and "lz4". What is decoded may be
hostile, so lengths that the libraries would believe are read and checked first.
"""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import google_crc32c
import numcodecs
import numpy as np

from harness.datasets.zarr.errors import FormatError
from harness.scenario.recipe import Codec

SHUFFLES = ("noshuffle", "shuffle", "bitshuffle")  # by their numbers in Zarr v2

_ZSTD_MAGIC = bytes.fromhex("28b52ffd")
_LIBRARY_ERRORS = (RuntimeError, ValueError, TypeError, EOFError, zlib.error)


@dataclass(frozen=True)
class Room:
    """How many bytes decoding may give: at most so many, or exactly so many."""

    most: int
    exact: bool


def compressor(codec: Codec) -> Callable[[np.ndarray], bytes]:
    """Return the function that makes a chunk's bytes of a contiguous array; equal arrays give equal bytes."""
    compress = _compress(codec)
    return (lambda array: Checksum().encode(compress(array))) if codec.crc32c else compress


def _compress(codec: Codec) -> Callable[[np.ndarray], bytes]:
    if codec.name == "none":
        return lambda array: array.tobytes()
    if codec.name == "gzip":  # numcodecs would write the time of day into it
        return lambda array: gzip.compress(array.tobytes(), codec.level, mtime=0)
    library: Any
    if codec.name == "blosc":
        shuffle = SHUFFLES.index(codec.shuffle)
        library = numcodecs.Blosc(cname=codec.cname, clevel=codec.level, shuffle=shuffle)
    elif codec.name == "zstd":
        library = numcodecs.Zstd(level=codec.level, checksum=codec.checksum)
    else:
        library = numcodecs.Zlib(level=codec.level)
    return lambda array: bytes(library.encode(array))


@dataclass(frozen=True)
class Compression:
    """A compressor's way back."""

    name: Literal["blosc", "gzip", "zlib", "zstd", "lz4"]

    def encoded(self, room: Room) -> Room:
        """Return the room for its encoding: no compressor of these doubles what it cannot compress."""
        return Room(2 * room.most + 4096, exact=False)

    def decode(self, data: bytes, room: Room) -> bytes:
        """Return what was compressed; raises FormatError where it cannot, or where there is no room."""
        try:
            decoded = _DECODERS[self.name](data, room)
        except FormatError:
            raise
        except _LIBRARY_ERRORS as problem:
            raise FormatError(f"{self.name} cannot decode it ({problem})") from problem
        _fits(self.name, len(decoded), room)
        return decoded


@dataclass(frozen=True)
class Checksum:
    """The crc32c of all bytes, little-endian, after them."""

    def encoded(self, room: Room) -> Room:
        """Return the room for the bytes with their checksum."""
        return Room(room.most + 4, room.exact)

    def encode(self, data: bytes) -> bytes:
        """Return the bytes with their checksum."""
        checksum: int = google_crc32c.value(data)
        return data + checksum.to_bytes(4, "little")

    def decode(self, data: bytes, room: Room) -> bytes:
        """Return the bytes without their checksum; raises FormatError where it is wrong."""
        body, stored = data[:-4], data[-4:]
        if len(stored) < 4 or google_crc32c.value(body) != int.from_bytes(stored, "little"):
            raise FormatError("the crc32c checksum is wrong")
        _fits("crc32c", len(body), room)
        return body


def _fits(name: str, length: int, room: Room) -> None:
    if length > room.most or (room.exact and length != room.most):
        bound = "" if room.exact else "at most "
        raise FormatError(f"{name} holds {length} bytes, but it must be {bound}{room.most}")


def _blosc(data: bytes, room: Room) -> bytes:
    if len(data) < 16:
        raise FormatError("blosc data are shorter than their header")
    if int.from_bytes(data[12:16], "little") > len(data):
        raise FormatError("blosc data are cut short")
    _fits("blosc", int.from_bytes(data[4:8], "little"), room)
    return bytes(numcodecs.Blosc().decode(data))


def _lz4(data: bytes, room: Room) -> bytes:
    _fits("lz4", int.from_bytes(data[:4], "little"), room)
    return bytes(numcodecs.LZ4().decode(data))


def _zstd(data: bytes, room: Room) -> bytes:
    content = _zstd_content_bytes(data)
    if content is None and not room.exact:
        raise FormatError("zstd data don't say how long they are, and nothing else does")
    length = room.most if content is None else content
    _fits("zstd", length, room)
    decoded = bytearray(length)
    numcodecs.Zstd().decode(data, out=decoded)  # raises unless it fills all of it
    return bytes(decoded)


def _zstd_content_bytes(data: bytes) -> int | None:
    """Return the length that the first frame declares, None where it does not (RFC 8878, "Frame_Header")."""
    if data[:4] != _ZSTD_MAGIC or len(data) < 5:
        raise FormatError("zstd data don't begin with a frame")
    descriptor = data[4]
    single_segment = bool(descriptor & 0x20)
    length = (1 if single_segment else 0, 2, 4, 8)[descriptor >> 6]
    if length == 0:
        return None
    start = 5 + (0 if single_segment else 1) + (0, 1, 2, 4)[descriptor & 3]
    declared = data[start : start + length]
    if len(declared) < length:
        raise FormatError("zstd data are cut short")
    return int.from_bytes(declared, "little") + (256 if length == 2 else 0)


def _deflate(wbits: int) -> Callable[[bytes, Room], bytes]:
    def decode(data: bytes, room: Room) -> bytes:
        decoded = b""
        while True:  # a gzip file may have several members
            part = zlib.decompressobj(wbits)
            decoded += part.decompress(data, room.most + 1 - len(decoded))
            if len(decoded) > room.most:
                raise FormatError(f"it unpacks to more than {room.most} bytes")
            if not part.eof:
                raise FormatError("compressed data are cut short")
            data = part.unused_data
            if not data:
                return decoded

    return decode


_DECODERS: dict[str, Callable[[bytes, Room], bytes]] = {
    "blosc": _blosc,
    "gzip": _deflate(31),
    "zlib": _deflate(15),
    "zstd": _zstd,
    "lz4": _lz4,
}
