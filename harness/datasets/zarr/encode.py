"""Writing: arrays and groups as keys and bytes, metadata first. Nothing is stored here; a sink does that."""

import json
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Literal

import numpy as np

from harness.datasets.zarr import metadata_v2, metadata_v3
from harness.datasets.zarr.chunks import encode_chunk, places_of
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.stored import StoredArray

Entry = tuple[str, bytes]

METADATA_KEYS = {2: ".zarray", 3: "zarr.json"}

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
        return iter([("zarr.json", encode_json(document))])
    return iter([(".zgroup", encode_json({"zarr_format": 2})), *attributes_v2(attributes or {})])


def _entries(spec: ArraySpec, array: np.ndarray, attributes: Mapping[str, Any]) -> Generator[Entry]:
    document = (
        metadata_v3.array_document(spec, attributes)
        if spec.zarr_format == 3
        else metadata_v2.array_document(spec)
    )
    key = METADATA_KEYS[spec.zarr_format]
    yield key, encode_json(document)
    if spec.zarr_format == 3:
        stored = metadata_v3.stored_array("", key, document)
    else:
        yield from attributes_v2(attributes)
        stored = metadata_v2.stored_array("", key, document, attributes)
    yield from _chunks(stored, array)


def attributes_v2(attributes: Mapping[str, Any]) -> list[Entry]:
    """Return the document of attributes of Zarr v2, where there are some."""
    return [(".zattrs", encode_json(attributes))] if attributes else []


def encode_json(document: Mapping[str, Any]) -> bytes:
    """Return a metadata document as it is stored."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False).encode()


def _chunks(stored: StoredArray, array: np.ndarray) -> Iterator[Entry]:
    def encode_cell(place: tuple[int, ...]) -> Entry:
        return stored.key(place), encode_chunk(stored, array, place)

    return _in_order(partial(encode_cell, place) for place in places_of(stored))


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
