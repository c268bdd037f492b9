"""Filters of numcodecs, which does the sums: from bytes to bytes in Zarr v2, mostly array to array in v3.

Type strings in their configurations are read by us, never by numpy, which takes far more than we want.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numcodecs
import numpy as np

from harness.datasets.zarr.compression import Room
from harness.datasets.zarr.dtypes import from_v2
from harness.datasets.zarr.errors import FormatError, shown


@dataclass(frozen=True)
class Filter:
    """One filter, and the types of its elements before and after it, byte order included."""

    name: str
    library: Any  # its numcodecs codec
    decoded: np.dtype[Any]
    stored: np.dtype[Any]
    lossy: bool = False

    def encoded(self, room: Room) -> Room:
        """Return the room for the filtered bytes."""
        return Room(room.most // self.decoded.itemsize * self.stored.itemsize, room.exact)

    def encode(self, data: bytes) -> bytes:
        """Return the filtered bytes; raises FormatError where these are no whole elements."""
        if len(data) % self.decoded.itemsize:
            raise FormatError(f"{self.name} cannot encode {len(data)} bytes")
        return self.forth(np.frombuffer(data, self.decoded)).tobytes()

    def decode(self, data: bytes, room: Room) -> bytes:
        """Return the bytes as they were; raises FormatError for a length that cannot be."""
        if len(data) % self.stored.itemsize or (room.exact and len(data) != self.encoded(room).most):
            raise FormatError(f"{self.name} cannot decode {len(data)} bytes")
        return self.back(np.frombuffer(data, np.uint8)).tobytes()

    def forth(self, array: np.ndarray) -> np.ndarray:
        """Return the filtered elements, in one row; raises FormatError where the sums can't be done."""
        return self._done(self.library.encode, array) if array.size else np.empty(0, self.stored)

    def back(self, array: np.ndarray) -> np.ndarray:
        """Return the elements as they were, in one row; raises FormatError where the sums can't be done."""
        return self._done(self.library.decode, array)

    def _done(self, do: Callable[[np.ndarray], np.ndarray], array: np.ndarray) -> np.ndarray:
        try:
            with np.errstate(all="ignore"):  # of wild floats
                return np.asarray(do(array))
        except (ArithmeticError, TypeError, ValueError) as problem:
            raise FormatError(f"{self.name} cannot be done ({problem})") from problem


def filter_from(config: Mapping[str, Any], item: np.dtype[Any], where: str) -> Filter:
    """Return the filter of a configuration with its numcodecs id; raises FormatError for one we don't know.

    `item` is the type of the elements that come to it, as far as it is known.
    """
    name = config.get("id")
    if name == "shuffle":
        size = config.get("elementsize", 4)
        if type(size) is not int or not 1 <= size <= 256:
            raise FormatError(f"{where}: elementsize must be from 1 to 256, not {shown(size)}")
        element = np.dtype(f"V{size}")
        return Filter("shuffle", numcodecs.Shuffle(size), element, element)
    if name == "bitround":  # rounding cannot be undone
        return _rounding(config, item, where)
    if name not in ("delta", "fixedscaleoffset"):
        raise FormatError(f"{where}: unknown filter {shown(name)}")
    dtype = _number(config.get("dtype"), where)
    astype = _number(config.get("astype", config.get("dtype")), where)
    if name == "delta":
        lossy = dtype.kind == "f" or astype != dtype
        return Filter("delta", numcodecs.Delta(dtype, astype), dtype, astype, lossy)
    scale, offset = config.get("scale"), config.get("offset")
    for value in (scale, offset):
        if not isinstance(value, int | float) or abs(value) > 1e300 or math.isnan(value):
            raise FormatError(f"{where}: scale and offset must be numbers, not {shown(value)}")
    if scale == 0:
        raise FormatError(f"{where}: scale must not be 0")
    library = numcodecs.FixedScaleOffset(offset=offset, scale=scale, dtype=dtype, astype=astype)
    return Filter("fixedscaleoffset", library, dtype, astype, lossy=True)


def _rounding(config: Mapping[str, Any], item: np.dtype[Any], where: str) -> Filter:
    keep = config.get("keepbits")
    if item.kind != "f":
        raise FormatError(f"{where}: bitround needs floating point numbers")
    most = np.finfo(item).nmant
    if type(keep) is not int or not 0 <= keep <= most:
        raise FormatError(f"{where}: keepbits must be from 0 to {most}, not {shown(keep)}")
    return Filter("bitround", _BitRound(keep), item, item, lossy=True)


@dataclass(frozen=True)
class _BitRound:
    """As numcodecs rounds, but telling the bytes' type apart from their rounding."""

    keep: int

    def encode(self, array: np.ndarray) -> np.ndarray:
        native = array.astype(array.dtype.newbyteorder("="), copy=False)  # it knows no other order
        rounded: np.ndarray = numcodecs.BitRound(self.keep).encode(native).view(native.dtype)
        return rounded.astype(array.dtype, copy=False)

    def decode(self, array: np.ndarray) -> np.ndarray:
        return array


def _number(text: object, where: str) -> np.dtype[Any]:
    stored = from_v2(text, where)[1]
    if stored.kind not in "iuf":
        raise FormatError(f"{where}: {shown(text)} is not a type of numbers")
    return stored
