"""Images of Zarr v3 and OME-Zarr 0.5 in which every two properties meet."""

from functools import cache

import numpy as np

from harness.datasets.specimens.pairwise import Row, Rule, cover
from harness.datasets.specimens.shapes import (
    DTYPES,
    ONE_BYTE,
    SHAPES,
    Shape,
    fill_fits,
    fill_json,
    name_of,
    title_of,
)
from harness.datasets.specimens.wrap import Document, axes_of, wrapped
from harness.scenario.specimen import Specimen

_CRC32C: Document = {"name": "crc32c"}
_ZSTD: Document = {"name": "zstd", "configuration": {"level": 3, "checksum": False}}
_CODECS: dict[str, list[Document]] = {
    "none": [],
    "gzip": [{"name": "gzip", "configuration": {"level": 5}}],
    "zstd": [_ZSTD],
    "zstd-checksum": [{"name": "zstd", "configuration": {"level": 3, "checksum": True}}],
    "zstd-no-size": [_ZSTD],
    "zstd-fast": [{"name": "zstd", "configuration": {"level": -5, "checksum": False}}],
    "crc32c": [_CRC32C],
    "zstd-crc32c": [_ZSTD, _CRC32C],
}
_BLOSC = (
    "blosc-lz4-noshuffle",
    "blosc-lz4-shuffle",
    "blosc-lz4-bitshuffle",
    "blosc-zstd-shuffle",
    "blosc-zstd-bitshuffle",
    "blosc-blosclz-shuffle",
    "blosc-lz4hc-bitshuffle",
    "blosc-zlib-noshuffle",
)
_KEYS = {
    "slash": {"name": "default", "configuration": {"separator": "/"}},
    "dot": {"name": "default", "configuration": {"separator": "."}},
    "undeclared": {"name": "default"},
    "v2-dot": {"name": "v2", "configuration": {"separator": "."}},
    "v2-slash": {"name": "v2", "configuration": {"separator": "/"}},
}


FACTORS = {
    "dtype": DTYPES,
    "codec": (*_CODECS, *_BLOSC),
    "shape": tuple(SHAPES),
    # end, start: where the index is; bare: without crc32c; one: one inner chunk; beyond: beyond the array
    "shards": (
        "unsharded",
        "end",
        "start",
        "end-bare",
        "start-bare",
        "end-big-endian",
        "start-big-endian",
        "one",
        "beyond",
    ),
    "transpose": ("straight", "reversed", "cyclic", "inner-reversed", "inner-cyclic"),
    "fill": ("zero", "nonzero", "nan", "infinity", "minus-infinity", "bits", "smallest", "largest"),
    "inner": ("none", "checkered"),  # the inner chunks that are absent
    "keys": tuple(_KEYS),
    "path": ("0", "s0", "scale/0", "level 0 (a+b)"),
    "values": ("ramp", "extremes", "random"),
    "absent": ("none", "checkered"),  # "all" would leave nothing of what it meets; it is among the corners
    "endian": ("little", "big"),
    "consolidated": ("absent", "present"),
}
RULES = (
    Rule(("dtype", "endian"), lambda dtype, endian: endian == "little" or dtype not in ONE_BYTE),
    Rule(("dtype", "fill"), fill_fits),
    Rule(("shards", "inner"), lambda shards, inner: inner == "none" or shards != "unsharded"),
    # A fill value that is not 0 must show: some shard of several is absent, or some inner chunk of several.
    Rule(("fill", "absent", "inner"), lambda fill, *absent: fill == "zero" or "checkered" in absent),
    Rule(
        ("fill", "absent", "shards"),
        lambda fill, absent, shards: fill == "zero" or absent != "none" or shards != "one",
    ),
    Rule(
        ("fill", "shape", "shards"),
        lambda fill, shape, shards: fill == "zero" or SHAPES[shape].cells > 1 or shards != "one",
    ),
    Rule(
        ("fill", "shape", "inner"),
        lambda fill, shape, inner: fill == "zero" or SHAPES[shape].cells > 1 or inner != "none",
    ),
    Rule(
        ("fill", "shards", "inner"),
        lambda fill, shards, inner: fill == "zero" or shards != "beyond" or inner != "none",
    ),
    Rule(
        ("shards", "transpose"), lambda shards, order: not order.startswith("inner") or shards != "unsharded"
    ),
    # Of two axes there is only one other order.
    Rule(("shape", "transpose"), lambda shape, order: not order.endswith("cyclic") or shape[0] != "2"),
)


@cache
def specimens() -> tuple[Specimen, ...]:
    """Return them all, numbered from 1."""
    return tuple(_specimen(number, row) for number, row in enumerate(cover(FACTORS, RULES), start=1))


def _specimen(number: int, row: Row) -> Specimen:
    node: Document = {
        "metadata": _document(row),
        "values": row["values"],
        "absent": row["absent"],
        "absent_inner": row["inner"],
        "zstd_content_size": row["codec"] != "zstd-no-size",
    }
    return wrapped(
        3,
        row["path"],
        node,
        image=True,
        name=name_of("v3", number, row, "dtype", "shape", "shards", "codec"),
        title=title_of(row),
        consolidated=row["consolidated"],
        must="either" if row["dtype"] == "float16" else "read",  # the one type that Zarr v3 leaves optional
    )


def _document(row: Row) -> Document:
    shape = SHAPES[row["shape"]]
    cell = _beyond(shape) if row["shards"] == "beyond" else shape.cell
    document: Document = {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(shape.array),
        "data_type": row["dtype"],
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(cell)}},
        "chunk_key_encoding": _KEYS[row["keys"]],
        "fill_value": fill_json(row["dtype"], row["fill"]),
        "codecs": _codecs(row, shape),
        "attributes": {},
    }
    return {**document, "dimension_names": list(axes_of(document))}


def _beyond(shape: Shape) -> tuple[int, ...]:
    """Return a shard that has one inner chunk more than the array needs, along each axis."""
    return tuple((-(-n // inner) + 1) * inner for n, inner in zip(shape.array, shape.inner, strict=True))


def _codecs(row: Row, shape: Shape) -> list[Document]:
    order = _order(row["transpose"], len(shape.array))
    transpose: list[Document] = [{"name": "transpose", "configuration": {"order": order}}] if order else []
    inside = row["transpose"].startswith("inner")
    codecs = [_bytes(row["endian"]), *_byte_codecs(row["codec"], np.dtype(row["dtype"]).itemsize)]
    if row["shards"] == "unsharded":
        return [*transpose, *codecs]
    inner = list(shape.cell if row["shards"] == "one" else shape.inner)
    sharded = _sharded(
        row["shards"],
        [inner[axis] for axis in order] if order and not inside else inner,
        [*(transpose if inside else []), *codecs],
    )
    return [*([] if inside else transpose), sharded]


def _order(transpose: str, rank: int) -> list[int]:
    """Return the order of axes: none for a straight one."""
    if transpose == "straight":
        return []
    axes = list(range(rank))
    return axes[::-1] if transpose.endswith("reversed") else [*axes[1:], axes[0]]


def _bytes(endian: str) -> Document:
    return {"name": "bytes", "configuration": {"endian": endian}}


def _byte_codecs(codec: str, itemsize: int) -> list[Document]:
    if codec in _CODECS:
        return _CODECS[codec]
    _, cname, shuffle = codec.split("-")
    configuration = {"cname": cname, "clevel": 5, "shuffle": shuffle, "typesize": itemsize, "blocksize": 0}
    return [{"name": "blosc", "configuration": configuration}]


def _sharded(shards: str, inner: list[int], codecs: list[Document]) -> Document:
    return {
        "name": "sharding_indexed",
        "configuration": {
            "chunk_shape": inner,
            "codecs": codecs,
            "index_codecs": [
                _bytes("big" if shards.endswith("big-endian") else "little"),
                *([] if shards.endswith("bare") else [_CRC32C]),
            ],
            "index_location": "start" if shards.startswith("start") else "end",
        },
    }
