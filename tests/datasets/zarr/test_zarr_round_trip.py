"""What we encode, we decode."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from harness.datasets.zarr.decode import open_array, read_array, read_region
from harness.datasets.zarr.encode import encode_array
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.tree import MemoryTree
from harness.scenario.recipe import Codec
from harness.scenario.region import index

DTYPES = [
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float32",
    "float64",
]
FINITE = st.floats(-(2.0**99), 2.0**99, width=32)


@st.composite
def codecs(draw, zarr_format):
    name = draw(st.sampled_from(["none", "gzip", "zstd", "blosc"] + (["zlib"] if zarr_format == 2 else [])))
    return Codec(
        name=name,
        level=draw(st.integers(0, 9)),
        cname=draw(st.sampled_from(["lz4", "lz4hc", "blosclz", "zstd", "zlib"])),
        shuffle=draw(st.sampled_from(["noshuffle", "shuffle", "bitshuffle"])),
        checksum=name == "zstd" and draw(st.booleans()),
        crc32c=zarr_format == 3 and draw(st.booleans()),
    )


@st.composite
def specs(draw):
    zarr_format = draw(st.sampled_from([2, 3]))
    shape = draw(npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=7))
    chunks = tuple(draw(st.integers(1, 4)) for _ in shape)
    sharded = zarr_format == 3 and draw(st.booleans())
    dtype = draw(st.sampled_from(DTYPES))
    fills = {"b": st.booleans(), "f": FINITE | st.sampled_from([math.nan, math.inf, -math.inf])}
    return ArraySpec(
        zarr_format=zarr_format,
        shape=shape,
        chunks=chunks,
        shards=tuple(chunk * draw(st.integers(1, 3)) for chunk in chunks) if sharded else None,
        dtype=dtype,
        codec=draw(codecs(zarr_format)),
        separator=draw(st.sampled_from("./")),
        fill_value=draw(fills.get(np.dtype(dtype).kind, st.integers(0, 127))),
        dimension_names=tuple("tczyx"[: len(shape)]) if zarr_format == 3 and draw(st.booleans()) else None,
    )


def stored(spec: ArraySpec, array: np.ndarray) -> MemoryTree:
    return MemoryTree({f"image/0/{key}": data for key, data in encode_array(spec, array, {"a": 1})})


def random_array(spec: ArraySpec) -> np.ndarray:
    numbers = np.random.default_rng(7).integers(0, 256, (*spec.shape, spec.itemsize), np.uint8)
    if spec.dtype == "bool":
        return numbers[..., 0] > 127
    return numbers.view(spec.dtype).reshape(spec.shape)  # of floats: NaN payloads too


@settings(deadline=None, max_examples=150)
@given(specs())
def test_an_array_comes_back_bit_by_bit_with_all_its_facts(spec):
    array = random_array(spec)
    tree = stored(spec, array)
    found = open_array(tree, "image/0")
    back = read_array(tree, found)
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())
    for fact in ("zarr_format", "shape", "chunks", "shards", "dtype", "separator", "dimension_names"):
        assert getattr(found, fact) == getattr(spec, fact)
    assert found.attributes == {"a": 1}
    np.testing.assert_equal(found.fill_value, np.dtype(spec.dtype).type(spec.fill_value).item())


@settings(deadline=None, max_examples=60)
@given(specs())
def test_the_codec_comes_back_as_far_as_it_matters(spec):
    codec = open_array(stored(spec, random_array(spec)), "image/0").codec
    matters = {"none": set(), "blosc": {"level", "cname", "shuffle"}}
    fields = {"name", "checksum", "crc32c"} | matters.get(spec.codec.name, {"level"})
    assert codec.model_dump(include=fields) == spec.codec.model_dump(include=fields)


@settings(deadline=None, max_examples=60)
@given(specs(), st.sets(st.integers(0, 200)))
def test_absent_chunks_hold_the_fill_value_and_nothing_else_changes(spec, dropped):
    array = random_array(spec)
    tree = stored(spec, array)
    chunks = [key for key in tree.entries if not key.endswith(("zarr.json", ".zarray", ".zattrs"))]
    gone = {key for number, key in enumerate(chunks) if number in dropped}
    found = open_array(tree, "image/0")
    back = read_array(MemoryTree({k: v for k, v in tree.entries.items() if k not in gone}), found)
    for place in np.ndindex(tuple(-(-n // c) for n, c in zip(spec.shape, found.chunk.shape, strict=True))):
        box = tuple(slice(p * c, (p + 1) * c) for p, c in zip(place, found.chunk.shape, strict=True))
        if f"image/0/{found.key(place)}" in gone:
            np.testing.assert_array_equal(back[box], np.dtype(spec.dtype).type(spec.fill_value))
        else:
            assert back[box].tobytes() == array[box].tobytes()


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_a_region_is_that_of_the_whole_array(data):
    spec = data.draw(specs().filter(lambda spec: 0 not in spec.shape))
    region = []
    for length in spec.shape:
        start = data.draw(st.integers(0, length - 1))
        stop = data.draw(st.integers(start + 1, length))
        region.append(data.draw(st.sampled_from([start, (start, stop, 1), (start, stop, 3)])))
    array = random_array(spec)
    tree = stored(spec, array)
    back = read_region(tree, open_array(tree, "image/0"), tuple(region))
    expected = array[index(tuple(region))]
    assert (back.shape, back.tobytes()) == (expected.shape, expected.tobytes())


@settings(deadline=None, max_examples=25)
@given(specs())
def test_equal_arrays_give_equal_bytes(spec):
    array = random_array(spec)
    swapped = np.asfortranarray(array).astype(array.dtype.newbyteorder(">"))
    assert list(encode_array(spec, array)) == list(encode_array(spec, swapped.reshape(spec.shape)))
