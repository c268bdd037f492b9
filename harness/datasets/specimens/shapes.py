"""What the pairs of Zarr v2 and v3 have in common: their shapes, fill values and names."""

import math
from dataclasses import dataclass

from harness.datasets.specimens.pairwise import Row


@dataclass(frozen=True)
class Shape:
    """An array's shape, that of its chunks or shards, and that of the inner chunks of a shard."""

    array: tuple[int, ...]
    cell: tuple[int, ...]
    inner: tuple[int, ...]

    @property
    def cells(self) -> int:
        """The number of chunks or shards."""
        return math.prod(-(-n // cell) for n, cell in zip(self.array, self.cell, strict=True))


SHAPES = {
    "2d-even": Shape((8, 12), (4, 6), (2, 3)),
    "2d-ragged": Shape((7, 11), (4, 6), (2, 2)),
    "2d-small": Shape((5, 6), (8, 10), (4, 5)),  # smaller than its one chunk
    "2d-row": Shape((1, 13), (1, 4), (1, 2)),
    "3d-even": Shape((4, 6, 8), (2, 6, 4), (2, 3, 2)),
    "3d-ragged": Shape((5, 7, 9), (4, 6, 4), (2, 3, 2)),
    "3d-small": Shape((2, 3, 5), (4, 4, 6), (2, 2, 3)),
    "4d-even": Shape((2, 4, 6, 8), (1, 2, 6, 4), (1, 1, 3, 2)),
    "4d-ragged": Shape((3, 3, 5, 7), (2, 2, 4, 6), (1, 2, 2, 3)),
    "4d-planes": Shape((2, 3, 8, 10), (1, 1, 8, 10), (1, 1, 4, 5)),
    "5d-even": Shape((2, 2, 2, 6, 8), (1, 2, 2, 3, 4), (1, 1, 2, 3, 2)),
    "5d-ragged": Shape((3, 2, 3, 5, 7), (2, 1, 2, 4, 6), (1, 1, 2, 2, 3)),
}

INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
FLOATS = ("float16", "float32", "float64")
COMPLEX = ("complex64", "complex128")
DTYPES = ("bool", *INTEGERS, *FLOATS, *COMPLEX)
ONE_BYTE = ("bool", "int8", "uint8")

Json = int | float | str | bool | None | list[int | float | str]

# The JSON of a fill value by its name in the pairs; integers and complex numbers have their own below.
_NUMBERS: dict[str, Json] = {
    "zero": 0,
    "nonzero": 7,
    "nan": "NaN",
    "infinity": "Infinity",
    "minus-infinity": "-Infinity",
}
_COMPLEX: dict[str, Json] = {
    "zero": [0, 0],
    "nonzero": [1.5, -2.0],
    "nan": ["NaN", 0],
    "minus-infinity": [0, "-Infinity"],
}


def fill_fits(dtype: str, fill: str) -> bool:
    """Tell whether data of this type can have this fill value."""
    if dtype in COMPLEX:
        return fill in (*_COMPLEX, "null")
    if fill in ("nan", "infinity", "minus-infinity", "bits"):
        return dtype in FLOATS
    return fill not in ("smallest", "largest") or dtype in INTEGERS


def fill_json(dtype: str, fill: str) -> Json:
    """Return the fill value as documents have it, the same in Zarr v2 and v3."""
    if fill == "null":
        return None
    if fill == "bits":  # a NaN whose payload is not the usual one
        return {"float16": "0x7e01", "float32": "0x7fc00001", "float64": "0x7ff8000000000001"}[dtype]
    if dtype in COMPLEX:
        return _COMPLEX[fill]
    if dtype == "bool":
        return fill != "zero"
    if fill in ("smallest", "largest"):
        signed, bits = dtype.startswith("int"), int(dtype.lstrip("uint"))
        least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        return least if fill == "smallest" else most
    return _NUMBERS[fill]


def name_of(version: str, number: int, row: Row, *factors: str) -> str:
    """Return the name of a pair's specimen: its number, and the values of the factors that matter most."""
    return "-".join(["pair", version, f"{number:03}", *(row[factor] for factor in factors)])


def title_of(row: Row) -> str:
    """Return the title of a pair's specimen: all its values."""
    return "Several properties at once: " + ", ".join(f"{factor} {value}" for factor, value in row.items())
