"""What an array that we write shall be."""

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from harness.scenario.recipe import Codec, Dtype

# The longest buffer that blosc takes.
MAX_CHUNK_BYTES = 2**31 - 17


@dataclass(frozen=True, kw_only=True)
class ArraySpec:
    """One array. Lengths are in elements; raises ValueError where they don't fit together."""

    zarr_format: Literal[2, 3]
    shape: tuple[int, ...]
    chunks: tuple[int, ...]  # of a sharded array: the inner chunks
    shards: tuple[int, ...] | None = None
    dtype: Dtype
    codec: Codec = field(default_factory=Codec)
    separator: Literal["/", "."] = "/"
    fill_value: float = 0
    dimension_names: tuple[str | None, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("chunks", "shards", "dimension_names"):
            entries = getattr(self, name)
            if entries is not None and len(entries) != len(self.shape):
                raise ValueError(f"{name} has {len(entries)} entries, but shape has {len(self.shape)}")
        if any(length < 0 for length in self.shape) or any(length < 1 for length in self.chunks):
            raise ValueError("lengths of shape must be at least 0, of chunks at least 1")
        if any(s < c or s % c for s, c in zip(self.shards or (), self.chunks, strict=False)):
            raise ValueError("each shard length must be a multiple of the chunk length")
        if math.prod(self.chunks) * self.itemsize > MAX_CHUNK_BYTES:
            raise ValueError(f"a chunk must not have more than {MAX_CHUNK_BYTES} bytes")
        if self.zarr_format == 2 and (self.shards is not None or self.dimension_names is not None):
            raise ValueError("shards and dimension_names need Zarr v3")
        if self.zarr_format == 2 and self.codec.crc32c:
            raise ValueError("crc32c is not a Zarr v2 codec")
        if self.zarr_format == 3 and self.codec.name == "zlib":
            raise ValueError("zlib is not a Zarr v3 codec")

    @property
    def itemsize(self) -> int:
        """The length of an element in bytes."""
        return np.dtype(self.dtype).itemsize
