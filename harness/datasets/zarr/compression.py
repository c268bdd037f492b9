"""Compression and checksums, both ways. Decoding never makes more bytes than it has room for.

Zarr v3 codecs "blosc", "gzip", "zstd", "crc32c"; in Zarr v2 also "zlib", "lz4" and "bz2". What is decoded may
be hostile, so lengths that the libraries would believe are read and checked first.
"""

import bz2
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import google_crc32c
import numcodecs

from harness.datasets.zarr.errors import FormatError

SHUFFLES = ("noshuffle", "shuffle", "bitshuffle")  # by their numbers in Zarr v2

_ZSTD_MAGIC = bytes.fromhex("28b52ffd")
_ZSTD_BLOCK_BYTES = 2**17  # the most that a block gives
_ROOM_TO_TRY = 2**24  # bytes that a frame may give in the worst case, although less would fit
_LIBRARY_ERRORS = (RuntimeError, ValueError, TypeError, EOFError, OSError, zlib.error)


@dataclass(frozen=True)
class Room:
    """How many bytes decoding may give: at most so many, or exactly so many."""

    most: int
    exact: bool


@dataclass(frozen=True)
class Compression:
    """A compressor with its settings."""

    name: Literal["blosc", "gzip", "zlib", "zstd", "lz4", "bz2"]
    compress: Callable[[bytes], bytes]

    def encoded(self, room: Room) -> Room:
        """Return the room for its encoding: no compressor of these doubles what it cannot compress."""
        return Room(2 * room.most + 4096, exact=False)

    def encode(self, data: bytes) -> bytes:
        """Return the compressed bytes, equal ones for equal data; raises FormatError where it cannot."""
        try:
            return self.compress(data)
        except _LIBRARY_ERRORS as problem:
            raise FormatError(f"{self.name} cannot encode it ({problem})") from problem

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


@dataclass(frozen=True)
class _ZstdHeader:
    """The header of a frame (RFC 8878, "Frame_Header")."""

    checksum: bool
    window: bytes  # its descriptor; empty where the content is the window
    content: int | None  # the length of the content, where it is told
    nbytes: int  # before the first block


def without_content_size(compression: Compression) -> Compression:
    """Return zstd whose frames don't tell how long their content is, as those of streaming writers."""
    return replace(compression, compress=lambda data: _untold(compression.compress(data)))


def _untold(frame: bytes) -> bytes:
    header = _zstd_header(frame)
    window = header.window
    if not window:  # a power of two, from 2**10, that holds all of the content
        window = bytes([max(0, ((header.content or 1) - 1).bit_length() - 10) << 3])
    return _ZSTD_MAGIC + bytes([4 if header.checksum else 0]) + window + frame[header.nbytes :]


def _zstd(data: bytes, room: Room) -> bytes:
    header = _zstd_header(data)
    length = room.most if header.content is None and room.exact else header.content
    if length is None:
        if _zstd_most(data, header) > max(room.most, _ROOM_TO_TRY):
            raise FormatError("zstd data don't say how long they are, and may be too long")
        return bytes(numcodecs.Zstd().decode(data))
    _fits("zstd", length, room)
    decoded = bytearray(length)
    numcodecs.Zstd().decode(data, out=decoded)  # raises unless it fills all of it
    return bytes(decoded)


def _zstd_header(data: bytes) -> _ZstdHeader:
    if data[:4] != _ZSTD_MAGIC or len(data) < 5:
        raise FormatError("zstd data don't begin with a frame")
    descriptor = data[4]
    single_segment = bool(descriptor & 0x20)
    length = (1 if single_segment else 0, 2, 4, 8)[descriptor >> 6]
    window = b"" if single_segment else data[5:6]
    start = 5 + (0 if single_segment else 1) + (0, 1, 2, 4)[descriptor & 3]
    declared = data[start : start + length]
    if len(declared) < length:
        raise FormatError("zstd data are cut short")
    content = int.from_bytes(declared, "little") + (256 if length == 2 else 0) if length else None
    return _ZstdHeader(bool(descriptor & 4), window, content, start + length)


def _zstd_most(data: bytes, header: _ZstdHeader) -> int:
    """Return the most that a frame can give, by its blocks (RFC 8878, "Blocks")."""
    most, at, last = 0, header.nbytes, False
    while not last:
        block = int.from_bytes(data[at : at + 3], "little")
        if len(data) < at + 3:
            raise FormatError("zstd data are cut short")
        last, kind, size = bool(block & 1), block >> 1 & 3, block >> 3
        most += size if kind < 2 else _ZSTD_BLOCK_BYTES  # raw, one byte repeated, or compressed
        at += 3 + (1 if kind == 1 else size)
    if at + (4 if header.checksum else 0) != len(data):
        raise FormatError("zstd data go on after their frame")
    return most


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


def _bz2(data: bytes, room: Room) -> bytes:
    part = bz2.BZ2Decompressor()
    decoded = part.decompress(data, room.most + 1)
    if len(decoded) > room.most:
        raise FormatError(f"it unpacks to more than {room.most} bytes")
    if not part.eof or part.unused_data:
        raise FormatError("compressed data are cut short, or go on after their end")
    return decoded


_DECODERS: dict[str, Callable[[bytes, Room], bytes]] = {
    "blosc": _blosc,
    "gzip": _deflate(31),
    "zlib": _deflate(15),
    "zstd": _zstd,
    "lz4": _lz4,
    "bz2": _bz2,
}
