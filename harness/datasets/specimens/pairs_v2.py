"""Images of Zarr v2 and OME-Zarr 0.4 in which every two properties meet."""

from functools import cache
from typing import Any

import numpy as np

from harness.datasets.specimens.pairwise import Row, Rule, cover
from harness.datasets.specimens.shapes import (
    COMPLEX,
    DTYPES,
    FLOATS,
    INTEGERS,
    ONE_BYTE,
    SHAPES,
    fill_fits,
    fill_json,
    name_of,
    title_of,
)
from harness.datasets.specimens.wrap import Document, wrapped
from harness.scenario.specimen import Specimen

_PLAIN: dict[str, Document | None] = {
    "none": None,
    "zlib": {"id": "zlib", "level": 5},
    "gzip": {"id": "gzip", "level": 5},
    "bz2": {"id": "bz2", "level": 5},
    "lz4": {"id": "lz4", "acceleration": 1},
    "zstd": {"id": "zstd", "level": 3},
    "zstd-checksum": {"id": "zstd", "level": 3, "checksum": True},
    "zstd-no-size": {"id": "zstd", "level": 3},
    "zstd-fast": {"id": "zstd", "level": -5},
}
_BLOSC = {
    f"blosc-{cname}-{word}": {"id": "blosc", "cname": cname, "clevel": 5, "shuffle": shuffle, "blocksize": 0}
    for cname, word, shuffle in [
        ("lz4", "noshuffle", 0),
        ("lz4", "shuffle", 1),
        ("lz4", "bitshuffle", 2),
        ("lz4", "autoshuffle", -1),
        ("zstd", "shuffle", 1),
        ("zstd", "bitshuffle", 2),
        ("blosclz", "shuffle", 1),
        ("lz4hc", "bitshuffle", 2),
        ("zlib", "noshuffle", 0),
    ]
}
_COMPRESSORS: dict[str, Document | None] = {**_PLAIN, **_BLOSC}
# Filters are values of this factor, with the compressor behind them, and not a factor of their own: most
# readers lack them, and would then say nothing of most of the other pairs.
_FILTERED = {
    "delta": "none",
    "delta-zstd": "zstd",
    "shuffle-zlib": "zlib",
    "scale-blosc": "blosc-lz4-shuffle",
}
_OPTIONAL = ("bz2", "lz4", *_FILTERED)

FACTORS = {
    "dtype": DTYPES,
    "codec": (*_COMPRESSORS, *_FILTERED),
    "shape": tuple(SHAPES),
    "fill": ("zero", "nonzero", "null", "nan", "infinity", "minus-infinity", "smallest", "largest"),
    "path": ("0", "s0", "scale/0", "level 0 (a+b)"),
    "separator": ("slash", "dot", "undeclared"),
    "values": ("ramp", "extremes", "random"),
    "absent": ("none", "checkered"),  # "all" would leave nothing of what it meets; it is among the corners
    "endian": ("little", "big"),
    "order": ("C", "F"),
    "consolidated": ("absent", "present"),
}
RULES = (
    Rule(("dtype", "endian"), lambda dtype, endian: endian == "little" or dtype not in ONE_BYTE),
    Rule(("dtype", "fill"), fill_fits),
    # Zarr v2 has no form for the fill value of complex numbers.
    Rule(("dtype", "fill"), lambda dtype, fill: fill == "null" or dtype not in COMPLEX),
    # What is absent is undefined where the fill value is null; any other must show somewhere.
    Rule(("fill", "absent"), lambda fill, absent: fill != "null" or absent == "none"),
    Rule(
        ("fill", "absent", "shape"),
        lambda fill, absent, shape: (
            fill in ("null", "zero") or (absent != "none" and SHAPES[shape].cells > 1)
        ),
    ),
    # Differences of floats don't add up to the last bit, nor do scaled numbers that are not small.
    Rule(("dtype", "codec"), lambda dtype, codec: not codec.startswith("delta") or dtype in INTEGERS),
    Rule(("dtype", "codec"), lambda dtype, codec: not codec.startswith("scale") or dtype in FLOATS[1:]),
    Rule(("values", "codec"), lambda values, codec: not codec.startswith("scale") or values == "ramp"),
    Rule(("dtype", "codec"), lambda dtype, codec: not codec.startswith("shuffle") or dtype not in ONE_BYTE),
)


@cache
def specimens() -> tuple[Specimen, ...]:
    """Return them all, numbered from 1."""
    return tuple(_specimen(number, row) for number, row in enumerate(cover(FACTORS, RULES), start=1))


def _specimen(number: int, row: Row) -> Specimen:
    metadata = _document(row)
    node: Document = {
        "metadata": metadata,
        "values": row["values"],
        "absent": row["absent"],
        "zstd_content_size": row["codec"] != "zstd-no-size",
    }
    return wrapped(
        2,
        row["path"],
        node,
        image=True,
        name=name_of("v2", number, row, "dtype", "shape", "codec"),
        title=title_of(row),
        consolidated=row["consolidated"],
        must="either" if row["codec"] in _OPTIONAL else "read",
    )


def _document(row: Row) -> Document:
    shape = SHAPES[row["shape"]]
    stored: np.dtype[Any] = np.dtype(row["dtype"]).newbyteorder("<" if row["endian"] == "little" else ">")
    separator = {"slash": "/", "dot": "."}.get(row["separator"])
    return {
        "zarr_format": 2,
        "shape": list(shape.array),
        "chunks": list(shape.cell),
        "dtype": stored.str,
        "compressor": _COMPRESSORS[_FILTERED.get(row["codec"], row["codec"])],
        "fill_value": fill_json(row["dtype"], row["fill"]),
        "order": row["order"],
        "filters": _filters(row["codec"], stored),
        **({} if separator is None else {"dimension_separator": separator}),
    }


def _filters(codec: str, stored: np.dtype[Any]) -> list[Document] | None:
    if codec not in _FILTERED:
        return None
    if codec.startswith("delta"):
        return [{"id": "delta", "dtype": stored.str}]
    if codec.startswith("shuffle"):
        return [{"id": "shuffle", "elementsize": stored.itemsize}]
    return [{"id": "fixedscaleoffset", "dtype": stored.str, "astype": "<i4", "scale": 2, "offset": 1}]
