"""Forms of metadata that we don't write ourselves, but others do."""

import base64
import json
import math

import numpy as np
import pytest

from harness.datasets.zarr.decode import open_array, read_array, read_group
from harness.datasets.zarr.tree import MemoryTree
from harness.scenario.recipe import Codec

CRC = {"name": "crc32c"}
GZIP = {"name": "gzip", "configuration": {"level": 5}}
LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}


def v3(stored=None, /, **changes) -> MemoryTree:
    fields = {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [2],
        "data_type": "uint8",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2]}},
        "chunk_key_encoding": {"name": "default"},
        "fill_value": 0,
        "codecs": [LITTLE],
    }
    return MemoryTree({"zarr.json": json.dumps({**fields, **changes}).encode(), **(stored or {})})


def v2(stored=None, /, **changes) -> MemoryTree:
    fields = {
        "zarr_format": 2,
        "shape": [2],
        "chunks": [2],
        "dtype": "|u1",
        "compressor": None,
        "fill_value": 0,
        "order": "C",
        "filters": None,
    }
    return MemoryTree({".zarray": json.dumps({**fields, **changes}).encode(), **(stored or {})})


def read(tree: MemoryTree) -> np.ndarray:
    return read_array(tree, open_array(tree, ""))


@pytest.mark.parametrize(
    ("encoding", "key"),
    [
        ({"name": "default"}, "c/0"),
        ("default", "c/0"),
        ({"name": "default", "configuration": {"separator": "."}}, "c.0"),
        ({"name": "v2"}, "0"),
    ],
)
def test_keys_are_encoded_as_the_metadata_say(encoding, key):
    assert read(v3({key: b"\1\2"}, chunk_key_encoding=encoding)).tolist() == [1, 2]


def test_the_keys_of_v2_are_separated_by_dots_unless_it_says_otherwise():
    shape = {"shape": [1, 2], "chunks": [1, 2]}
    assert read(v2({"0.0": b"\1\2", "0/0": b"\3\4"}, **shape)).tolist() == [[1, 2]]
    assert read(v2({"0.0": b"\1\2", "0/0": b"\3\4"}, dimension_separator="/", **shape)).tolist() == [[3, 4]]


def test_a_declared_separator_that_is_not_the_stored_one_gives_the_fill_value():
    tree = v2({"0/0": b"\3\4"}, dimension_separator=".", shape=[1, 2], chunks=[1, 2], fill_value=9)
    assert read(tree).tolist() == [[9, 9]]


def test_data_types_and_codecs_may_be_named_in_short():
    assert read(v3({"c/0": b"\1\2"}, codecs=["bytes"])).tolist() == [1, 2]
    assert read(v3({"c/0": b"\1\2"}, data_type={"name": "uint8"})).tolist() == [1, 2]


def test_a_type_of_one_byte_needs_no_byte_order_in_v2():
    assert [read(v2({"0": b"\1\2"}, dtype=text)).tolist() for text in ("|u1", "<u1", ">u1")] == [[1, 2]] * 3


@pytest.mark.parametrize(
    ("dtype", "fill", "expected"),
    [
        ("bool", True, True),
        ("int8", -128, -128),
        ("uint64", 2**64 - 1, 2**64 - 1),
        ("float16", "-Infinity", -math.inf),
        ("float32", 0.5, 0.5),
        ("float64", "0x3ff8000000000000", 1.5),
        ("string", "none", "none"),
    ],
)
def test_an_absent_chunk_of_v3_is_filled_with_the_fill_value(dtype, fill, expected):
    codec = "vlen-utf8" if dtype == "string" else LITTLE
    array = read(v3(data_type=dtype, fill_value=fill, codecs=[codec]))
    assert array.dtype == (object if dtype == "string" else dtype)
    assert array.tolist() == [expected, expected]


@pytest.mark.parametrize("bits", ["0x7fc00001", "0xffc12345", "0x7fc00000"])
def test_the_bits_of_a_nan_fill_value_are_kept(bits):
    array = read(v3(data_type="float32", fill_value=bits))
    assert [hex(element) for element in array.view("u4").tolist()] == [bits, bits]


@pytest.mark.parametrize(
    ("dtype", "fill", "expected"),
    [
        ("<f4", "NaN", math.nan),
        (">f8", "Infinity", math.inf),
        ("<f4", 1, 1.0),
        ("<i4", 3.0, 3),
        ("<i4", None, 0),
        ("<f8", None, 0.0),
        ("|b1", 1, True),
        ("|b1", None, False),
        ("|S3", base64.b64encode(b"ab").decode(), b"ab"),
        ("|S3", "", b""),
        ("<U3", "ab", "ab"),
        ("<U3", 0, ""),
        ("<U3", None, ""),
    ],
)
def test_an_absent_chunk_of_v2_is_filled_with_the_fill_value(dtype, fill, expected):
    array = read(v2(dtype=dtype, fill_value=fill))
    assert array.dtype.isnative
    np.testing.assert_array_equal(array, np.array([expected, expected], array.dtype))


def test_a_fill_value_of_null_stays_known():
    assert open_array(v2(fill_value=None), "").fill_value is None


@pytest.mark.parametrize("fill", [0, None, ""])
def test_an_absent_chunk_of_strings_is_empty(fill):
    assert read(v2(dtype="|O", filters=[{"id": "vlen-utf8"}], fill_value=fill)).tolist() == ["", ""]


def test_big_endian_elements_come_back_in_native_order():
    assert read(v2({"0": b"\1\2\3\4"}, dtype=">u2")).tolist() == [0x0102, 0x0304]
    big = {"name": "bytes", "configuration": {"endian": "big"}}
    array = read(v3({"c/0": b"\1\2\3\4"}, data_type="uint16", codecs=[big]))
    assert array.dtype.isnative
    assert array.tolist() == [0x0102, 0x0304]


def test_order_f_is_first_axis_fastest():
    shape = {"shape": [2, 3], "chunks": [2, 3]}
    assert read(v2({"0.0": bytes(range(6))}, order="F", **shape)).tolist() == [[0, 2, 4], [1, 3, 5]]


def test_a_transpose_of_three_axes_is_undone():
    grid = {"name": "regular", "configuration": {"chunk_shape": [2, 3, 4]}}
    array = np.arange(24, dtype="uint8").reshape(2, 3, 4)
    transpose = {"name": "transpose", "configuration": {"order": [2, 0, 1]}}
    chunk = np.transpose(array, [2, 0, 1]).tobytes()
    tree = v3({"c/0/0/0": chunk}, shape=[2, 3, 4], chunk_grid=grid, codecs=[transpose, LITTLE])
    np.testing.assert_array_equal(read(tree), array)


def test_v3_metadata_win_over_v2():
    tree = MemoryTree({**v2().entries, **v3(data_type="int8").entries})
    assert (open_array(tree, "").zarr_format, open_array(tree, "").dtype) == (3, "int8")


@pytest.mark.parametrize(
    ("compressor", "expected"),
    [
        ({"id": "blosc", "cname": "zstd", "clevel": 3, "shuffle": -1}, ("blosc", "zstd", "bitshuffle")),
        ({"id": "blosc", "cname": "zstd", "clevel": 3, "shuffle": 1}, ("blosc", "zstd", "shuffle")),
        ({"id": "blosc", "cname": "snappy", "clevel": 3, "shuffle": 1}, None),
        ({"id": "lz4", "acceleration": 1}, None),
        ({"id": "zstd", "level": -5}, None),
    ],
)
def test_a_codec_is_told_in_the_words_of_a_recipe_or_not_at_all(compressor, expected):
    codec = open_array(v2(compressor=compressor), "").codec
    assert (codec and (codec.name, codec.cname, codec.shuffle)) == expected


@pytest.mark.parametrize(
    ("codecs", "expected"),
    [
        ([CRC], Codec(name="none", crc32c=True)),
        ([GZIP, CRC], Codec(name="gzip", crc32c=True)),
        ([CRC, GZIP], None),
        ([CRC, CRC], None),
        ([GZIP, GZIP], None),
        ([GZIP, CRC, CRC], None),
    ],
)
def test_a_checksum_belongs_to_a_codec_only_where_a_recipe_puts_it(codecs, expected):
    assert open_array(v3(codecs=[LITTLE, *codecs]), "").codec == expected


def test_groups_of_both_formats_have_attributes():
    assert read_group(MemoryTree({".zgroup": b'{"zarr_format": 2}'}), "") == (2, {})
    tree = MemoryTree({"a/.zgroup": b'{"zarr_format": 2}', "a/.zattrs": b'{"b": 1}'})
    assert read_group(tree, "a") == (2, {"b": 1})
    group = b'{"zarr_format": 3, "node_type": "group", "attributes": {"b": 1}, "consolidated_metadata": null}'
    assert read_group(MemoryTree({"zarr.json": group}), "") == (3, {"b": 1})
