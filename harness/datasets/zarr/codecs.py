"""Decoding chains: from a chunk's stored bytes back to its array, in Zarr v2 as in v3.

A chain is what Zarr v3 calls "codecs": array to array, then array to bytes, then bytes to bytes. Decoding
goes backwards.
"""

import json
import math
from dataclasses import dataclass
from typing import Any, Protocol

import numcodecs
import numpy as np

from harness.datasets.zarr.compression import Room
from harness.datasets.zarr.dtypes import DataType, Fill
from harness.datasets.zarr.errors import FormatError, shown

# The most bytes that the strings of one chunk may take.
MAX_STRINGS_BYTES = 2**28


@dataclass(frozen=True)
class Chunk:
    """What a chunk is once it is decoded."""

    shape: tuple[int, ...]
    dtype: DataType
    fill: Fill

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """The length in memory; of strings, that of the references to them."""
        return self.size * self.dtype.numpy.itemsize

    def filled(self) -> np.ndarray:
        """Return an array that holds the fill value everywhere."""
        return np.full(self.shape, self.fill, self.dtype.numpy)


class ArrayStep(Protocol):
    """A codec from array to array."""

    def encoded_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the encoding."""

    def decode(self, array: np.ndarray) -> np.ndarray:
        """Return the array whose encoding this is."""


class Serializer(Protocol):
    """A codec from array to bytes."""

    def room(self, chunk: Chunk, /) -> Room:
        """Return the room for the bytes of a chunk."""

    def decode(self, data: bytes, chunk: Chunk) -> np.ndarray:
        """Return the chunk; raises FormatError where the bytes are not that chunk's."""


class ByteStep(Protocol):
    """A codec from bytes to bytes."""

    def encoded(self, room: Room) -> Room:
        """Return the room for the encoding of bytes that need this room."""

    def decode(self, data: bytes, room: Room) -> bytes:
        """Return the bytes whose encoding this is; raises FormatError where it can't, or there is no room."""


@dataclass(frozen=True)
class Chain:
    """The codecs of one array, in the order of encoding."""

    array_steps: tuple[ArrayStep, ...]
    serializer: Serializer
    byte_steps: tuple[ByteStep, ...]

    def rooms(self, chunk: Chunk) -> list[Room]:
        """Return the room before the first byte step and after each: the last is that of the stored bytes."""
        rooms = [self.serializer.room(self._encoded(chunk))]
        for step in self.byte_steps:
            rooms.append(step.encoded(rooms[-1]))
        return rooms

    def decode(self, data: bytes, chunk: Chunk) -> np.ndarray:
        """Return the array in native byte order; raises FormatError where the bytes are not that chunk's."""
        rooms = self.rooms(chunk)
        for step, room in zip(reversed(self.byte_steps), reversed(rooms[:-1]), strict=True):
            data = step.decode(data, room)
        array = self.serializer.decode(data, self._encoded(chunk))
        for array_step in reversed(self.array_steps):
            array = array_step.decode(array)
        return array

    def _encoded(self, chunk: Chunk) -> Chunk:
        shape = chunk.shape
        for step in self.array_steps:
            shape = step.encoded_shape(shape)
        return Chunk(shape, chunk.dtype, chunk.fill)


@dataclass(frozen=True)
class Transpose:
    """Axis `order[i]` becomes axis `i` (Zarr v3 "transpose"; order F of Zarr v2 is the axes reversed)."""

    order: tuple[int, ...]

    def encoded_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape with its axes in the new order."""
        return tuple(shape[axis] for axis in self.order)

    def original_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape whose `encoded_shape` this is."""
        return tuple(shape[self.order.index(axis)] for axis in range(len(shape)))

    def decode(self, array: np.ndarray) -> np.ndarray:
        """Return the array with its axes back in place."""
        return array.transpose([self.order.index(axis) for axis in range(array.ndim)])


@dataclass(frozen=True)
class Differences:
    """Each element less the one before it, in C order (extension codec "numcodecs.delta")."""

    def encoded_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the same shape."""
        return shape

    def decode(self, array: np.ndarray) -> np.ndarray:
        """Return the running sums."""
        with np.errstate(all="ignore"):
            sums: np.ndarray = numcodecs.Delta(dtype=array.dtype).decode(np.ascontiguousarray(array))
        return sums.reshape(array.shape)


@dataclass(frozen=True)
class Plain:
    """Elements of one length, C order (Zarr v3 "bytes"); `stored` has the byte order."""

    stored: np.dtype[Any]

    def room(self, chunk: Chunk) -> Room:
        """Return exactly the array's length."""
        return Room(chunk.size * self.stored.itemsize, exact=True)

    def decode(self, data: bytes, chunk: Chunk) -> np.ndarray:
        """Return the elements; raises FormatError for a wrong length or impossible elements."""
        expected = self.room(chunk).most
        if len(data) != expected:
            raise FormatError(f"the chunk has {len(data)} bytes, but its metadata need {expected}")
        array = np.frombuffer(data, self.stored).reshape(chunk.shape)
        if self.stored.kind == "b" and data and max(data) > 1:
            raise FormatError(f"a boolean is stored as byte {max(data)}")
        if self.stored.kind == "U":
            points = np.frombuffer(data, np.dtype("u4").newbyteorder(self.stored.byteorder))
            if ((points > 0x10FFFF) | ((points >= 0xD800) & (points <= 0xDFFF))).any():
                raise FormatError("a string holds what is not a Unicode character")
        return array.astype(chunk.dtype.numpy, copy=False)


@dataclass(frozen=True)
class Utf8:
    """Strings, each after its length, all after their number, as little-endian uint32 ("vlen-utf8")."""

    def room(self, _chunk: Chunk) -> Room:
        """Return the most that we take."""
        return Room(MAX_STRINGS_BYTES, exact=False)

    def decode(self, data: bytes, chunk: Chunk) -> np.ndarray:
        """Return an array of `str`; raises FormatError where the bytes end early, go on, or are not UTF-8."""
        count = int.from_bytes(data[:4], "little")
        if len(data) < 4 or count != chunk.size or len(data) < 4 + 4 * count:
            raise FormatError(f"a chunk of strings must hold {chunk.size} of them")
        strings = np.empty(count, object)
        at = 4
        for number in range(count):
            start = at + 4
            at = start + int.from_bytes(data[at:start], "little")
            if start > len(data) or at > len(data):
                raise FormatError(f"string {number} of the chunk is cut short")
            try:
                strings[number] = data[start:at].decode("utf-8")
            except UnicodeDecodeError:
                raise FormatError(f"string {number} of the chunk is not UTF-8") from None
        if at != len(data):
            raise FormatError("the chunk goes on after its last string")
        return strings.reshape(chunk.shape)


@dataclass(frozen=True)
class Json:
    """Any JSON values, nested by axis, then the type string and the shape (numcodecs "json2")."""

    def room(self, _chunk: Chunk) -> Room:
        """Return the most that we take."""
        return Room(MAX_STRINGS_BYTES, exact=False)

    def decode(self, data: bytes, chunk: Chunk) -> np.ndarray:
        """Return an array of objects; raises FormatError where the bytes are not such a list."""
        try:
            items = json.loads(data.decode("utf-8"))
        except (ValueError, RecursionError) as problem:
            raise FormatError(f"a chunk of JSON values is not JSON ({problem})") from None
        if not isinstance(items, list) or items[-1:] != [list(chunk.shape)]:
            raise FormatError(f"a chunk of JSON values must end with its shape {list(chunk.shape)}")
        flat = items[:-2]
        for length in chunk.shape[1:]:
            if any(not isinstance(row, list) or len(row) != length for row in flat):
                raise FormatError(f"a chunk of JSON values must be nested as its shape {list(chunk.shape)}")
            flat = [value for row in flat for value in row]
        if len(flat) != chunk.size:
            raise FormatError(
                f"a chunk of JSON values must hold {chunk.size} of them, not {shown(len(flat))}"
            )
        values = np.empty(chunk.size, object)
        for number, value in enumerate(flat):
            values[number] = value
        return values.reshape(chunk.shape)
