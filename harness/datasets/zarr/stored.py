"""A stored array as its metadata describe it: the facts, and the way to its pixels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.datasets.zarr.codecs import Chain, Chunk
from harness.datasets.zarr.fills import Fill
from harness.scenario.recipe import Codec


@dataclass(frozen=True)
class StoredArray:
    """An array. Lengths are in elements."""

    path: str  # below the root; empty: the root itself
    zarr_format: Literal[2, 3]
    shape: tuple[int, ...]
    chunks: tuple[int, ...]  # of a sharded array: the inner chunks
    shards: tuple[int, ...] | None
    dtype: str  # Zarr v3 name
    fill_value: Fill | None  # None: Zarr v2's null
    separator: Literal["/", "."]
    codec: Codec | None  # None: compressed as no recipe can ask for
    attributes: Mapping[str, Any]
    dimension_names: tuple[str | None, ...] | None
    key_prefix: str = field(repr=False)  # "c", or empty
    chain: Chain = field(repr=False)
    chunk: Chunk = field(repr=False)  # of the grid: of a sharded array, the shard

    def key(self, place: tuple[int, ...]) -> str:
        """Return the key, relative to the array, of the chunk at this place of the grid.

        Zarr v3 "Chunk key encoding"; Zarr v2 "Storing single chunks".
        """
        return chunk_key(self.key_prefix, self.separator, place)


def chunk_key(prefix: str, separator: str, place: tuple[int, ...]) -> str:
    """Return the key of a chunk relative to its array."""
    parts = [prefix] if prefix else []
    return separator.join([*parts, *map(str, place)]) or "0"
