"""Pixels to canonical bytes, their digest, and their Zarr v3 data type name; what every worker does too."""

import hashlib
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from harness.conformance.kinds import TEXT

Array = np.ndarray[Any, np.dtype[Any]]

# numpy and Zarr v3 call these the same.
_NUMBERS = (
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128"
)
LENGTH = 4  # bytes before each string, for how many it has
_NAMED = {np.dtype(name): name for name in _NUMBERS.split()}


def v3_name(dtype: np.dtype[Any]) -> str:
    """Return the Zarr v3 name of a dtype, whatever its byte order; all text is `string`."""
    native = dtype.newbyteorder("=")
    if native in _NAMED:
        return _NAMED[native]
    if dtype.kind in TEXT:
        return "string"
    if dtype.names is not None:
        return "struct"
    return f"r{dtype.itemsize * 8}" if dtype.kind == "V" else str(native)


def canonical_bytes(array: Array) -> bytes | memoryview:
    """Return little-endian C-order bytes: structs packed, each string as UTF-8 after its uint32 length."""
    if array.dtype.kind in TEXT:
        texts = (str(text).encode() for text in array.ravel())
        return b"".join(len(text).to_bytes(LENGTH, "little") + text for text in texts)
    plain = np.ascontiguousarray(array, _packed_little_endian(array.dtype))
    return plain.ravel().view(np.uint8).data


def digest(array: Array) -> str:
    """Return the SHA-256 (hexadecimal) of the canonical bytes."""
    return hashlib.sha256(canonical_bytes(array)).hexdigest()


def from_canonical_bytes(
    raw: bytes, dtype: str, shape: Sequence[int], like: np.dtype[Any] | None = None
) -> Array:
    """Return the array that a worker saved; raises ValueError if the bytes don't fit dtype and shape.

    `like` is the dtype that was to be expected: the name `struct` does not tell the fields.
    """
    if dtype == "string":
        return _texts(raw, math.prod(shape)).reshape(tuple(shape))
    plain = _named(dtype, like)
    if len(raw) != math.prod(shape) * plain.itemsize:
        raise ValueError(f"{len(raw)} bytes are not an array of shape {list(shape)} and dtype {dtype}")
    return np.frombuffer(raw, plain).reshape(tuple(shape))


def _named(dtype: str, like: np.dtype[Any] | None) -> np.dtype[Any]:
    """Return the little-endian dtype of a Zarr v3 name."""
    if dtype == "struct" and like is not None and like.names is not None:
        return _packed_little_endian(like)
    try:
        return np.dtype(f"V{int(dtype[1:]) // 8}" if dtype[:1] == "r" else dtype).newbyteorder("<")
    except (TypeError, ValueError):
        raise ValueError(f"'{dtype}' is not a data type that pixels can have") from None


def _texts(raw: bytes, count: int) -> Array:
    texts = np.empty(count, object)
    rest = memoryview(raw)
    for i in range(count):
        length, rest = rest[:LENGTH], rest[LENGTH:]
        text = rest[: int.from_bytes(length, "little")]
        if len(length) < LENGTH:
            raise ValueError(f"the bytes end after {i} of {count} strings")
        if len(text) < int.from_bytes(length, "little"):
            raise ValueError(f"string {i} ends beyond the bytes")
        texts[i] = str(text, "utf-8")
        rest = rest[len(text) :]
    if rest:
        raise ValueError(f"{len(rest)} bytes are left over after {count} strings")
    return texts


def _packed_little_endian(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return np.dtype((_packed_little_endian(base), shape))
    if dtype.names is not None:
        return np.dtype([(name, _packed_little_endian(dtype[name])) for name in dtype.names])
    return dtype.newbyteorder("<")
