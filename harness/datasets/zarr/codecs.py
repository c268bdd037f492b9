"""Chains of codecs: from a chunk's array to its stored bytes and back, in Zarr v2 as in v3.

A chain is what Zarr v3 calls "codecs": array to array, then array to bytes, then bytes to bytes. Decoding
goes backwards.
"""

import json
import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from harness.datasets.zarr.compression import Room
from harness.datasets.zarr.dtypes import DataType, check_elements
from harness.datasets.zarr.errors import FormatError, is_text, shown
from harness.datasets.zarr.fills import Fill
from harness.datasets.zarr.filters import Filter

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

    def encoded(self, chunk: Chunk) -> Chunk:
        """Return what the chunk is in its encoding."""

    def encode(self, array: np.ndarray) -> np.ndarray:
        """Return the encoding."""

    def decode(self, array: np.ndarray) -> np.ndarray:
        """Return the array whose encoding this is."""


class Serializer(Protocol):
    """A codec from array to bytes."""

    def room(self, chunk: Chunk, /) -> Room:
        """Return the room for the bytes of a chunk."""

    def encode(self, array: np.ndarray, chunk: Chunk) -> bytes:
        """Return the bytes of a chunk; raises FormatError for an array that has none."""

    def decode(self, data: bytes, chunk: Chunk) -> np.ndarray:
        """Return the chunk; raises FormatError where the bytes are not that chunk's."""


class ByteStep(Protocol):
    """A codec from bytes to bytes."""

    def encoded(self, room: Room) -> Room:
        """Return the room for the encoding of bytes that need this room."""

    def encode(self, data: bytes) -> bytes:
        """Return the encoding; raises FormatError for bytes that have none."""

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
        rooms = [self.serializer.room(self.encoded(chunk))]
        for step in self.byte_steps:
            rooms.append(step.encoded(rooms[-1]))
        return rooms

    def encode(self, array: np.ndarray, chunk: Chunk) -> bytes:
        """Return the stored bytes of an array of the chunk's shape; raises FormatError where it has none."""
        for array_step in self.array_steps:
            array = array_step.encode(array)
        data = self.serializer.encode(array, self.encoded(chunk))
        for step in self.byte_steps:
            data = step.encode(data)
        return data

    def decode(self, data: bytes, chunk: Chunk) -> np.ndarray:
        """Return the array in native byte order; raises FormatError where the bytes are not that chunk's."""
        rooms = self.rooms(chunk)
        for step, room in zip(reversed(self.byte_steps), reversed(rooms[:-1]), strict=True):
            data = step.decode(data, room)
        array = self.serializer.decode(data, self.encoded(chunk))
        for array_step in reversed(self.array_steps):
            array = array_step.decode(array)
        return array

    def encoded(self, chunk: Chunk) -> Chunk:
        """Return what comes to the serializer."""
        for step in self.array_steps:
            chunk = step.encoded(chunk)
        return chunk


@dataclass(frozen=True)
class Transpose:
    """Axis `order[i]` becomes axis `i` (Zarr v3 "transpose"; order F of Zarr v2 is the axes reversed)."""

    order: tuple[int, ...]

    def encoded(self, chunk: Chunk) -> Chunk:
        """Return the chunk with its axes in the new order."""
        return Chunk(tuple(chunk.shape[axis] for axis in self.order), chunk.dtype, chunk.fill)

    def original_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape that becomes this one."""
        return tuple(shape[self.order.index(axis)] for axis in range(len(shape)))

    def encode(self, array: np.ndarray) -> np.ndarray:
        """Return the array with its axes in the new order."""
        return array.transpose(self.order)

    def decode(self, array: np.ndarray) -> np.ndarray:
        """Return the array with its axes back in place."""
        return array.transpose([self.order.index(axis) for axis in range(array.ndim)])


@dataclass(frozen=True)
class Sums:
    """A filter over all elements in C order (extension codecs like "numcodecs.delta")."""

    filter: Filter
    dtype: DataType  # of what is encoded

    def encoded(self, chunk: Chunk) -> Chunk:
        """Return the chunk with the type of the encoding; nothing says what its fill value would be."""
        return Chunk(chunk.shape, self.dtype, chunk.fill)

    def encode(self, array: np.ndarray) -> np.ndarray:
        """Return the encoded elements."""
        return self.filter.forth(np.ascontiguousarray(array)).reshape(array.shape)

    def decode(self, array: np.ndarray) -> np.ndarray:
        """Return the elements as they were."""
        return self.filter.back(np.ascontiguousarray(array)).reshape(array.shape)


@dataclass(frozen=True)
class Plain:
    """Elements of one length, C order (Zarr v3 "bytes"); `stored` has the byte order."""

    stored: np.dtype[Any]

    def room(self, chunk: Chunk) -> Room:
        """Return exactly the array's length."""
        return Room(chunk.size * self.stored.itemsize, exact=True)

    def encode(self, array: np.ndarray, _chunk: Chunk) -> bytes:
        """Return the elements in C order."""
        return array.astype(self.stored, copy=False).tobytes()

    def decode(self, data: bytes, chunk: Chunk) -> np.ndarray:
        """Return the elements; raises FormatError for a wrong length or impossible elements."""
        expected = self.room(chunk).most
        if len(data) != expected:
            raise FormatError(f"the chunk has {len(data)} bytes, but its metadata need {expected}")
        array = np.frombuffer(data, self.stored).reshape(chunk.shape)
        check_elements(array)
        return array.astype(chunk.dtype.numpy, copy=False)


@dataclass(frozen=True)
class Utf8:
    """Strings, each after its length, all after their number, as little-endian uint32 ("vlen-utf8")."""

    def room(self, _chunk: Chunk) -> Room:
        """Return the most that we take."""
        return Room(MAX_STRINGS_BYTES, exact=False)

    def encode(self, array: np.ndarray, chunk: Chunk) -> bytes:
        """Return the strings; raises FormatError for what is no string of Unicode characters."""
        parts = [chunk.size.to_bytes(4, "little")]
        for value in array.flat:
            if not isinstance(value, str) or not is_text(value):
                raise FormatError(f"{shown(value)} is not a string of Unicode characters")
            text = value.encode("utf-8")
            parts += [len(text).to_bytes(4, "little"), text]
        return b"".join(parts)

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

    def encode(self, array: np.ndarray, chunk: Chunk) -> bytes:
        """Return the values; raises FormatError for one that JSON doesn't have."""
        items = array.tolist() if chunk.shape else [array.item()]
        try:
            text = json.dumps([*items, "|O", list(chunk.shape)], allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError) as problem:
            raise FormatError(f"a chunk of JSON values is not JSON ({problem})") from None
        return text.encode()

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
