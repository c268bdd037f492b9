"""Data types: Zarr v3 names and Zarr v2 type strings, and what numpy has for them.

Zarr v3 core "Data types" and the registered extensions "string", "fixed_length_utf32", "struct" and
"structured"; Zarr v2 "Data type encoding".
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.datasets.zarr.errors import FormatError, is_text, shown
from harness.datasets.zarr.fields import as_object, extension, lengths, only, required

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
    "c8": "complex64",
    "c16": "complex128",
}
_NUMBERS = frozenset(_V2_NAMES.values())
_MAX_CHARACTERS = 2**20
_MAX_ITEM_BYTES = 4 * _MAX_CHARACTERS
_MAX_NESTED = 4  # structs inside of structs
_MAX_SUBRANK = 8  # axes of a field's own array

_Field = tuple[str, np.dtype[Any], tuple[int, ...]]  # name, type, shape of the field's own array


@dataclass(frozen=True)
class DataType:
    """A data type by its Zarr v3 name, and the numpy type of its decoded elements (object for strings)."""

    name: str
    numpy: np.dtype[Any]
    little_unless_said: bool = False  # the legacy "structured", whose codec may not name a byte order

    @property
    def variable(self) -> bool:
        """Whether elements differ in length."""
        return self.numpy.hasobject


STRING = DataType("string", np.dtype(object))
OBJECT = DataType("object", np.dtype(object))  # any JSON value; Zarr v2 only


def from_v3(name: str, config: Mapping[str, Any], where: str, *, depth: int = 0) -> DataType:
    """Return the data type of this Zarr v3 definition; raises FormatError for one we don't know."""
    if name in ("struct", "structured"):
        return _struct_v3(name, config, where, depth)
    if name == "fixed_length_utf32":
        only(config, {"length_bytes"}, where)
        length = required(config, "length_bytes", where)
        if type(length) is not int or length % 4 or not 4 <= length <= _MAX_ITEM_BYTES:
            raise FormatError(f"{where}: length_bytes must be a multiple of 4, not {shown(length)}")
        return DataType(name, np.dtype(f"U{length // 4}"))
    only(config, set(), where)
    if name == "string":
        return STRING
    if name in _NUMBERS:
        return DataType(name, np.dtype(name))
    bits = int(name[1:]) if re.fullmatch(r"r[1-9][0-9]{0,8}", name) else 0
    if bits == 0 or bits % 8 or bits // 8 > _MAX_ITEM_BYTES:
        raise FormatError(f"{where}: unknown data type {shown(name)}")
    return DataType(name, np.dtype(f"V{bits // 8}"))


def from_v2(value: object, where: str, *, depth: int = 0) -> tuple[DataType, np.dtype[Any]]:
    """Return the data type of a Zarr v2 "dtype" and the numpy type of its stored elements.

    `|O` gives `string`; its object codec decides in the end. Raises FormatError for a type we don't know.
    """
    if isinstance(value, list) and value:
        return _struct_v2(value, where, depth)
    if value == "|O":
        return STRING, STRING.numpy
    match = re.fullmatch(r"([<>|])([biufcSUV])([0-9]{1,8})", value) if isinstance(value, str) else None
    if match is None:
        raise FormatError(f"{where}: unknown data type {shown(value)}")
    order, kind, length = match[1], match[2], int(match[3])
    stored_name = f"{order}{kind}{length}"
    if kind in "SU" and 1 <= length <= _MAX_CHARACTERS:
        name = "null_terminated_bytes" if kind == "S" else "fixed_length_utf32"
    elif kind == "V" and 1 <= length <= _MAX_ITEM_BYTES:
        name, stored_name = f"r{8 * length}", f"V{length}"
    elif f"{kind}{length}" in _V2_NAMES:
        name = _V2_NAMES[f"{kind}{length}"]
    else:
        raise FormatError(f"{where}: unknown data type {shown(value)}")
    if order == "|" and kind not in "SV" and length > 1:
        raise FormatError(f"{where}: data type {shown(value)} needs a byte order")
    stored = np.dtype(stored_name)
    return DataType(name, stored.newbyteorder("=")), stored


def to_v2(name: str) -> str:
    """Return the Zarr v2 type string, little-endian, of a type of numbers."""
    return np.dtype(name).newbyteorder("<").str


def has_byte_order(dtype: np.dtype[Any]) -> bool:
    """Tell whether an element, or a field of it, is stored otherwise as little- than as big-endian."""
    if dtype.subdtype is not None:
        return has_byte_order(dtype.subdtype[0])
    if dtype.names is not None:
        return any(has_byte_order(dtype[name]) for name in dtype.names)
    return dtype.kind == "U" or (dtype.kind in "iufc" and dtype.itemsize > 1)


def check_elements(array: np.ndarray) -> None:
    """Raise FormatError for an array, as stored, with an element that its type doesn't have."""
    if array.dtype.names is not None:
        for name in array.dtype.names:
            check_elements(array[name])
    elif array.dtype.kind == "b":
        largest = array.view(np.uint8).max(initial=0)
        if largest > 1:
            raise FormatError(f"a boolean is stored as byte {largest}")
    elif array.dtype.kind == "U":
        order = array.dtype.byteorder
        points = np.ascontiguousarray(array).view(np.dtype("u4").newbyteorder(order))
        if ((points > 0x10FFFF) | ((points >= 0xD800) & (points <= 0xDFFF))).any():
            raise FormatError("a string holds what is not a Unicode character")


def _struct_v2(entries: list[Any], where: str, depth: int) -> tuple[DataType, np.dtype[Any]]:
    fields: list[_Field] = []
    for number, entry in enumerate(entries):
        place = f"{where}[{number}]"
        if not isinstance(entry, list) or len(entry) not in (2, 3):
            raise FormatError(f"{place}: must be a name, a type and perhaps a shape, not {shown(entry)}")
        _check_depth(depth, place)
        dtype, stored = from_v2(entry[1], place, depth=depth + 1)
        shape = lengths(entry[2], f"{place}: shape", 1) if len(entry) == 3 else ()
        fields.append((_name(entry[0], place), _fixed(dtype, stored, place), shape))
    stored = _packed(fields, where)
    return DataType("struct", stored.newbyteorder("=")), stored


def _struct_v3(name: str, config: Mapping[str, Any], where: str, depth: int) -> DataType:
    only(config, {"fields"}, where)
    entries = required(config, "fields", where)
    if not isinstance(entries, list) or not entries:
        raise FormatError(f"{where}: fields must be a list of fields, not {shown(entries)}")
    fields: list[_Field] = []
    for number, entry in enumerate(entries):
        place = f"{where}: fields[{number}]"
        is_pair = name == "structured" and isinstance(entry, list) and len(entry) == 2
        definition = as_object({"name": entry[0], "data_type": entry[1]} if is_pair else entry, place)
        only(definition, {"name", "data_type"}, place)
        _check_depth(depth, place)
        inner = extension(required(definition, "data_type", place), place)
        dtype = from_v3(*inner, place, depth=depth + 1)
        fields.append(
            (_name(required(definition, "name", place), place), _fixed(dtype, dtype.numpy, place), ())
        )
    return DataType("struct", _packed(fields, where), little_unless_said=name == "structured")


def _check_depth(depth: int, where: str) -> None:
    if depth >= _MAX_NESTED:
        raise FormatError(f"{where}: structs are nested more than {_MAX_NESTED} times")


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not value or not is_text(value):
        raise FormatError(f"{where}: the name of a field must be a string, not {shown(value)}")
    return value


def _fixed(dtype: DataType, stored: np.dtype[Any], where: str) -> np.dtype[Any]:
    if dtype.variable:
        raise FormatError(f"{where}: {dtype.name} has no fixed length, so it cannot be a field's type")
    return stored


def _packed(fields: list[_Field], where: str) -> np.dtype[Any]:
    names = [name for name, _, _ in fields]
    if len(set(names)) < len(names):
        raise FormatError(f"{where}: two fields have one name: {shown(names)}")
    if any(len(shape) > _MAX_SUBRANK for _, _, shape in fields):
        raise FormatError(f"{where}: a field has an array of more than {_MAX_SUBRANK} axes")
    if sum(dtype.itemsize * math.prod(shape) for _, dtype, shape in fields) > _MAX_ITEM_BYTES:
        raise FormatError(f"{where}: an element has more than {_MAX_ITEM_BYTES} bytes")
    return np.dtype([(name, dtype, shape) if shape else (name, dtype) for name, dtype, shape in fields])
