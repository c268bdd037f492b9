"""Shards: many inner chunks and their index in one object (Zarr v3 codec "sharding_indexed")."""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.datasets.zarr.codecs import Chain, Chunk
from harness.datasets.zarr.compression import Checksum, Room
from harness.datasets.zarr.errors import FormatError

ABSENT = 2**64 - 1  # as offset and as length: the inner chunk is not stored
_ENTRY_BYTES = 16


@dataclass(frozen=True)
class ShardIndex:
    """How the index is stored."""

    location: Literal["start", "end"]
    endian: Literal["little", "big"]
    checksum: bool

    def nbytes(self, chunks: int) -> int:
        """Return its length for so many inner chunks."""
        return _ENTRY_BYTES * chunks + (4 if self.checksum else 0)

    def decode(self, data: bytes, chunks: int) -> list[list[int]]:
        """Return offset and length of each inner chunk in C order; raises FormatError for a bad index."""
        length = self.nbytes(chunks)
        if len(data) < length:
            raise FormatError(f"the shard has {len(data)} bytes, but its index alone takes {length}")
        index = data[:length] if self.location == "start" else data[len(data) - length :]
        if self.checksum:
            try:
                index = Checksum().decode(index, Room(_ENTRY_BYTES * chunks, exact=True))
            except FormatError as problem:
                raise FormatError(f"in the shard's index {problem}") from None
        stored = np.dtype("<u8" if self.endian == "little" else ">u8")
        entries: list[list[int]] = np.frombuffer(index, stored).reshape(-1, 2).tolist()
        return entries


WRITTEN_INDEX = ShardIndex("end", "little", checksum=True)  # as `encode_shard` writes it


@dataclass(frozen=True)
class Sharded:
    """The serializer that decodes shards."""

    chunk_shape: tuple[int, ...]
    chain: Chain
    index: ShardIndex

    def room(self, chunk: Chunk) -> Room:
        """Return room for every inner chunk and the index."""
        count = math.prod(_grid(chunk.shape, self.chunk_shape))
        return Room(
            count * self.chain.rooms(self._inner(chunk))[-1].most + self.index.nbytes(count), exact=False
        )

    def decode(self, data: bytes, chunk: Chunk) -> np.ndarray:
        """Return the shard's array; absent inner chunks hold the fill value. Raises FormatError."""
        grid = _grid(chunk.shape, self.chunk_shape)
        entries = self.index.decode(data, math.prod(grid))
        inner = self._inner(chunk)
        shard = chunk.filled()
        for place, (offset, length) in zip(_places(grid), entries, strict=True):
            if offset == ABSENT and length == ABSENT:
                continue
            if offset + length > len(data):
                raise FormatError(f"inner chunk {list(place)} lies outside the shard")
            try:
                array = self.chain.decode(data[offset : offset + length], inner)
            except FormatError as problem:
                raise FormatError(f"inner chunk {list(place)}: {problem}") from None
            shard[box(place, self.chunk_shape)] = array
        return shard

    def _inner(self, chunk: Chunk) -> Chunk:
        return Chunk(self.chunk_shape, chunk.dtype, chunk.fill)


def encode_shard(
    block: np.ndarray,
    shard_shape: tuple[int, ...],
    chunk_shape: tuple[int, ...],
    encode_chunk: Callable[[np.ndarray], bytes],
) -> bytes:
    """Return a shard with its index at the end, little-endian, with crc32c.

    `block` is the part of the array in this shard: smaller than the shard at the array's edge. Inner chunks
    wholly beyond the edge are absent; every other one is stored, whatever it holds.
    """
    parts: list[bytes] = []
    entries: list[tuple[int, int]] = []
    offset = 0
    for place in _places(_grid(shard_shape, chunk_shape)):
        part = block[box(place, chunk_shape)]
        if part.size == 0:
            entries.append((ABSENT, ABSENT))
            continue
        data = encode_chunk(part)
        parts.append(data)
        entries.append((offset, len(data)))
        offset += len(data)
    return b"".join([*parts, Checksum().encode(np.array(entries, "<u8").tobytes())])


def box(place: tuple[int, ...], lengths: tuple[int, ...]) -> tuple[slice, ...]:
    """Return the slices of the cell at this place of a regular grid."""
    return tuple(slice(p * length, (p + 1) * length) for p, length in zip(place, lengths, strict=True))


def _grid(shape: tuple[int, ...], lengths: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(whole // part for whole, part in zip(shape, lengths, strict=True))


def _places(grid: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return itertools.product(*map(range, grid))
