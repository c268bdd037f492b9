"""Writing: arrays and groups as keys and bytes, metadata first. Nothing is stored here; a sink does that."""

import itertools
import json
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Literal

import numpy as np

from harness.datasets.zarr import metadata_v2, metadata_v3
from harness.datasets.zarr.compression import compressor
from harness.datasets.zarr.sharding import box, encode_shard
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.stored import chunk_key

Entry = tuple[str, bytes]

_WORKERS = min(4, os.cpu_count() or 1)


def encode_array(
    spec: ArraySpec, array: np.ndarray, attributes: Mapping[str, Any] | None = None
) -> Generator[Entry]:
    """Return keys relative to the array, with their bytes: metadata first, then every chunk in C order.

    Chunks are taken from the array one by one, a few ahead of what was asked for, so that a memory map is
    never copied whole. Every chunk is written, also one that holds only the fill value; at the edge it is
    padded with that. Raises ValueError where the array is not what the spec says.
    """
    if array.shape != spec.shape or array.dtype.newbyteorder("=") != np.dtype(spec.dtype):
        raise ValueError(
            f"the array is {array.dtype} {array.shape}, but the spec says {spec.dtype} {spec.shape}"
        )
    return _entries(spec, array, attributes or {})


def encode_group(zarr_format: Literal[2, 3], attributes: Mapping[str, Any] | None = None) -> Iterator[Entry]:
    """Return keys relative to the group, with their bytes."""
    if zarr_format == 3:
        document = {"zarr_format": 3, "node_type": "group", "attributes": dict(attributes or {})}
        return iter([("zarr.json", _json(document))])
    return iter([(".zgroup", _json({"zarr_format": 2})), *_attributes_v2(attributes or {})])


def _entries(spec: ArraySpec, array: np.ndarray, attributes: Mapping[str, Any]) -> Generator[Entry]:
    yield from _metadata(spec, attributes)
    yield from _chunks(spec, array)


def _metadata(spec: ArraySpec, attributes: Mapping[str, Any]) -> list[Entry]:
    if spec.zarr_format == 3:
        return [("zarr.json", _json(metadata_v3.array_document(spec, attributes)))]
    return [(".zarray", _json(metadata_v2.array_document(spec))), *_attributes_v2(attributes)]


def _attributes_v2(attributes: Mapping[str, Any]) -> list[Entry]:
    return [(".zattrs", _json(attributes))] if attributes else []


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False).encode()


def _chunks(spec: ArraySpec, array: np.ndarray) -> Iterator[Entry]:
    cell = spec.chunks if spec.shards is None else spec.shards
    compress = compressor(spec.codec)
    little = np.dtype(spec.dtype).newbyteorder("<")

    def encode_chunk(block: np.ndarray) -> bytes:
        return compress(_padded(block, spec.chunks, little, spec.fill_value))

    def encode_cell(place: tuple[int, ...]) -> Entry:
        block = array[box(place, cell)]
        data = (
            encode_chunk(block)
            if spec.shards is None
            else encode_shard(block, cell, spec.chunks, encode_chunk)
        )
        return chunk_key("c" if spec.zarr_format == 3 else "", spec.separator, place), data

    grid = [-(-length // part) for length, part in zip(spec.shape, cell, strict=True)]
    return _in_order(partial(encode_cell, place) for place in itertools.product(*map(range, grid)))


def _padded(block: np.ndarray, shape: tuple[int, ...], dtype: np.dtype[Any], fill: float) -> np.ndarray:
    if block.shape == shape:
        return np.ascontiguousarray(block, dtype).reshape(shape)  # which makes one axis of none
    whole = np.full(shape, fill, dtype)
    whole[tuple(map(slice, block.shape))] = block
    return whole


def _in_order(jobs: Iterable[Callable[[], Entry]]) -> Iterator[Entry]:
    """Do the jobs in threads, at most a few ahead; compressors let other threads run."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        ahead: deque[Future[Entry]] = deque()
        for job in jobs:
            ahead.append(pool.submit(job))
            if len(ahead) > 2 * _WORKERS:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
