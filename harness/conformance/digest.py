"""Pixels to canonical bytes, their digest, and their Zarr v3 data type name; what every worker does too."""

import hashlib
import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

# numpy and Zarr v3 call these the same.
_NUMBERS = (
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128"
)
_NAMED = {np.dtype(name): name for name in _NUMBERS.split()}


def v3_name(dtype: np.dtype[Any]) -> str:
    """Return the Zarr v3 name of a dtype, whatever its byte order; all text is `string`."""
    native = dtype.newbyteorder("=")
    if native in _NAMED:
        return _NAMED[native]
    if dtype.kind in "OUT":
        return "string"
    if dtype.names is not None:
        return "struct"
    return f"r{dtype.itemsize * 8}" if dtype.kind == "V" else str(native)


def canonical_bytes(array: Array) -> bytes | memoryview:
    """Return little-endian C-order bytes: structs packed, each string as UTF-8 after its uint32 length."""
    if array.dtype.kind in "OUT":
        texts = (str(text).encode() for text in array.ravel())
        return b"".join(struct.pack("<I", len(text)) + text for text in texts)
    plain = np.ascontiguousarray(array.astype(_packed_little_endian(array.dtype), copy=False))
    return plain.reshape(-1).view(np.uint8).data


def digest(array: Array) -> str:
    """Return the SHA-256 (hexadecimal) of the canonical bytes."""
    return hashlib.sha256(canonical_bytes(array)).hexdigest()


def from_canonical_bytes(raw: bytes, dtype: str, shape: Sequence[int]) -> Array:
    """Return the array that a worker saved; raises ValueError if the bytes don't fit dtype and shape."""
    if dtype == "string":
        return _texts(raw, math.prod(shape)).reshape(tuple(shape))
    try:
        plain = np.dtype(f"V{int(dtype[1:]) // 8}" if dtype[:1] == "r" else dtype).newbyteorder("<")
    except (TypeError, ValueError):
        raise ValueError(f"'{dtype}' is not a data type that pixels can have") from None
    if len(raw) != math.prod(shape) * plain.itemsize:
        raise ValueError(f"{len(raw)} bytes are not an array of shape {list(shape)} and dtype {dtype}")
    return np.frombuffer(raw, plain).reshape(tuple(shape))


def _texts(raw: bytes, count: int) -> Array:
    texts = np.empty(count, object)
    at = 0
    for i in range(count):
        if at + 4 > len(raw):
            raise ValueError(f"the bytes end after {i} of {count} strings")
        (length,) = struct.unpack_from("<I", raw, at)
        if at + 4 + length > len(raw):
            raise ValueError(f"string {i} ends beyond the bytes")
        texts[i] = raw[at + 4 : at + 4 + length].decode()
        at += 4 + length
    if at != len(raw):
        raise ValueError(f"{len(raw) - at} bytes are left over after {count} strings")
    return texts


def _packed_little_endian(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return np.dtype((_packed_little_endian(base), shape))
    if dtype.names is not None:
        return np.dtype([(name, _packed_little_endian(dtype[name])) for name in dtype.names])
    return dtype.newbyteorder("<")
