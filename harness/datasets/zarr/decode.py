"""Reading: what an array's metadata say, and its pixels. Strict, for it judges what tools wrote.

Whatever is wrong with stored bytes is a FormatError, and nothing is decoded past what the metadata allow.
"""

import itertools
import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from harness.datasets.zarr import metadata_v2, metadata_v3
from harness.datasets.zarr.errors import FormatError
from harness.datasets.zarr.fields import as_object, exactly, parse_object, required
from harness.datasets.zarr.sharding import box
from harness.datasets.zarr.stored import StoredArray
from harness.datasets.zarr.tree import Tree, join
from harness.scenario.region import Part, Pick, Region, shape_of

__all__ = ["FormatError", "StoredArray", "open_array", "read_array", "read_group", "read_region"]

MAX_BYTES = 2**33
MAX_CHUNKS = 2**22


def open_array(tree: Tree, path: str) -> StoredArray:
    """Return the array at a path below the tree's root (empty: the root itself), Zarr v3 before v2.

    Raises FormatError where there is none, or where its metadata are invalid or beyond us.
    """
    key = join(path, "zarr.json")
    data = tree.get(key)
    if data is not None:
        return metadata_v3.stored_array(path, key, parse_object(data, key))
    key = join(path, ".zarray")
    data = tree.get(key)
    if data is None:
        raise FormatError(f"{path or 'the root'}: is no array, it has neither zarr.json nor .zarray")
    return metadata_v2.stored_array(path, key, parse_object(data, key), _attributes_v2(tree, path))


def read_group(tree: Tree, path: str) -> tuple[Literal[2, 3], Mapping[str, Any]] | None:
    """Return Zarr format and attributes of the group at a path, None where none is; raises FormatError."""
    key = join(path, "zarr.json")
    data = tree.get(key)
    if data is not None:
        fields = parse_object(data, key)
        exactly(required(fields, "zarr_format", key), 3, f"{key}: zarr_format")
        if required(fields, "node_type", key) == "array":
            return None
        exactly(fields["node_type"], "group", f"{key}: node_type")
        return 3, as_object(fields.get("attributes", {}), f"{key}: attributes")
    key = join(path, ".zgroup")
    data = tree.get(key)
    if data is None:
        return None
    exactly(required(parse_object(data, key), "zarr_format", key), 2, f"{key}: zarr_format")
    return 2, _attributes_v2(tree, path)


def read_array(tree: Tree, stored: StoredArray, *, max_bytes: int = MAX_BYTES) -> np.ndarray:
    """Return the whole array, in native byte order and C order; absent chunks hold the fill value.

    Raises FormatError for a chunk that cannot be decoded, and for an array or chunk of more than `max_bytes`.
    """
    return _read_box(tree, stored, tuple((0, length) for length in stored.shape), max_bytes)


def read_region(tree: Tree, stored: StoredArray, region: Region, *, max_bytes: int = MAX_BYTES) -> np.ndarray:
    """Return a region of the array, with one selection per axis, inside the array; else like `read_array`."""
    spans = tuple(map(_span, region))
    whole = _read_box(tree, stored, spans, max_bytes)
    steps = tuple(0 if isinstance(part, int) else slice(None, None, _step(part)) for part in region)
    result = whole[steps]
    kept = [
        (part, start) for part, (start, _) in zip(region, spans, strict=True) if not isinstance(part, int)
    ]
    for axis, (part, start) in enumerate(kept):
        if isinstance(part, Pick):
            result = result.take([number - start for number in part.pick], axis)
    return np.ascontiguousarray(result).reshape(shape_of(region))


def _span(part: Part) -> tuple[int, int]:
    if isinstance(part, Pick):
        return (min(part.pick, default=0), max(part.pick, default=-1) + 1)
    return (part, part + 1) if isinstance(part, int) else part[:2]


def _step(part: tuple[int, int, int] | Pick) -> int:
    return 1 if isinstance(part, Pick) else part[2]


def _read_box(
    tree: Tree, stored: StoredArray, spans: tuple[tuple[int, int], ...], max_bytes: int
) -> np.ndarray:
    """Return the box between the (start, stop) of each axis."""
    cell = stored.chunk.shape
    shape = tuple(stop - start for start, stop in spans)
    places = [range(start // n, -(-stop // n)) for (start, stop), n in zip(spans, cell, strict=True)]
    _must_fit(stored, shape, math.prod(len(axis) for axis in places), max_bytes)
    result = np.full(shape, stored.chunk.fill, stored.chunk.dtype.numpy)
    if result.size == 0:
        return result
    for place in itertools.product(*places):
        array = _read_chunk(tree, stored, place)
        if array is not None:
            here, there = _overlap(box(place, cell), spans)
            result[there] = array[here]
    return result


def _read_chunk(tree: Tree, stored: StoredArray, place: tuple[int, ...]) -> np.ndarray | None:
    key = join(stored.path, stored.key(place))
    data = tree.get(key)
    if data is None:
        return None
    try:
        return stored.chain.decode(data, stored.chunk)
    except FormatError as problem:
        raise FormatError(f"{key}: {problem}") from problem


def _overlap(
    cell: tuple[slice, ...], spans: tuple[tuple[int, int], ...]
) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return the part of a chunk that lies in the box: as slices of the chunk, and of the box."""
    here, there = [], []
    for part, (start, stop) in zip(cell, spans, strict=True):
        first, last = max(part.start, start), min(part.stop, stop)
        here.append(slice(first - part.start, last - part.start))
        there.append(slice(first - start, last - start))
    return tuple(here), tuple(there)


def _must_fit(stored: StoredArray, shape: tuple[int, ...], chunks: int, max_bytes: int) -> None:
    where = f"{stored.path or 'the root'}: shape"
    # An axis of no elements does not make the others small: numpy refuses them.
    elements = math.prod(max(length, 1) for length in shape)
    if elements * stored.chunk.dtype.numpy.itemsize > max_bytes:
        raise FormatError(f"{where} {list(shape)} {stored.dtype} has more than {max_bytes} bytes")
    if stored.chunk.nbytes > max_bytes:
        raise FormatError(f"{where}: a chunk has more than {max_bytes} bytes")
    if chunks > MAX_CHUNKS:
        raise FormatError(f"{where} {list(shape)} has more than {MAX_CHUNKS} chunks")


def _attributes_v2(tree: Tree, path: str) -> Mapping[str, Any]:
    key = join(path, ".zattrs")
    data = tree.get(key)
    return {} if data is None else parse_object(data, key)
