"""Flipped bits: a checksum tells each of them, and what has none lets them pass."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.datasets.zarr.decode import FormatError, open_array, read_array
from harness.datasets.zarr.encode import encode_array
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.tree import MemoryTree
from harness.scenario.recipe import Codec

# Half noise, half smooth: compressors store the one as it is, and squeeze the other.
PIXELS = np.random.default_rng(3).integers(0, 2**16, (64, 64), "uint16")
PIXELS[32:] = np.arange(64)
CHUNK = {2: "0/0", 3: "c/0/0"}

GUARDED = {
    "zstd with checksum": (3, Codec(name="zstd", checksum=True)),
    "zstd with checksum, v2": (2, Codec(name="zstd", checksum=True)),
    "gzip": (3, Codec(name="gzip")),
    "zlib": (2, Codec(name="zlib")),
    "crc32c": (3, Codec(name="none", crc32c=True)),
    "blosc and crc32c": (3, Codec(name="blosc", crc32c=True)),
    "zstd with checksum and crc32c": (3, Codec(name="zstd", checksum=True, crc32c=True)),
}
UNGUARDED = {
    "none": (3, Codec(name="none")),
    "zstd": (3, Codec(name="zstd")),
    "zstd, v2": (2, Codec(name="zstd")),
    "blosc": (3, Codec(name="blosc", shuffle="noshuffle")),
}


def stored(zarr_format: int, codec: Codec, *, sharded: bool = False) -> MemoryTree:
    spec = ArraySpec(
        zarr_format=zarr_format,
        shape=PIXELS.shape,
        chunks=(32, 64) if sharded else PIXELS.shape,
        shards=PIXELS.shape if sharded else None,
        dtype="uint16",
        codec=codec,
    )
    return MemoryTree(dict(encode_array(spec, PIXELS)))


def flipped(tree: MemoryTree, zarr_format: int, part: float, bit: int = 0) -> MemoryTree:
    """Return the array with one bit of its chunk flipped; `part` is how far from the beginning."""
    chunk = bytearray(tree.entries[CHUNK[zarr_format]])
    chunk[int(part * len(chunk))] ^= 1 << bit
    return MemoryTree({**tree.entries, CHUNK[zarr_format]: bytes(chunk)})


def read(tree: MemoryTree) -> np.ndarray:
    return read_array(tree, open_array(tree, ""))


@pytest.mark.parametrize("name", GUARDED)
def test_a_bit_flipped_in_the_middle_is_told_by_a_checksum(name):
    zarr_format, codec = GUARDED[name]
    tree = stored(zarr_format, codec)
    assert np.array_equal(read(tree), PIXELS)
    with pytest.raises(FormatError, match=f"^{CHUNK[zarr_format]}: "):
        read(flipped(tree, zarr_format, 0.5))


@pytest.mark.parametrize("name", [name for name, (zarr_format, _) in GUARDED.items() if zarr_format == 3])
def test_a_bit_flipped_in_an_inner_chunk_is_told_by_a_checksum(name):
    tree = stored(3, GUARDED[name][1], sharded=True)
    assert np.array_equal(read(tree), PIXELS)
    with pytest.raises(FormatError, match=r"^c/0/0: inner chunk \["):
        read(flipped(tree, 3, 0.3))


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(GUARDED)), st.floats(0, 1, exclude_max=True), st.integers(0, 7), st.booleans())
def test_no_flipped_bit_gives_other_pixels_where_there_is_a_checksum(name, part, bit, sharded):
    zarr_format, codec = GUARDED[name]
    tree = flipped(stored(zarr_format, codec, sharded=sharded and zarr_format == 3), zarr_format, part, bit)
    try:
        found = read(tree)
    except FormatError:
        return
    assert np.array_equal(found, PIXELS)  # as where gzip's header says when the chunk was made


@pytest.mark.parametrize("name", UNGUARDED)
def test_a_bit_flipped_in_the_middle_passes_where_there_is_no_checksum(name):
    zarr_format, codec = UNGUARDED[name]
    # The noise comes first: of what is stored as it is, every bit is a pixel's.
    found = read(flipped(stored(zarr_format, codec), zarr_format, 0.25))
    assert np.count_nonzero(found != PIXELS) == 1


@pytest.mark.parametrize("name", ["none", "zstd", "blosc"])
def test_a_bit_flipped_in_the_index_of_a_shard_is_told_by_its_own_checksum(name):
    tree = stored(3, UNGUARDED[name][1], sharded=True)
    with pytest.raises(FormatError, match="in the shard's index the crc32c checksum is wrong"):
        read(flipped(tree, 3, 1 - 20 / len(tree.entries["c/0/0"])))
