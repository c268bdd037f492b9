"""Arrays written by others, zarr-python 2 and 3, whose values are published with their generators."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from harness.datasets.zarr.decode import open_array, read_array, read_group
from harness.datasets.zarr.encode_node import encode_node
from harness.datasets.zarr.tree import FolderTree, MemoryTree
from harness.scenario.specimen import ArrayNode

pytestmark = pytest.mark.suites

COUNT = [1, 2, 3, 4]
FLOATS = [-1000.5, 0, 1000.5, 0]
HALVES = [1.5, 2.5, 3.5, 4.5]
NINE = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
CUBE = np.arange(27).reshape(3, 3, 3)
FLAGS = [True, False, True, False]
WORDS = ["a", "b", "cc", "d"]

V2 = {
    "1d.contiguous.zlib.i2": ("int16", COUNT),
    "1d.contiguous.blosc.i2": ("int16", COUNT),
    "1d.contiguous.lz4.i2": ("int16", COUNT),
    "1d.contiguous.zstd.i2": ("int16", COUNT),
    "1d.contiguous.raw.i2": ("int16", COUNT),
    "1d.contiguous.i4": ("int32", COUNT),
    "1d.contiguous.u1": ("uint8", [255, 0, 255, 0]),
    "1d.contiguous.f4.le": ("float32", FLOATS),
    "1d.contiguous.f4.be": ("float32", FLOATS),
    "1d.contiguous.f8": ("float64", HALVES),
    "1d.contiguous.U13.le": ("<U13", WORDS),
    "1d.contiguous.U13.be": ("<U13", WORDS),
    "1d.contiguous.U7": ("<U7", WORDS),
    "1d.contiguous.S7": ("S7", [word.encode() for word in WORDS]),
    "1d.contiguous.b1": ("bool", FLAGS),
    "1d.chunked.i2": ("int16", COUNT),
    "1d.chunked.ragged.i2": ("int16", [*COUNT, 5]),
    "2d.contiguous.i2": ("int16", [[1, 2], [3, 4]]),
    "2d.chunked.i2": ("int16", [[1, 2], [3, 4]]),
    "2d.chunked.U7": ("<U7", [["a", "b"], ["cc", "d"]]),
    "2d.chunked.ragged.i2": ("int16", NINE),
    "3d.contiguous.i2": ("int16", CUBE),
    "3d.chunked.i2": ("int16", CUBE),
    "3d.chunked.mixed.i2.C": ("int16", CUBE),
    "3d.chunked.mixed.i2.F": ("int16", CUBE),
    "3d.chunked.O": ("object", [[["a", "aa"], ["aaa", "aaaa"]], [["b", "bb"], ["bbb", "bbbb"]]]),
    "1d.contiguous.shuffle.i2": ("int16", COUNT),
    "1d.contiguous.delta.i2": ("int16", COUNT),
    "1d.contiguous.delta.shuffle.i2": ("int16", [10, 20, 30, 40]),
    "1d.contiguous.fixedscaleoffset.f4": ("float32", [1000.0, 1000.1, 1000.2, 1000.3]),
    "1d.contiguous.bitround.f4": ("float32", [1.125, 2.25, 3.25, 4.5]),  # 3 bits of 1.1, 2.2, 3.3, 4.4
    "1d.contiguous.json2.O": ("object", ["foo", "bar", "baz", "qux"]),
}

V3 = {
    "1d.contiguous.gzip.i2": ("int16", COUNT),
    "1d.contiguous.blosc.i2": ("int16", COUNT),
    "1d.contiguous.raw.i2": ("int16", COUNT),
    "1d.contiguous.i4": ("int32", COUNT),
    "1d.contiguous.u1": ("uint8", [255, 0, 255, 0]),
    "1d.contiguous.f2.le": ("float16", FLOATS),
    "1d.contiguous.f4.le": ("float32", FLOATS),
    "1d.contiguous.f4.be": ("float32", FLOATS),
    "1d.contiguous.f8": ("float64", HALVES),
    "1d.contiguous.b1": ("bool", FLAGS),
    "1d.chunked.i2": ("int16", COUNT),
    "1d.chunked.ragged.i2": ("int16", [*COUNT, 5]),
    "2d.contiguous.i2": ("int16", [[1, 2], [3, 4]]),
    "2d.chunked.i2": ("int16", [[1, 2], [3, 4]]),
    "2d.chunked.ragged.i2": ("int16", NINE),
    "3d.contiguous.i2": ("int16", CUBE),
    "3d.chunked.i2": ("int16", CUBE),
    "3d.chunked.mixed.i2.C": ("int16", CUBE),
    "3d.chunked.mixed.i2.F": ("int16", CUBE),
    "1d.contiguous.compressed.sharded.i2": ("int16", COUNT),
    "1d.contiguous.compressed.sharded.i4": ("int32", COUNT),
    "1d.contiguous.compressed.sharded.u1": ("uint8", [255, 0, 255, 0]),
    "1d.contiguous.compressed.sharded.f4": ("float32", FLOATS),
    "1d.contiguous.compressed.sharded.f8": ("float64", HALVES),
    "1d.contiguous.compressed.sharded.b1": ("bool", FLAGS),
    "1d.chunked.compressed.sharded.i2": ("int16", COUNT),
    "1d.chunked.filled.compressed.sharded.i2": ("int16", [1, 2, 0, 0]),
    "2d.contiguous.compressed.sharded.i2": ("int16", [[1, 2], [3, 4]]),
    "2d.chunked.compressed.sharded.filled.i2": ("int16", np.arange(16).reshape(4, 4)),
    "2d.chunked.compressed.sharded.i2": ("int16", np.arange(1, 17).reshape(4, 4)),
    "2d.chunked.ragged.compressed.sharded.i2": ("int16", NINE),
    "3d.contiguous.compressed.sharded.i2": ("int16", CUBE),
    "3d.chunked.compressed.sharded.i2": ("int16", np.arange(64).reshape(4, 4, 4)),
    "3d.chunked.mixed.compressed.sharded.i2": ("int16", CUBE),
    "1d.contiguous.delta.i4": ("int32", COUNT),
    "3d.contiguous.delta.i4.mixed": ("int32", CUBE),
    "1d.contiguous.string.vlen": ("object", ["hello", "world", "zarr", "v3"]),
    "1d.chunked.string.vlen": ("object", ["a", "bb", "ccc", "dddd"]),
    "2d.chunked.string.vlen": ("object", [["hello", "world"], ["foo", "bar"]]),
    "1d.string.empty": ("object", ["", "test", ""]),
    "1d.string.unicode": ("object", ["hello", "世界", "🚀🎉", "Ñoño"]),
    "1d.contiguous.string.compressed": ("object", ["compressed", "string", "test"]),
    "consolidated/1d.chunked.i2": ("int16", COUNT),
    "consolidated/2d.contiguous.i2": ("int16", [[1, 2], [3, 4]]),
    "consolidated/nested/1d.i2": ("int16", [10, 20, 30, 40]),
}

ARRAYS = [("v2", name, *value) for name, value in V2.items()]
ARRAYS += [("v3", name, *value) for name, value in V3.items()]


def hierarchy(version: str) -> FolderTree:
    suites = os.environ.get("OZH_SUITES")
    if not suites:
        pytest.skip("OZH_SUITES is not set")
    return FolderTree(Path(suites) / "zarrita-fixtures" / version / "data.zarr")


@pytest.mark.parametrize(("version", "name", "dtype", "values"), ARRAYS)
def test_an_array_written_by_others_has_its_published_values(version, name, dtype, values):
    tree = hierarchy(version)
    array = read_array(tree, open_array(tree, name))
    assert array.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(array, np.array(values, dtype), strict=True)


@pytest.mark.parametrize(("version", "known"), [("v2", V2), ("v3", V3)])
def test_no_array_of_the_suite_is_left_out(version, known):
    tree = hierarchy(version)
    keys = list(tree.keys())
    nodes = {key.rpartition("/")[0] for key in keys if key.endswith((".zarray", "zarr.json"))}
    assert {node for node in nodes if read_group(tree, node) is None} == set(known)


def test_the_facts_of_a_sharded_array_written_by_others():
    stored = open_array(hierarchy("v3"), "3d.chunked.mixed.compressed.sharded.i2")
    assert (stored.shape, stored.chunks, stored.shards) == ((3, 3, 3), (3, 3, 1), (3, 3, 3))
    assert (stored.dtype, stored.fill_value, stored.separator) == ("int16", 0, "/")
    assert (stored.codec.name, stored.codec.level) == ("gzip", 5)


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_group_with_spaces_in_its_name_has_its_attributes(version):
    group = read_group(hierarchy(version), "my group with spaces")
    assert group == (int(version[1:]), {"description": "A group with spaces in the name"})


@pytest.mark.parametrize(("version", "name"), [(version, name) for version, name, _, _ in ARRAYS])
def test_an_array_written_by_others_is_encoded_to_what_decodes_alike(version, name):
    tree, zarr_format = hierarchy(version), int(version[1:])
    pixels = read_array(tree, open_array(tree, name))
    key = f"{name}/{'.zarray' if zarr_format == 2 else 'zarr.json'}"
    node = ArrayNode(metadata=json.loads(tree.get(key)))
    entries = dict(encode_node(zarr_format, name, node, pixels))
    ours = MemoryTree(entries)
    np.testing.assert_array_equal(read_array(ours, open_array(ours, name)), pixels, strict=True)
    compressed = ("zlib", "gzip", "blosc", "zstd", "lz4", "sharding", "json2")
    if not any(f'"{codec}' in json.dumps(node.metadata) for codec in compressed):
        chunks = entries.keys() - {key}
        # Those who wrote it left out chunks of nothing but the fill value.
        assert all(tree.get(chunk) in (None, entries[chunk]) for chunk in chunks)
        assert any(tree.get(chunk) for chunk in chunks)
