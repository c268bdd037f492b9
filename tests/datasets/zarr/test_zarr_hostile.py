"""Whatever is wrong with what a tool wrote is a FormatError that says where, and no bomb goes off."""

import gzip
import json

import numcodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.datasets.zarr.decode import FormatError, open_array, read_array, read_group
from harness.datasets.zarr.encode import encode_array
from harness.datasets.zarr.encode_node import encode_node, pixels_of
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.tree import MemoryTree
from harness.scenario.recipe import Codec
from harness.scenario.specimen import ArrayNode

LIMIT_BYTES = 2**20
LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}
FILTERS = [
    {"id": "delta", "dtype": "<u2"},
    {"id": "shuffle", "elementsize": 2},
    {"id": "fixedscaleoffset", "dtype": "<u2", "astype": "<i4", "scale": 2, "offset": 1},
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(["|O", "<f4"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def encoded(zarr_format: int, codec: str, *, sharded: bool = False) -> MemoryTree:
    spec = ArraySpec(
        zarr_format=zarr_format,
        shape=(5, 6),
        chunks=(2, 3),
        shards=(4, 6) if sharded else None,
        dtype="uint16",
        codec=Codec(name=codec),
    )
    return MemoryTree(dict(encode_array(spec, np.arange(30, dtype="uint16").reshape(5, 6), {"a": 1})))


def strings() -> MemoryTree:
    fields = json.loads(encoded(2, "none").entries[".zarray"])
    fields |= {"dtype": "|O", "filters": [{"id": "vlen-utf8"}], "shape": [2], "chunks": [2], "fill_value": ""}
    chunk = b"".join(
        n.to_bytes(4, "little") + text for n, text in ((2, b""), (1, b"a"), (3, b"\xe4\xb8\x96"))
    )
    return MemoryTree({".zarray": json.dumps(fields).encode(), "0": chunk})


def filtered() -> MemoryTree:
    fields = json.loads(encoded(2, "zlib").entries[".zarray"])
    return MemoryTree(
        {**encoded(2, "zlib").entries, ".zarray": json.dumps({**fields, "filters": FILTERS}).encode()}
    )


def by_document(zarr_format: int, **changes) -> MemoryTree:
    fields = json.loads(encoded(zarr_format, "none").entries[".zarray" if zarr_format == 2 else "zarr.json"])
    node = ArrayNode(metadata={**fields, **changes}, zstd_content_size=False)
    return MemoryTree(dict(encode_node(zarr_format, "", node, pixels_of(zarr_format, "", node))))


ZSTD = {"name": "zstd", "configuration": {"level": 1, "checksum": True}}
POINT = {"name": "struct", "configuration": {"fields": [{"name": "x", "data_type": "float32"}]}}
SCALED = {"dtype": "<u2", "astype": "uint8", "scale": 2, "offset": 1}
STRUCTS = [
    by_document(2, dtype=[["a", ">u2", [2]], ["b", [["c", "|b1"], ["d", "<U2"]]]], fill_value=None),
    by_document(3, data_type=POINT, fill_value={"x": "0x7fc00001"}),
]
SUMS = [
    by_document(3, codecs=[{"name": f"numcodecs.{name}", "configuration": config}, LITTLE])
    for name, config in (("delta", {"dtype": "uint16", "astype": "<i4"}), ("fixedscaleoffset", SCALED))
]
UNTOLD = by_document(3, data_type="string", fill_value="", codecs=["vlen-utf8", ZSTD])

TREES = [*STRUCTS, *SUMS, UNTOLD, by_document(2, compressor={"id": "bz2", "level": 1})]
TREES += [by_document(3, data_type="complex64", fill_value=["NaN", 1])]
TREES += [encoded(2, codec) for codec in ("none", "zlib", "zstd", "blosc")]
TREES += [encoded(3, codec) for codec in ("gzip", "zstd", "blosc")]
TREES += [encoded(3, "blosc", sharded=True), encoded(3, "none", sharded=True), strings(), filtered()]


def read_all(tree: MemoryTree) -> None:
    read_group(tree, "")
    read_array(tree, open_array(tree, ""), max_bytes=LIMIT_BYTES)


def only_format_errors(tree: MemoryTree) -> None:
    try:
        read_all(tree)
    except FormatError as problem:
        assert str(problem)  # noqa: PT017 -- there may be no error at all


def places(value, path=()):
    """Yield the path of every value in a JSON document."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in inside:
        yield from places(inner, (*path, name))


def replaced(value, path, new):
    if not path:
        return new
    items = dict(value) if isinstance(value, dict) else list(value)
    items[path[0]] = replaced(value[path[0]], path[1:], new)
    return items


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_mutated_metadata_raise_nothing_but_a_format_error(data):
    tree = data.draw(st.sampled_from(TREES))
    key = data.draw(
        st.sampled_from([key for key in tree.entries if key in ("zarr.json", ".zarray", ".zattrs")])
    )
    document = json.loads(tree.entries[key])
    path = data.draw(st.sampled_from(list(places(document))))
    mutated = json.dumps(replaced(document, path, data.draw(JSON))).encode()
    only_format_errors(MemoryTree({**tree.entries, key: mutated}))


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_mutated_bytes_raise_nothing_but_a_format_error(data):
    tree = data.draw(st.sampled_from(TREES))
    key = data.draw(st.sampled_from(sorted(tree.entries)))
    value = bytearray(tree.entries[key])
    for _ in range(data.draw(st.integers(1, 3))):
        value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(value)) | st.none())
    tail = data.draw(st.binary(max_size=4))
    only_format_errors(MemoryTree({**tree.entries, key: bytes(value[:cut]) + tail}))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'{"a": ' + b"1" * 5000 + b"}"]
)
@pytest.mark.parametrize("key", ["zarr.json", ".zarray", ".zgroup"])
def test_what_is_not_a_json_object_is_refused_by_its_key(key, data):
    with pytest.raises(FormatError, match=f"^{key} (is not JSON|must be a JSON object)"):
        read_all(MemoryTree({key: data}))


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("zarr_format", 2, "zarr.json: zarr_format must be 3, not 2"),
        ("node_type", "group", "node_type must be array"),
        ("shape", [5, True], "shape must be a list of integers"),
        ("shape", [5], "chunk_shape has 2 entries, but the array has 1 axes"),
        ("shape", [1] * 100, "more than the 32"),
        ("data_type", "uint17", "data_type: unknown data type 'uint17'"),
        ("chunk_grid", {"name": "rectilinear"}, "chunk_grid must be regular"),
        (
            "chunk_key_encoding",
            {"name": "default", "configuration": {"separator": "-"}},
            "separator must be '/'",
        ),
        ("fill_value", 65536, "fill_value: 65536 is not a fill value of uint16"),
        ("fill_value", None, "None is not a fill value"),
        ("codecs", [], "no codec turns the array into bytes"),
        ("codecs", [{"name": "bytes"}], "endian must be 'little' or 'big', not None"),
        ("codecs", [{"name": "vlen-utf8"}], "cannot turn uint16 into bytes"),
        ("codecs", ["bytes", "mystery"], "codecs"),
        ("storage_transformers", [{"name": "x"}], "storage_transformers must be empty"),
        ("dimension_names", ["y"], "must be a list of 2 names"),
        ("dimension_names", ["y", 1], "a name must be a string or null"),
        ("attributes", [], "attributes must be a JSON object"),
        ("new_idea", {"must_understand": True}, "unknown field 'new_idea'"),
    ],
)
def test_a_wrong_v3_field_is_named(field, value, reason):
    tree = encoded(3, "gzip")
    fields = {**json.loads(tree.entries["zarr.json"]), field: value}
    with pytest.raises(FormatError, match=reason):
        open_array(MemoryTree({"zarr.json": json.dumps(fields).encode()}), "")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("zarr_format", 3, ".zarray: zarr_format must be 2"),
        ("chunks", [0, 1], "chunks must be a list of integers of at least 1"),
        ("dtype", "<u3", "dtype: unknown data type"),
        ("dtype", [["a", "<u2"]], "fill_value: 0 is not a fill value of struct"),
        ("dtype", [["a", "<u3"]], r"dtype\[0\]: unknown data type"),
        ("dtype", [["a", "|O"]], r"dtype\[0\]: string has no fixed length"),
        ("dtype", [["a", "<u2"], ["a", "<u2"]], "two fields have one name"),
        ("dtype", [["", "<u2"]], "the name of a field must be a string"),
        ("dtype", [["a"]], "must be a name, a type and perhaps a shape"),
        ("dtype", [["a", "<u2", [0]]], "integers of at least 1"),
        ("dtype", [["a", "<u2", [2**30, 2**30]]], "an element has more than 4194304 bytes"),
        ("dtype", [["a", [["b", [["c", [["d", [["e", "<u2"]]]]]]]]]], "nested more than 4 times"),
        ("dtype", "|u2", "needs a byte order"),
        ("dtype", "|O", "filters must begin with vlen-utf8 or json2"),
        ("order", "A", "order must be 'C' or 'F'"),
        ("compressor", {"id": "pickle"}, "compressor: unknown codec 'pickle'"),
        ("compressor", {"id": "zlib"}, "level must be from 0 to 9, not None"),
        ("compressor", {"id": "blosc", "cname": "lz5"}, "cname must be one of"),
        ("filters", [{"id": "pickle"}], "filters: unknown filter 'pickle'"),
        ("filters", [{"id": "delta", "dtype": "(9,9)i8"}], "filters: unknown data type"),
        ("filters", [{"id": "shuffle", "elementsize": 0}], "elementsize must be from 1"),
        ("dimension_separator", "", "dimension_separator must be '/' or '.'"),
        ("fill_value", "x", "'x' is not a fill value of uint16"),
    ],
)
def test_a_wrong_v2_field_is_named(field, value, reason):
    fields = {**json.loads(encoded(2, "zlib").entries[".zarray"]), field: value}
    with pytest.raises(FormatError, match=reason):
        open_array(MemoryTree({".zarray": json.dumps(fields).encode()}), "")


@pytest.mark.parametrize(("zarr_format", "key"), [(2, ".zarray"), (3, "zarr.json")])
def test_a_missing_field_is_named(zarr_format, key):
    fields = json.loads(encoded(zarr_format, "gzip").entries[key])
    optional = {"attributes", "dimension_separator"} | ({"fill_value"} if zarr_format == 2 else set())
    for field in fields.keys() - optional:
        less = {name: value for name, value in fields.items() if name != field}
        with pytest.raises(FormatError, match=f"{key}: {field} is missing"):
            open_array(MemoryTree({key: json.dumps(less).encode()}), "")


def test_an_unknown_field_that_need_not_be_understood_is_ignored():
    fields = json.loads(encoded(3, "gzip").entries["zarr.json"])
    fields["new_idea"] = {"must_understand": False}
    assert open_array(MemoryTree({"zarr.json": json.dumps(fields).encode()}), "").shape == (5, 6)


@pytest.mark.parametrize("path", ["..", "/etc", "a/../../b", "a//b"])
def test_a_path_that_leaves_the_hierarchy_is_refused(path):
    with pytest.raises(FormatError, match="not a key inside"):
        open_array(MemoryTree(), path)


def test_a_place_without_an_array_is_refused_and_without_a_group_is_none():
    with pytest.raises(FormatError, match="labels/0: is no array"):
        open_array(MemoryTree(), "labels/0")
    assert read_group(MemoryTree(), "labels") is None
    assert read_group(encoded(3, "gzip"), "") is None


def test_a_broken_chunk_is_named_by_its_key():
    tree = encoded(3, "none")
    tree.put("c/1/0", b"\1\2\3")
    with pytest.raises(FormatError, match="c/1/0: the chunk has 3 bytes, but its metadata need 12"):
        read_all(tree)


def one_chunk(compressor: dict | None, data: bytes, dtype: str = "|u1") -> MemoryTree:
    fields = json.loads(encoded(2, "zlib").entries[".zarray"])
    fields |= {"shape": [100], "chunks": [100], "dtype": dtype, "compressor": compressor}
    return MemoryTree({".zarray": json.dumps(fields).encode(), "0": data})


BLOSC = {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 0}
BOMB = bytes(50_000_000)


@pytest.mark.parametrize(
    ("compressor", "data"),
    [
        ({"id": "gzip", "level": 1}, gzip.compress(BOMB)),
        ({"id": "zlib", "level": 1}, numcodecs.Zlib(1).encode(BOMB)),
        ({"id": "zstd", "level": 1}, numcodecs.Zstd(1).encode(BOMB)),
        ({"id": "lz4"}, numcodecs.LZ4().encode(BOMB)),
        (BLOSC, numcodecs.Blosc().encode(BOMB)),
    ],
)
def test_a_chunk_that_unpacks_to_more_than_its_metadata_say_is_refused(compressor, data):
    with pytest.raises(FormatError, match=r"0: .*(must be 100|more than 100)"):
        read_all(one_chunk(compressor, data))


@pytest.mark.parametrize("short", [0, 1, 99])
@pytest.mark.parametrize("name", ["gzip", "zlib", "zstd", "blosc", "lz4"])
def test_a_chunk_that_unpacks_to_less_is_refused(name, short):
    library = {"gzip": numcodecs.GZip, "zlib": numcodecs.Zlib, "zstd": numcodecs.Zstd, "lz4": numcodecs.LZ4}
    data = bytes(library.get(name, numcodecs.Blosc)().encode(bytes(short))) if short else b""
    compressor = BLOSC if name == "blosc" else {"id": name, "level": 1}
    with pytest.raises(FormatError, match=r"^0: "):
        read_all(one_chunk(compressor, data))


def test_zstd_without_a_content_size_is_read():
    block = (1 | (100 << 3)).to_bytes(3, "little") + bytes(range(100))  # the last one, raw
    frame = bytes.fromhex("28b52ffd") + b"\x00\x58" + block
    tree = one_chunk({"id": "zstd", "level": 1}, frame)
    assert read_array(tree, open_array(tree, "")).tolist() == list(range(100))


def test_gzip_of_several_members_is_read():
    tree = one_chunk({"id": "gzip", "level": 1}, gzip.compress(bytes(60)) + gzip.compress(bytes([7] * 40)))
    assert read_array(tree, open_array(tree, ""))[59:61].tolist() == [0, 7]


@pytest.mark.parametrize("shape", [[2**32, 2], [2**53, 0], [2**64, 1], [10**400, 1]])
def test_an_array_too_large_to_read_is_refused_before_it_is_made(shape):
    fields = json.loads(encoded(3, "gzip").entries["zarr.json"])
    tree = MemoryTree({"zarr.json": json.dumps({**fields, "shape": shape}).encode()})
    with pytest.raises(FormatError, match=r"more than (8589934592 bytes|9007199254740992)"):
        read_array(tree, open_array(tree, ""))


def test_a_chunk_too_large_to_read_is_refused_before_it_is_made():
    fields = json.loads(encoded(2, "zlib").entries[".zarray"])
    tree = MemoryTree({".zarray": json.dumps({**fields, "chunks": [2**32, 2]}).encode()})
    with pytest.raises(FormatError, match="a chunk has more than 8589934592 bytes"):
        read_array(tree, open_array(tree, ""))


def test_more_chunks_than_anybody_has_are_refused():
    fields = json.loads(encoded(2, "zlib").entries[".zarray"])
    tree = MemoryTree({".zarray": json.dumps({**fields, "shape": [2**30, 1], "chunks": [1, 1]}).encode()})
    with pytest.raises(FormatError, match="more than 4194304 chunks"):
        read_array(tree, open_array(tree, ""))


def test_a_boolean_is_zero_or_one():
    with pytest.raises(FormatError, match="0: a boolean is stored as byte 2"):
        read_all(one_chunk(None, bytes([0, 1, 2] + [0] * 97), "|b1"))


def test_characters_must_be_unicode():
    with pytest.raises(FormatError, match="not a Unicode character"):
        read_all(one_chunk(None, b"\xff" * 400, "<U1"))


@pytest.mark.parametrize(
    ("chunk", "reason"),
    [
        (b"", "must hold 2"),
        (b"\xff\xff\xff\xff", "must hold 2"),
        (b"\2\0\0\0\1\0\0\0a\xff\xff\xff\xff", "string 1 of the chunk is cut short"),
        (b"\2\0\0\0\1\0\0\0\xff\0\0\0\0", "not UTF-8"),
        (b"\2\0\0\0\0\0\0\0\0\0\0\0x", "goes on"),
    ],
)
def test_broken_strings_are_refused(chunk, reason):
    tree = strings()
    tree.put("0", chunk)
    with pytest.raises(FormatError, match=reason):
        read_all(tree)
