"""Data types and fill values, beyond those that recipes have."""

import base64
import json

import numpy as np
import pytest

from harness.datasets.zarr.decode import FormatError, open_array, read_array, read_region
from harness.datasets.zarr.tree import MemoryTree
from harness.scenario.region import Pick

LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}
BIG = {"name": "bytes", "configuration": {"endian": "big"}}
LEGACY = {"name": "structured", "configuration": {"fields": [["x", "float32"], ["n", "int16"]]}}


def v3(stored=None, /, **changes) -> MemoryTree:
    fields = {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [1],
        "data_type": "uint8",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1]}},
        "chunk_key_encoding": {"name": "default"},
        "fill_value": 0,
        "codecs": [LITTLE],
    }
    return MemoryTree({"zarr.json": json.dumps({**fields, **changes}).encode(), **(stored or {})})


def v2(stored=None, /, **changes) -> MemoryTree:
    fields = {
        "zarr_format": 2,
        "shape": [1],
        "chunks": [1],
        "dtype": "|u1",
        "compressor": None,
        "fill_value": None,
        "order": "C",
        "filters": None,
    }
    return MemoryTree({".zarray": json.dumps({**fields, **changes}).encode(), **(stored or {})})


def only_element(tree: MemoryTree) -> np.ndarray:
    return read_array(tree, open_array(tree, ""))[0]


def struct(*fields: tuple[str, object]) -> dict:
    entries = [{"name": name, "data_type": dtype} for name, dtype in fields]
    return {"name": "struct", "configuration": {"fields": entries}}


@pytest.mark.parametrize(
    ("dtype", "fill", "expected"),
    [
        ("complex64", [1, -2.5], np.complex64(1 - 2.5j).tobytes()),
        ("complex64", ["0x7fc00001", "Infinity"], bytes.fromhex("0100c07f 0000807f")),
        ("complex128", ["-Infinity", 0], np.complex128(complex(-np.inf, 0)).tobytes()),
        ("float32", "0x7f800001", bytes.fromhex("0100807f")),  # a NaN that signals
        ("float16", "NaN", bytes.fromhex("007e")),
        ("r24", [0, 128, 255], b"\x00\x80\xff"),
    ],
)
def test_the_bits_of_a_fill_value_of_v3(dtype, fill, expected):
    assert only_element(v3(data_type=dtype, fill_value=fill)).tobytes() == expected


def test_a_struct_is_filled_field_by_field():
    inner = struct(("ok", "bool"), ("raw", "r16"))
    fill = {"x": "NaN", "in": {"ok": True, "raw": [1, 2]}}
    element = only_element(v3(data_type=struct(("x", "float32"), ("in", inner)), fill_value=fill))
    assert element.tobytes() == bytes.fromhex("0000c07f 01 0102")
    assert element.dtype.names == ("x", "in")


@pytest.mark.parametrize(("codec", "order"), [(LITTLE, "<"), (BIG, ">"), ("bytes", "<")])
def test_a_legacy_struct_is_filled_in_the_byte_order_of_its_codec(codec, order):
    packed = np.array([(1.5, -2)], [("x", f"{order}f4"), ("n", f"{order}i2")]).tobytes()
    tree = v3(data_type=LEGACY, fill_value=base64.b64encode(packed).decode(), codecs=[codec])
    assert only_element(tree).item() == (1.5, -2)


def test_a_legacy_struct_follows_the_codec_inside_its_shards():
    packed = base64.b64encode(np.array([(1.5, -2)], [("x", ">f4"), ("n", ">i2")]).tobytes()).decode()
    sharding = {"chunk_shape": [1], "codecs": [BIG], "index_codecs": [LITTLE]}
    codecs = [{"name": "sharding_indexed", "configuration": sharding}]
    assert only_element(v3(data_type=LEGACY, fill_value=packed, codecs=codecs)).item() == (1.5, -2)


def test_a_struct_of_v2_is_filled_in_the_byte_order_of_its_fields():
    packed = base64.b64encode(b"\x01\x02" + np.float32(0.5).tobytes()).decode()
    tree = v2(dtype=[["a", ">u2"], ["b", "<f4"]], fill_value=packed)
    assert only_element(tree).item() == (258, 0.5)


def test_a_field_may_be_an_array():
    element = only_element(v2({"0": bytes(range(6))}, dtype=[["a", "|u1", [2, 2]], ["b", "<u2"]]))
    assert element["a"].tolist() == [[0, 1], [2, 3]]
    assert element["b"] == 0x0504


@pytest.mark.parametrize(
    ("dtype", "fill", "expected"),
    [
        (">c8", ["NaN", 2], "0000c07f00000040"),
        ("<c16", None, "00" * 16),
        ("|V2", "AQI=", "0102"),
        ("|V2", None, "0000"),
        ([["a", "|b1"], ["b", "<u2"]], None, "000000"),
    ],
)
def test_the_bits_of_a_fill_value_of_v2(dtype, fill, expected):
    assert only_element(v2(dtype=dtype, fill_value=fill)).tobytes().hex() == expected


def test_without_a_fill_value_an_array_of_v2_is_filled_as_with_null():
    document = json.loads(v2().entries[".zarray"])
    del document["fill_value"]
    tree = MemoryTree({".zarray": json.dumps(document).encode()})
    assert open_array(tree, "").fill_value is None
    assert only_element(tree) == 0


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        ("complex64", "complex64"),
        ("r16", "r16"),
        (LEGACY, "struct"),
        ({"name": "fixed_length_utf32", "configuration": {"length_bytes": 8}}, "fixed_length_utf32"),
    ],
)
def test_a_data_type_has_its_name(dtype, name):
    fills = {"complex64": [0, 0], "r16": [0, 0], "struct": {"x": 0, "n": 0}, "fixed_length_utf32": ""}
    assert open_array(v3(data_type=dtype, fill_value=fills[name]), "").dtype == name


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"data_type": "r12"}, "unknown data type 'r12'"),
        ({"data_type": "r8", "fill_value": [256]}, "not a fill value of r8"),
        ({"data_type": "r8", "fill_value": [1, 2]}, "not a fill value of r8"),
        ({"data_type": "complex64", "fill_value": 1}, "not a fill value of complex64"),
        ({"data_type": "complex64", "fill_value": [1, "x"]}, "not a fill value of half of complex64"),
        ({"data_type": struct(("x", "uint8")), "fill_value": {}}, "not a fill value of struct"),
        ({"data_type": struct(("x", "uint8")), "fill_value": "AA=="}, "not a fill value of struct"),
        ({"data_type": struct(("x", "uint8")), "fill_value": {"x": 256}}, "fill_value.x: 256 is not"),
        ({"data_type": struct(("x", "string"))}, "string has no fixed length"),
        ({"data_type": struct()}, "fields must be a list of fields"),
        ({"data_type": struct(("x", "uint8"), ("x", "int8"))}, "two fields have one name"),
        ({"data_type": {"name": "struct", "configuration": {"fields": [["x", "uint8"]]}}}, "JSON object"),
        (
            {"data_type": struct(("x", "int16")), "fill_value": {"x": 0}, "codecs": ["bytes"]},
            "endian must be",
        ),
        ({"data_type": {"name": "uint8", "configuration": {"a": 1}}}, "unknown field 'a'"),
        (
            {"data_type": {"name": "fixed_length_utf32", "configuration": {"length_bytes": 6}}},
            "multiple of 4",
        ),
        (
            {"codecs": [{"name": "transpose", "configuration": {"order": "F"}}, LITTLE]},
            "order must be a list",
        ),
        ({"codecs": [LITTLE, {"name": "mystery"}]}, "unknown codec 'mystery'"),
    ],
)
def test_wrong_types_and_fill_values_of_v3_are_refused(change, reason):
    with pytest.raises(FormatError, match=reason):
        open_array(v3(**change), "")


def test_a_boolean_in_a_struct_is_zero_or_one():
    with pytest.raises(FormatError, match="0: a boolean is stored as byte 2"):
        only_element(v2({"0": b"\0\0\2"}, dtype=[["a", "<u2"], ["b", "|b1"]]))
    with pytest.raises(FormatError, match="fill_value: a boolean is stored as byte 2"):
        open_array(v2(dtype=[["b", "|b1"]], fill_value="Ag=="), "")


def test_raw_bytes_need_no_byte_order():
    assert (
        only_element(v3({"c/0": b"\1\2"}, data_type="r16", fill_value=[0, 0], codecs=["bytes"])).item()
        == b"\1\2"
    )


def test_an_unknown_codec_that_need_not_be_understood_is_passed_over():
    codecs = [LITTLE, {"name": "mystery", "configuration": {"a": 1}, "must_understand": False}]
    assert only_element(v3({"c/0": b"\7"}, codecs=codecs)) == 7


def test_indices_of_an_axis_are_picked_in_their_order():
    tree = v2({"0.0": bytes(range(12))}, shape=[3, 4], chunks=[3, 4])
    stored = open_array(tree, "")
    picked = read_region(tree, stored, (Pick(pick=(2, 0, 2)), Pick(pick=(3, 1))))
    assert picked.tolist() == [[11, 9], [3, 1], [11, 9]]
    assert read_region(tree, stored, (1, Pick(pick=(3, 1)))).tolist() == [7, 5]
    assert read_region(tree, stored, (Pick(pick=()), (0, 4, 1))).shape == (0, 4)
