"""Shards: many inner chunks and their index in one object (Zarr v3 codec "sharding_indexed")."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

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

    def encode(self, entries: Sequence[tuple[int, int]]) -> bytes:
        """Return offset and length of each inner chunk in C order, as they are stored."""
        data = np.array(entries, self._stored()).tobytes()
        return Checksum().encode(data) if self.checksum else data

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
        entries: list[list[int]] = np.frombuffer(index, self._stored()).reshape(-1, 2).tolist()
        return entries

    def _stored(self) -> np.dtype[np.uint64]:
        return np.dtype("<u8" if self.endian == "little" else ">u8")


WRITTEN_INDEX = ShardIndex("end", "little", checksum=True)  # of the arrays that recipes ask for


@dataclass(frozen=True)
class Sharded:
    """The serializer that makes shards."""

    chunk_shape: tuple[int, ...]
    chain: Chain
    index: ShardIndex
    left_out: frozenset[tuple[int, ...]] = frozenset()  # inner chunks, by their places, not to be written

    def room(self, chunk: Chunk) -> Room:
        """Return room for every inner chunk and the index."""
        count = math.prod(_grid(chunk.shape, self.chunk_shape))
        return Room(
            count * self.chain.rooms(self._inner(chunk))[-1].most + self.index.nbytes(count), exact=False
        )

    def encode(self, array: np.ndarray, chunk: Chunk) -> bytes:
        """Return the shard: inner chunks one after another in C order, and their index."""
        grid = _grid(chunk.shape, self.chunk_shape)
        inner = self._inner(chunk)
        parts: list[bytes] = []
        entries: list[tuple[int, int]] = []
        offset = self.index.nbytes(math.prod(grid)) if self.index.location == "start" else 0
        for place in _places(grid):
            if place in self.left_out:
                entries.append((ABSENT, ABSENT))
                continue
            data = self.chain.encode(cell(array, place, self.chunk_shape), inner)
            parts.append(data)
            entries.append((offset, len(data)))
            offset += len(data)
        index = self.index.encode(entries)
        return b"".join([index, *parts] if self.index.location == "start" else [*parts, index])

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


def box(place: tuple[int, ...], lengths: tuple[int, ...]) -> tuple[slice, ...]:
    """Return the slices of the cell at this place of a regular grid."""
    return tuple(slice(p * length, (p + 1) * length) for p, length in zip(place, lengths, strict=True))


def cell(array: np.ndarray, place: tuple[int, ...], lengths: tuple[int, ...]) -> np.ndarray:
    """Return the part of an array in a cell of a regular grid: an array also where there are no axes."""
    where: tuple[Any, ...] = (*box(place, lengths), ...)
    part: np.ndarray = array[where]
    return part


def _grid(shape: tuple[int, ...], lengths: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(whole // part for whole, part in zip(shape, lengths, strict=True))


def _places(grid: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return itertools.product(*map(range, grid))
