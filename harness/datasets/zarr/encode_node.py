"""Writing an array given by its metadata document, by any chain that we decode; and what is read of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from harness.datasets.zarr import metadata_v2, metadata_v3, values
from harness.datasets.zarr.chunks import Place, encode_chunk, padded, places_of
from harness.datasets.zarr.codecs import ByteStep, Chain, Sums
from harness.datasets.zarr.compression import Compression, without_content_size
from harness.datasets.zarr.encode import METADATA_KEYS, Entry, attributes_v2, encode_json
from harness.datasets.zarr.filters import Filter
from harness.datasets.zarr.sharding import Sharded, box, cell
from harness.datasets.zarr.stored import StoredArray, chunk_key
from harness.datasets.zarr.tree import join
from harness.scenario.specimen import Absent, ArrayNode


def stored_node(zarr_format: Literal[2, 3], path: str, node: ArrayNode) -> StoredArray:
    """Return the array that a node's document describes; raises FormatError for what we don't decode."""
    key = join(path, METADATA_KEYS[zarr_format])
    if zarr_format == 3:
        return metadata_v3.stored_array(path, key, node.metadata)
    return metadata_v2.stored_array(path, key, node.metadata, node.attributes)


def encode_node(
    zarr_format: Literal[2, 3], path: str, node: ArrayNode, pixels: np.ndarray
) -> Iterator[Entry]:
    """Return keys below the hierarchy's root, with their bytes: metadata first, then chunks in C order.

    The document is stored as it stands. `pixels` has the array's shape, and its type in native byte order
    (object for strings), or it is a ValueError. Raises FormatError for a document that we don't decode.
    """
    stored = stored_node(zarr_format, path, node)
    dtype = stored.chunk.dtype.numpy
    if pixels.shape != stored.shape or pixels.dtype != dtype:
        raise ValueError(
            f"{path}: pixels are {pixels.dtype} {pixels.shape}, but its metadata say {dtype} {stored.shape}"
        )
    filtered = any(isinstance(step, Sums) for step in stored.chain.array_steps)
    if stored.shards is not None and node.absent_inner != "none" and filtered:
        raise ValueError(f"{path}: nothing says what absent inner chunks hold after a filter")
    if not node.zstd_content_size:
        stored = replace(stored, chain=_untold(stored.chain))
    return _entries(stored, node, pixels)


def pixels_of(zarr_format: Literal[2, 3], path: str, node: ArrayNode) -> np.ndarray:
    """Return the values that a node asks for, in its array's shape and native type (object for strings).

    Random ones are told by the path alone. Raises FormatError for a document that we don't decode.
    """
    stored = stored_node(zarr_format, path, node)
    return values.made(node.values, stored.shape, stored.chunk.dtype.numpy, path)


def as_read(zarr_format: Literal[2, 3], path: str, node: ArrayNode, pixels: np.ndarray) -> np.ndarray:
    """Return what a correct reader makes of the stored node: the fill value where no chunk is found.

    Where the specification leaves that open (Zarr v2 without a fill value), it is zero or an empty string.
    What codecs round is rounded.
    """
    stored = stored_node(zarr_format, path, node)
    result = np.full(stored.shape, stored.chunk.fill, stored.chunk.dtype.numpy)
    for place in places_of(stored):
        if _key_on_disk(stored, node, place) == stored.key(place) and not _left_out(node.absent, place):
            block = cell(pixels, place, stored.chunk.shape)
            result[box(place, stored.chunk.shape)] = _chunk_as_read(stored, node, block)
    return result


def _entries(stored: StoredArray, node: ArrayNode, pixels: np.ndarray) -> Iterator[Entry]:
    yield join(stored.path, METADATA_KEYS[stored.zarr_format]), encode_json(node.metadata)
    if stored.zarr_format == 2:
        for name, data in attributes_v2(node.attributes):
            yield join(stored.path, name), data
    for place in places_of(stored):
        if not _left_out(node.absent, place):
            data = encode_chunk(stored, pixels, place, lambda inner: _left_out(node.absent_inner, inner))
            yield join(stored.path, _key_on_disk(stored, node, place)), data


def _left_out(absent: Absent, place: Place) -> bool:
    return absent == "all" or (absent == "checkered" and sum(place) % 2 == 1)


def _key_on_disk(stored: StoredArray, node: ArrayNode, place: Place) -> str:
    return chunk_key(stored.key_prefix, node.separator_on_disk or stored.separator, place)


def _untold(chain: Chain) -> Chain:
    serializer = chain.serializer
    if isinstance(serializer, Sharded):
        serializer = replace(serializer, chain=_untold(serializer.chain))
    return replace(chain, serializer=serializer, byte_steps=tuple(map(_untold_step, chain.byte_steps)))


def _untold_step(step: ByteStep) -> ByteStep:
    return without_content_size(step) if isinstance(step, Compression) and step.name == "zstd" else step


def _chunk_as_read(stored: StoredArray, node: ArrayNode, block: np.ndarray) -> np.ndarray:
    """Return what is read of the part of a chunk or shard that is inside the array."""
    inside = tuple(map(slice, block.shape))
    if _lossy(stored.chain):
        whole = padded(block, stored.chunk)
        block = stored.chain.decode(stored.chain.encode(whole, stored.chunk), stored.chunk)[inside]
    if stored.shards is None or node.absent_inner == "none":
        return block
    result = np.array(block)
    counts = [shard // chunk for shard, chunk in zip(stored.shards, stored.chunks, strict=True)]
    for inner in np.ndindex(*counts):
        if _left_out(node.absent_inner, inner):
            result[box(inner, stored.chunks)] = stored.chunk.fill
    return result


def _lossy(chain: Chain) -> bool:
    filters = [step for step in chain.byte_steps if isinstance(step, Filter)]
    filters += [step.filter for step in chain.array_steps if isinstance(step, Sums)]
    inner = isinstance(chain.serializer, Sharded) and _lossy(chain.serializer.chain)
    return inner or any(step.lossy for step in filters)
