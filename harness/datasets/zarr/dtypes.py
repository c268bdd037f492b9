"""Data types: Zarr v3 names, Zarr v2 type strings, and fill values to and from JSON.

Zarr v3 core "Data types" and "Fill value"; Zarr v2 "Data type encoding" and "Fill value encoding".
"""

import base64
import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.datasets.zarr.errors import FormatError, is_text, shown

Fill = bool | int | float | str | bytes

_V2_NAMES = {
    "b1": "bool",
    "i1": "int8",
    "i2": "int16",
    "i4": "int32",
    "i8": "int64",
    "u1": "uint8",
    "u2": "uint16",
    "u4": "uint32",
    "u8": "uint64",
    "f2": "float16",
    "f4": "float32",
    "f8": "float64",
}
_NUMBERS = frozenset(_V2_NAMES.values())
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_MAX_CHARACTERS = 2**20


@dataclass(frozen=True)
class DataType:
    """A data type by its Zarr v3 name, and the numpy type of its decoded elements (object for strings)."""

    name: str
    numpy: np.dtype[Any]

    @property
    def variable(self) -> bool:
        """Whether elements differ in length."""
        return self.numpy.hasobject


STRING = DataType("string", np.dtype(object))
OBJECT = DataType("object", np.dtype(object))  # any JSON value; Zarr v2 only


def from_v3(name: str, where: str) -> DataType:
    """Return the data type with this Zarr v3 name; raises FormatError for one we don't know."""
    if name == "string":
        return STRING
    if name not in _NUMBERS:
        raise FormatError(f"{where}: unknown data type {shown(name)}")
    return DataType(name, np.dtype(name))


def from_v2(text: object, where: str) -> tuple[DataType, np.dtype[Any]]:
    """Return the data type of a Zarr v2 type string and the numpy type of its stored elements.

    `|O` gives `string`; its object codec decides in the end. Raises FormatError for a type we don't know.
    """
    if text == "|O":
        return STRING, STRING.numpy
    match = re.fullmatch(r"([<>|])([biufSU])([0-9]{1,8})", text) if isinstance(text, str) else None
    if match is None:
        raise FormatError(f"{where}: unknown data type {shown(text)}")
    order, kind, length = match[1], match[2], int(match[3])
    if kind in "SU" and 1 <= length <= _MAX_CHARACTERS:
        name = "null_terminated_bytes" if kind == "S" else "fixed_length_utf32"
        stored = np.dtype(f"{order}{kind}{length}")
    elif f"{kind}{length}" in _V2_NAMES:
        name = _V2_NAMES[f"{kind}{length}"]
        stored = np.dtype(f"{order}{kind}{length}")
    else:
        raise FormatError(f"{where}: unknown data type {shown(text)}")
    if order == "|" and kind != "S" and length > 1:
        raise FormatError(f"{where}: data type {shown(text)} needs a byte order")
    return DataType(name, stored.newbyteorder("=")), stored


def to_v2(name: str) -> str:
    """Return the Zarr v2 type string, little-endian, of a type that we write."""
    return np.dtype(name).newbyteorder("<").str


def no_value(dtype: DataType) -> Fill:
    """Return what absent chunks hold where the metadata give no fill value: zero, false or nothing."""
    if dtype.variable:
        return ""
    return np.zeros((), dtype.numpy).item()  # type: ignore[no-any-return]


def fill_from_v3(dtype: DataType, value: object, where: str) -> Fill:
    """Return a Zarr v3 fill value; raises FormatError where it does not belong to the type."""
    kind = dtype.numpy.kind
    if dtype.variable:
        return _text(dtype, value, where)
    if kind == "b" and isinstance(value, bool):
        return value
    if kind in "iu":
        return _integer(dtype, value, where)
    if kind == "f":
        if isinstance(value, str) and re.fullmatch(rf"0x[0-9a-fA-F]{{{2 * dtype.numpy.itemsize}}}", value):
            bits = int(value, 16).to_bytes(dtype.numpy.itemsize, "little")
            return float(np.frombuffer(bits, dtype.numpy.newbyteorder("<"))[0])
        return _float(dtype, value, where)
    raise _misfit(dtype, value, where)


def fill_from_v2(dtype: DataType, value: object, where: str) -> Fill | None:
    """Return a Zarr v2 fill value, None for null; raises FormatError where it does not belong to the type."""
    if value is None or (dtype is OBJECT and isinstance(value, str | int | float)):
        return value
    kind = dtype.numpy.kind
    if kind in "OU":
        zero = type(value) is int and value == 0  # as zarr-python 2 writes it
        return _text(dtype, "" if zero else value, where)
    if kind == "S":
        return _base64(dtype, value, where)
    if kind == "b" and isinstance(value, int) and value in (0, 1):
        return bool(value)
    if kind in "iu":
        return _integer(
            dtype, int(value) if isinstance(value, float) and value.is_integer() else value, where
        )
    if kind == "f":
        return _float(dtype, value, where)
    raise _misfit(dtype, value, where)


def fill_to_json(name: str, value: float) -> bool | int | float | str:
    """Return the JSON form, the same in Zarr v2 and v3, of the fill value of a type that we write."""
    scalar = np.dtype(name).type(value).item()
    if isinstance(scalar, float) and not math.isfinite(scalar):
        return "NaN" if math.isnan(scalar) else "Infinity" if scalar > 0 else "-Infinity"
    return scalar  # type: ignore[no-any-return]


def _integer(dtype: DataType, value: object, where: str) -> int:
    limits = np.iinfo(dtype.numpy)
    if isinstance(value, int) and not isinstance(value, bool) and limits.min <= value <= limits.max:
        return value
    raise _misfit(dtype, value, where)


def _float(dtype: DataType, value: object, where: str) -> float:
    if isinstance(value, str) and value in _SPECIAL:
        return _SPECIAL[value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        largest = float(np.finfo(dtype.numpy).max)
        if -largest <= value <= largest:
            return float(value)
    raise _misfit(dtype, value, where)


def _text(dtype: DataType, value: object, where: str) -> str:
    if (
        isinstance(value, str)
        and is_text(value)
        and (dtype.variable or len(value) * 4 <= dtype.numpy.itemsize)
    ):
        return value
    raise _misfit(dtype, value, where)


def _base64(dtype: DataType, value: object, where: str) -> bytes:
    if isinstance(value, str):
        try:
            data = base64.b64decode(value, validate=True)
        except ValueError:
            raise _misfit(dtype, value, where) from None
        if len(data) <= dtype.numpy.itemsize:
            return data.rstrip(b"\0")
    raise _misfit(dtype, value, where)


def _misfit(dtype: DataType, value: object, where: str) -> FormatError:
    return FormatError(f"{where}: {shown(value)} is not a fill value of {dtype.name}")
