"""Zarr v2 filters: from bytes to bytes, before compression. numcodecs does the sums.

Type strings in their configurations are read by us, never by numpy, which takes far more than we want.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numcodecs
import numpy as np

from harness.datasets.zarr.compression import Room
from harness.datasets.zarr.dtypes import from_v2
from harness.datasets.zarr.errors import FormatError, shown


@dataclass(frozen=True)
class Filter:
    """One filter, and the lengths in bytes of an element before and after it."""

    name: str
    library: Any  # its numcodecs codec
    decoded_item: int
    encoded_item: int

    def encoded(self, room: Room) -> Room:
        """Return the room for the filtered bytes."""
        return Room(room.most // self.decoded_item * self.encoded_item, room.exact)

    def decode(self, data: bytes, room: Room) -> bytes:
        """Return the bytes as they were; raises FormatError for a length that cannot be."""
        if len(data) % self.encoded_item or (room.exact and len(data) != self.encoded(room).most):
            raise FormatError(f"{self.name} cannot decode {len(data)} bytes")
        with np.errstate(all="ignore"):  # of wild floats
            decoded: np.ndarray = self.library.decode(np.frombuffer(data, np.uint8))
        return decoded.tobytes()


def filter_from(config: Mapping[str, Any], where: str) -> Filter:
    """Return the filter of a Zarr v2 configuration; raises FormatError for one we don't know."""
    name = config.get("id")
    if name == "shuffle":
        size = config.get("elementsize", 4)
        if type(size) is not int or not 1 <= size <= 256:
            raise FormatError(f"{where}: elementsize must be from 1 to 256, not {shown(size)}")
        return Filter("shuffle", numcodecs.Shuffle(size), size, size)
    if name == "bitround":  # rounding cannot be undone
        return Filter("bitround", numcodecs.BitRound(1), 1, 1)
    if name not in ("delta", "fixedscaleoffset"):
        raise FormatError(f"{where}: unknown filter {shown(name)}")
    dtype = _number(config.get("dtype"), where)
    astype = _number(config.get("astype", config.get("dtype")), where)
    if name == "delta":
        return Filter("delta", numcodecs.Delta(dtype, astype), dtype.itemsize, astype.itemsize)
    scale, offset = config.get("scale"), config.get("offset")
    for value in (scale, offset):
        if not isinstance(value, int | float) or abs(value) > 1e300 or math.isnan(value):
            raise FormatError(f"{where}: scale and offset must be numbers, not {shown(value)}")
    if scale == 0:
        raise FormatError(f"{where}: scale must not be 0")
    library = numcodecs.FixedScaleOffset(offset=offset, scale=scale, dtype=dtype, astype=astype)
    return Filter("fixedscaleoffset", library, dtype.itemsize, astype.itemsize)


def _number(text: object, where: str) -> np.dtype[Any]:
    stored = from_v2(text, where)[1]
    if stored.kind not in "iuf":
        raise FormatError(f"{where}: {shown(text)} is not a type of numbers")
    return stored
