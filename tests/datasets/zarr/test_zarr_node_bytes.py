"""Bytes checked by hand, where encoders and readers disagree most."""

import json

import google_crc32c
import numcodecs
import numpy as np
import pytest

from harness.datasets.zarr.decode import FormatError, open_array, read_array
from harness.datasets.zarr.encode_node import encode_node
from harness.datasets.zarr.tree import MemoryTree
from harness.scenario.specimen import ArrayNode

LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}
BIG = {"name": "bytes", "configuration": {"endian": "big"}}
CRC = {"name": "crc32c"}
ABSENT = b"\xff" * 16
SIX = np.array([[1, 2, 3], [4, 5, 6]], "uint16")


def v2(**changes) -> dict:
    return {
        "zarr_format": 2,
        "shape": [2, 3],
        "chunks": [2, 3],
        "dtype": "<u2",
        "compressor": None,
        "fill_value": 0,
        "order": "C",
        "filters": None,
        **changes,
    }


def v3(**changes) -> dict:
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [2, 3],
        "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2, 3]}},
        "chunk_key_encoding": {"name": "default"},
        "fill_value": 0,
        "codecs": [LITTLE],
        **changes,
    }


def shards(codecs: list[dict], inner: list[int], index_codecs: list[dict], **more) -> list[dict]:
    configuration = {"chunk_shape": inner, "codecs": codecs, "index_codecs": index_codecs, **more}
    return [{"name": "sharding_indexed", "configuration": configuration}]


def chunk(document: dict, pixels: np.ndarray, **node) -> bytes:
    """Return the only chunk, after checking that it decodes to its pixels."""
    zarr_format = document["zarr_format"]
    entries = dict(encode_node(zarr_format, "", ArrayNode(metadata=document, **node), pixels))
    [data] = [data for key, data in entries.items() if not key.startswith((".z", "zarr"))]
    if "absent_inner" not in node:
        tree = MemoryTree(entries)
        np.testing.assert_array_equal(read_array(tree, open_array(tree, "")), pixels)
    return data


def test_order_f_is_first_axis_fastest():
    assert np.frombuffer(chunk(v2(order="F"), SIX), "<u2").tolist() == [1, 4, 2, 5, 3, 6]


def test_big_endian_in_both_formats():
    expected = bytes.fromhex("0001 0002 0003 0004 0005 0006")
    assert chunk(v2(dtype=">u2"), SIX) == expected
    assert chunk(v3(codecs=[BIG]), SIX) == expected


def test_a_complex_number_is_swapped_part_by_part():
    pixels = np.array([1 + 2j], "complex64")
    assert chunk(v2(shape=[1], chunks=[1], dtype=">c8", fill_value=None), pixels).hex() == "3f80000040000000"


def test_a_transpose_moves_axis_order_i_to_i():
    pixels = np.arange(24, dtype="uint16").reshape(2, 3, 4)
    grid = {"name": "regular", "configuration": {"chunk_shape": [2, 3, 4]}}
    transpose = {"name": "transpose", "configuration": {"order": [2, 0, 1]}}
    data = chunk(v3(shape=[2, 3, 4], chunk_grid=grid, codecs=[transpose, LITTLE]), pixels)
    assert data == np.ascontiguousarray(np.moveaxis(pixels, 2, 0)).tobytes()


def test_an_index_at_the_start_counts_itself_in_the_offsets():
    codecs = shards([LITTLE], [2, 1], [LITTLE], index_location="start")
    data = chunk(v3(codecs=codecs), SIX)
    assert np.frombuffer(data[:48], "<u8").tolist() == [48, 4, 52, 4, 56, 4]
    assert np.frombuffer(data[48:], "<u2").tolist() == [1, 4, 2, 5, 3, 6]


def test_an_index_at_the_start_with_a_checksum_is_four_bytes_longer():
    codecs = shards([LITTLE], [2, 3], [LITTLE, CRC], index_location="start")
    data = chunk(v3(codecs=codecs), SIX)
    assert np.frombuffer(data[:16], "<u8").tolist() == [20, 12]
    assert int.from_bytes(data[16:20], "little") == google_crc32c.value(data[:16])


def test_a_big_endian_index_has_its_checksum_in_little_endian():
    data = chunk(v3(codecs=shards([LITTLE], [2, 3], [BIG, CRC])), SIX)
    index = data[12:28]
    assert index.hex() == f"{0:016x}{12:016x}"
    assert int.from_bytes(data[28:], "little") == google_crc32c.value(index)


def test_an_inner_chunk_left_out_takes_no_room():
    codecs = shards([LITTLE], [1, 3], [LITTLE])
    data = chunk(v3(codecs=codecs), SIX, absent_inner="checkered")
    assert data == SIX[0].tobytes() + np.array([0, 6], "<u8").tobytes() + ABSENT
    assert chunk(v3(codecs=codecs), SIX, absent_inner="all") == ABSENT * 2


def test_inner_chunks_beyond_the_edge_are_found_through_a_transpose():
    transpose = {"name": "transpose", "configuration": {"order": [1, 0]}}
    grid = {"name": "regular", "configuration": {"chunk_shape": [2, 6]}}
    document = v3(chunk_grid=grid, codecs=[transpose, *shards([LITTLE], [3, 2], [LITTLE])])
    data = chunk(document, SIX)
    assert data == SIX.T.tobytes() + np.array([0, 12], "<u8").tobytes() + ABSENT


def test_a_struct_is_packed_and_each_field_has_its_own_byte_order():
    dtype = [["a", ">u2"], ["b", "<f4"], ["c", "|b1"]]
    pixels = np.array([(1, 1.0, True)], [("a", "u2"), ("b", "f4"), ("c", "?")])
    document = v2(shape=[1], chunks=[1], dtype=dtype, fill_value=None)
    assert chunk(document, pixels).hex() == "00010000803f01"


def test_a_struct_of_v3_has_one_byte_order():
    fields = [{"name": "a", "data_type": "uint16"}, {"name": "b", "data_type": "float32"}]
    pixels = np.array([(1, 1.0)], [("a", "u2"), ("b", "f4")])
    document = v3(
        shape=[1],
        data_type={"name": "struct", "configuration": {"fields": fields}},
        chunk_grid={"name": "regular", "configuration": {"chunk_shape": [1]}},
        fill_value={"a": 0, "b": 0},
        codecs=[BIG],
    )
    assert chunk(document, pixels).hex() == "00013f800000"


def test_strings_of_variable_length_follow_their_lengths():
    pixels = np.array(["", "ä", "🔬"], object)
    document = v2(shape=[3], chunks=[3], dtype="|O", filters=[{"id": "vlen-utf8"}])
    expected = b"\3\0\0\0" + b"\0\0\0\0" + b"\2\0\0\0\xc3\xa4" + b"\4\0\0\0\xf0\x9f\x94\xac"
    assert chunk(document, pixels) == expected
    grid = {"name": "regular", "configuration": {"chunk_shape": [3]}}
    strings = {"data_type": "string", "fill_value": "", "codecs": ["vlen-utf8"]}
    assert chunk(v3(shape=[3], chunk_grid=grid, **strings), pixels) == expected


def test_json_values_end_with_their_type_and_shape():
    pixels = np.array([["a", "ä"]], object)
    document = v2(shape=[1, 2], chunks=[1, 2], dtype="|O", filters=[{"id": "json2"}])
    assert json.loads(chunk(document, pixels)) == [["a", "ä"], "|O", [1, 2]]


def test_strings_of_fixed_length_are_padded():
    pixels = np.array(["a", "世"], "U2")
    data = chunk(v2(shape=[2], chunks=[2], dtype=">U2"), pixels)
    assert data.hex() == "000000610000000000004e1600000000"


@pytest.mark.parametrize(("length", "window"), [(1, 10), (1024, 10), (1025, 11), (300_000, 19)])
@pytest.mark.parametrize("checksum", [False, True])
def test_zstd_without_a_content_size_has_a_window_instead(length, window, checksum):
    pixels = np.arange(length, dtype="uint8")
    compressor = {"id": "zstd", "level": 3, "checksum": checksum}
    document = v2(shape=[length], chunks=[length], dtype="|u1", compressor=compressor)
    told = chunk(document, pixels)
    untold = chunk(document, pixels, zstd_content_size=False)
    assert told[:4] == untold[:4] == bytes.fromhex("28b52ffd")
    assert told[4] & 0b11100000 != 0
    # Neither content size nor single segment, one bit for the checksum; then a window of 2**n, as n - 10.
    assert untold[4] == (0b100 if checksum else 0)
    assert untold[5] >> 3 == window - 10
    assert untold[5] & 0b111 == 0
    assert bytes(numcodecs.Zstd().decode(untold)) == pixels.tobytes()
    assert told.endswith(untold[6:])


def test_zstd_without_a_content_size_goes_into_shards_too():
    zstd = {"name": "zstd", "configuration": {"level": 3}}
    codecs = shards([LITTLE, zstd], [2, 3], [LITTLE], index_location="start")
    assert chunk(v3(codecs=codecs), SIX, zstd_content_size=False)[20] == 0


def untold_strings(data: bytes) -> MemoryTree:
    document = v2(shape=[1], chunks=[1], dtype="|O", filters=[{"id": "vlen-utf8"}])
    document["compressor"] = {"id": "zstd", "level": 1}
    return MemoryTree({".zarray": json.dumps(document).encode(), "0": data})


def test_a_frame_that_may_hold_too_much_is_not_unpacked():
    block = (1 | (1 << 1) | (2**20 << 3)).to_bytes(3, "little") + b"\0"  # one byte, a million times, the last
    more = (2 | (2**20 << 3)).to_bytes(3, "little") + b"\0"
    frame = bytes.fromhex("28b52ffd 00 58") + more * 300 + block
    tree = untold_strings(frame)
    with pytest.raises(FormatError, match="don't say how long they are, and may be too long"):
        read_array(tree, open_array(tree, ""))


@pytest.mark.parametrize(("cut", "tail"), [(-1, b""), (-4, b""), (None, b"x")])
def test_a_frame_without_a_content_size_ends_where_it_should(cut, tail):
    document = json.loads(untold_strings(b"").entries[".zarray"])
    frame = chunk(document, np.array(["a" * 40], object), zstd_content_size=False)
    tree = untold_strings(frame[:cut] + tail)
    with pytest.raises(FormatError, match=r"^0: .*zstd"):
        read_array(tree, open_array(tree, ""))


def test_gzip_does_not_tell_the_time():
    data = chunk(v2(compressor={"id": "gzip", "level": 1}), SIX)
    assert data[4:8] == bytes(4)


def test_blosc_takes_the_length_of_an_element_from_the_document():
    blosc = {"cname": "lz4", "clevel": 5, "shuffle": "shuffle", "typesize": 2, "blocksize": 0}
    data = chunk(v3(codecs=[LITTLE, {"name": "blosc", "configuration": blosc}]), SIX)
    assert data[3] == 2
    assert int.from_bytes(data[4:8], "little") == 12
