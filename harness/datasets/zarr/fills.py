"""Fill values to and from JSON (Zarr v3 "Permitted fill values"; Zarr v2 "Fill value encoding")."""

import base64
import math
import re
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from harness.datasets.zarr.dtypes import OBJECT, DataType, check_elements
from harness.datasets.zarr.errors import FormatError, is_text, shown

# A numpy scalar where Python has no equal: NaN with given bits, complex numbers, raw bytes, structs.
Fill = bool | int | float | complex | str | bytes | np.generic

_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def no_value(dtype: DataType) -> Fill:
    """Return what absent chunks hold where the metadata give no fill value: zero, false or nothing."""
    if dtype.variable:
        return ""
    zero: Any = np.zeros((), dtype.numpy)[()]
    return zero if dtype.numpy.kind == "V" else zero.item()  # type: ignore[no-any-return]


def fill_from_v3(
    dtype: DataType, value: object, where: str, endian: Literal["little", "big"] = "little"
) -> Fill:
    """Return a Zarr v3 fill value; raises FormatError where it does not belong to the type.

    `endian` is that of the "bytes" codec, which fill values of the legacy "structured" follow.
    """
    if dtype.little_unless_said and isinstance(value, str):
        return _packed_bytes(
            dtype, dtype.numpy.newbyteorder("<" if endian == "little" else ">"), value, where
        )
    return _OF_V3[dtype.numpy.kind](dtype, value, where)


def fill_from_v2(dtype: DataType, stored: np.dtype[Any], value: object, where: str) -> Fill | None:
    """Return a Zarr v2 fill value, None for null; raises FormatError where it does not belong to the type."""
    if value is None or (dtype is OBJECT and isinstance(value, str | int | float)):
        return value
    if dtype.numpy.kind == "V":
        return _packed_bytes(dtype, stored, value, where)
    return _OF_V2[dtype.numpy.kind](dtype, value, where)


def fill_to_json(name: str, value: float) -> bool | int | float | str:
    """Return the JSON form, the same in Zarr v2 and v3, of the fill value of a type that we write."""
    scalar = np.dtype(name).type(value).item()
    if isinstance(scalar, float) and not math.isfinite(scalar):
        return "NaN" if math.isnan(scalar) else "Infinity" if scalar > 0 else "-Infinity"
    return scalar  # type: ignore[no-any-return]


def _bool(dtype: DataType, value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    raise _misfit(dtype, value, where)


def _bool_v2(dtype: DataType, value: object, where: str) -> bool:
    return _bool(dtype, bool(value) if isinstance(value, int) and value in (0, 1) else value, where)


def _integer(dtype: DataType, value: object, where: str) -> int:
    limits = np.iinfo(dtype.numpy)
    if isinstance(value, int) and not isinstance(value, bool) and limits.min <= value <= limits.max:
        return value
    raise _misfit(dtype, value, where)


def _integer_v2(dtype: DataType, value: object, where: str) -> int:
    whole = isinstance(value, float) and value.is_integer()
    return _integer(dtype, int(value) if whole else value, where)  # type: ignore[call-overload]


def _float(dtype: DataType, value: object, where: str) -> float:
    if isinstance(value, str) and value in _SPECIAL:
        return _SPECIAL[value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        largest = float(np.finfo(dtype.numpy).max)
        if -largest <= value <= largest:
            return float(value)
    raise _misfit(dtype, value, where)


def _float_v3(dtype: DataType, value: object, where: str) -> float | np.generic:
    """Return a number, also one given by its bits; a NaN keeps them as a numpy scalar."""
    if isinstance(value, str) and re.fullmatch(rf"0x[0-9a-fA-F]{{{2 * dtype.numpy.itemsize}}}", value):
        bits = int(value, 16).to_bytes(dtype.numpy.itemsize, "little")
        exact: np.generic = np.frombuffer(bits, dtype.numpy.newbyteorder("<")).astype(dtype.numpy)[0]
        return exact if np.isnan(exact) else float(exact)
    return _float(dtype, value, where)


def _complex(
    dtype: DataType, value: object, where: str, part: Callable[[DataType, object, str], Any]
) -> np.generic:
    if not isinstance(value, list) or len(value) != 2:
        raise _misfit(dtype, value, where)
    half = DataType(f"half of {dtype.name}", np.dtype(f"f{dtype.numpy.itemsize // 2}"))
    parts = np.array([part(half, number, where) for number in value], half.numpy)
    scalar: np.generic = parts.view(dtype.numpy)[0]
    return scalar


def _complex_v3(dtype: DataType, value: object, where: str) -> np.generic:
    return _complex(dtype, value, where, _float_v3)


def _complex_v2(dtype: DataType, value: object, where: str) -> np.generic:
    """Return the number of two parts; the specification is silent, and this is what zarr-python writes."""
    return _complex(dtype, value, where, _float)


def _void(dtype: DataType, value: object, where: str) -> np.generic:
    """Return a struct given by its fields, or raw bytes given one by one."""
    if dtype.numpy.names is not None:
        return _by_field(dtype, value, where)
    fits = isinstance(value, list) and len(value) == dtype.numpy.itemsize
    if fits and all(type(byte) is int and 0 <= byte <= 255 for byte in value):  # type: ignore[attr-defined]
        return np.void(bytes(value))  # type: ignore[call-overload]
    raise _misfit(dtype, value, where)


def _by_field(dtype: DataType, value: object, where: str) -> np.generic:
    names = dtype.numpy.names or ()
    if not isinstance(value, dict) or value.keys() != set(names):
        raise _misfit(dtype, value, where)
    filled = np.zeros((), dtype.numpy)
    for name in names:
        inner = dtype.numpy[name]
        filled[name] = fill_from_v3(DataType(_name(inner), inner), value[name], f"{where}.{name}")
    scalar: Any = filled[()]
    return scalar  # type: ignore[no-any-return]


def _name(dtype: np.dtype[Any]) -> str:
    return "struct" if dtype.names is not None else dtype.name


def _text(dtype: DataType, value: object, where: str) -> str:
    if (
        isinstance(value, str)
        and is_text(value)
        and (dtype.variable or len(value) * 4 <= dtype.numpy.itemsize)
    ):
        return value
    raise _misfit(dtype, value, where)


def _text_v2(dtype: DataType, value: object, where: str) -> str:
    zero = type(value) is int and value == 0  # as zarr-python 2 writes it
    return _text(dtype, "" if zero else value, where)


def _terminated_bytes(dtype: DataType, value: object, where: str) -> bytes:
    data = _base64(dtype, value, where)
    if len(data) <= dtype.numpy.itemsize:
        return data.rstrip(b"\0")
    raise _misfit(dtype, value, where)


def _packed_bytes(dtype: DataType, stored: np.dtype[Any], value: object, where: str) -> np.generic:
    """Return the element, raw or a struct, whose bytes as stored are given in base64."""
    data = _base64(dtype, value, where)
    if len(data) != stored.itemsize:
        raise _misfit(dtype, value, where)
    elements = np.frombuffer(data, stored)
    try:
        check_elements(elements)
    except FormatError as problem:
        raise FormatError(f"{where}: {problem}") from None
    scalar: np.generic = elements.astype(dtype.numpy)[0]
    return scalar


def _base64(dtype: DataType, value: object, where: str) -> bytes:
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except ValueError:
            pass
    raise _misfit(dtype, value, where) from None


def _misfit(dtype: DataType, value: object, where: str) -> FormatError:
    return FormatError(f"{where}: {shown(value)} is not a fill value of {dtype.name}")


_Reader = Callable[[DataType, object, str], Fill]
_OF_V3: dict[str, _Reader] = {
    "O": _text,
    "U": _text,
    "b": _bool,
    "i": _integer,
    "u": _integer,
    "f": _float_v3,
    "c": _complex_v3,
    "V": _void,
}
_OF_V2: dict[str, _Reader] = {
    "O": _text_v2,
    "U": _text_v2,
    "S": _terminated_bytes,
    "b": _bool_v2,
    "i": _integer_v2,
    "u": _integer_v2,
    "f": _float,
    "c": _complex_v2,
}
