"""An array's chunks on its grid, and the bytes of one."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from harness.datasets.zarr.codecs import Chunk
from harness.datasets.zarr.sharding import Sharded, cell
from harness.datasets.zarr.stored import StoredArray

Place = tuple[int, ...]


def nowhere(_place: Place) -> bool:
    """Tell that no chunk is left out."""
    return False


def places_of(stored: StoredArray) -> Iterator[Place]:
    """Return the place of each chunk of the grid, of sharded arrays each shard, in C order."""
    cells = zip(stored.shape, stored.chunk.shape, strict=True)
    return itertools.product(*(range(-(-length // part)) for length, part in cells))


def encode_chunk(
    stored: StoredArray, array: np.ndarray, place: Place, left_out: Callable[[Place], bool] = nowhere
) -> bytes:
    """Return the bytes of the chunk or shard at a place of the grid.

    At the edge it is padded with the fill value. Of a shard, inner chunks wholly beyond the edge are not
    stored, nor those to be left out, by their places in it. Raises FormatError where it cannot be encoded.
    """
    block = cell(array, place, stored.chunk.shape)
    chain = stored.chain
    if isinstance(chain.serializer, Sharded):
        inside = chain.encoded(Chunk(block.shape, stored.chunk.dtype, stored.chunk.fill)).shape
        whole = chain.encoded(stored.chunk).shape
        parts = chain.serializer.chunk_shape
        grid = itertools.product(*(range(n // part) for n, part in zip(whole, parts, strict=True)))
        absent = frozenset(at for at in grid if left_out(at) or _beyond(at, parts, inside))
        chain = replace(chain, serializer=replace(chain.serializer, left_out=absent))
    return chain.encode(padded(block, stored.chunk), stored.chunk)


def _beyond(place: Place, parts: tuple[int, ...], lengths: tuple[int, ...]) -> bool:
    return any(n * part >= length for n, part, length in zip(place, parts, lengths, strict=True))


def padded(block: np.ndarray, chunk: Chunk) -> np.ndarray:
    """Return the block as a chunk: what lies beyond the array's edge holds the fill value."""
    if block.shape == chunk.shape:
        return block
    whole = chunk.filled()
    whole[tuple(map(slice, block.shape))] = block
    return whole
