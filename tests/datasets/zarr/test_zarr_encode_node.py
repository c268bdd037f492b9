"""Whatever document we decode, we encode, and what is left out reads as the fill value."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.datasets.zarr.decode import FormatError, open_array, read_array
from harness.datasets.zarr.encode_node import as_read, encode_node, pixels_of
from harness.datasets.zarr.tree import MemoryTree
from harness.scenario.specimen import ArrayNode

LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}
BIG = {"name": "bytes", "configuration": {"endian": "big"}}
CRC = {"name": "crc32c"}
ABSENT = ["none", "checkered", "all"]
BLOSC_CNAMES = ["blosclz", "lz4", "lz4hc", "zstd", "zlib"]
POINT = [{"name": "x", "data_type": "float32"}, {"name": "y", "data_type": {"name": "r16"}}]
NESTED = [
    {"name": "ok", "data_type": "bool"},
    {"name": "at", "data_type": {"name": "struct", "configuration": {"fields": POINT}}},
]

# Each data type of Zarr v2 with fill values that it may have.
V2_TYPES = [
    ("|b1", [True, 1, None]),
    ("|i1", [-128, 3.0, None]),
    (">i2", [-5, None]),
    ("<u8", [2**64 - 1, None]),
    ("<f2", ["NaN", "-Infinity"]),
    (">f4", ["Infinity", 0.5]),
    ("<f8", [1e300, None]),
    (">c8", [[1, "NaN"], None]),
    ("<c16", [["-Infinity", 2.5], None]),
    ("<U5", ["ab", 0, None]),
    (">U3", ["世🔬", None]),
    ("|S4", ["YWI=", "", None]),
    ("|V3", ["AAEC", None]),
    ([["a", ">u2"], ["b", "|b1"]], ["AQIB", None]),
    ([["a", ">f4", [2, 3]], ["b", [["c", "<U2"], ["d", "<c8"]]]], [None]),
]
V3_TYPES = [
    ("bool", [True, False]),
    ("int8", [-128]),
    ("uint16", [65535]),
    ("int64", [-(2**63)]),
    ("float16", ["0x7e01", "NaN"]),
    ("float32", ["0x7fc00000", "0xff800001", 0.1]),
    ("float64", ["-Infinity", "0x3ff8000000000000"]),
    ("complex64", [["NaN", "0x7f800001"], [1, -2.5]]),
    ("complex128", [["Infinity", 0]]),
    ("r24", [[0, 128, 255]]),
    ({"name": "fixed_length_utf32", "configuration": {"length_bytes": 12}}, ["世🔬", ""]),
    ({"name": "struct", "configuration": {"fields": POINT}}, [{"x": "NaN", "y": [1, 2]}]),
    ({"name": "struct", "configuration": {"fields": NESTED}}, [{"ok": True, "at": {"x": 0.5, "y": [0, 9]}}]),
    ({"name": "structured", "configuration": {"fields": [["x", "float32"], ["n", "uint8"]]}}, ["AACAPwk="]),
]


def numbers(zarr_format: int, *kinds: str) -> list:
    """Return the data types whose elements are of these kinds."""
    types = V2_TYPES if zarr_format == 2 else V3_TYPES
    return [
        (dtype, fills) for dtype, fills in types if isinstance(dtype, str) and dtype.lstrip("<>|")[0] in kinds
    ]


@st.composite
def v2_documents(draw):
    shape = draw(st.lists(st.integers(0, 7), max_size=3))
    kind = draw(st.sampled_from(["any", "strings", "filtered"]))
    filters = None
    if kind == "strings":
        dtype, fill = "|O", draw(st.sampled_from(["", "ä", 0, None]))
        filters = [{"id": draw(st.sampled_from(["vlen-utf8", "json2"]))}]
    elif kind == "filtered":
        dtype, fills = draw(st.sampled_from(numbers(2, "i", "u", "f")))
        fill = draw(st.sampled_from(fills))
        filters = draw(v2_filters(dtype))
    else:
        dtype, fills = draw(st.sampled_from(V2_TYPES))
        fill = draw(st.sampled_from(fills))
    document = {
        "zarr_format": 2,
        "shape": shape,
        "chunks": [draw(st.integers(1, 9)) for _ in shape],
        "dtype": dtype,
        "compressor": draw(v2_compressors()),
        "fill_value": fill,
        "order": draw(st.sampled_from("CF")),
        "filters": filters,
    }
    if draw(st.booleans()):
        document["dimension_separator"] = draw(st.sampled_from("./"))
    if fill is None and draw(st.booleans()):
        del document["fill_value"]
    return document


@st.composite
def v2_filters(draw, dtype):
    scaled = {"id": "fixedscaleoffset", "dtype": dtype, "astype": "<i4", "scale": 0.5, "offset": 1}
    filters = [{"id": "delta", "dtype": dtype}] if draw(st.booleans()) else [scaled]
    if "f" in dtype and draw(st.booleans()):
        filters.insert(0, {"id": "bitround", "keepbits": draw(st.integers(0, 10))})
    if draw(st.booleans()):
        filters.append({"id": "shuffle", "elementsize": 1})
    return filters


def v2_compressors():
    return st.one_of(
        st.none(),
        st.builds(lambda level: {"id": "zlib", "level": level}, st.integers(0, 9)),
        st.builds(lambda level: {"id": "gzip", "level": level}, st.integers(0, 9)),
        st.builds(lambda level: {"id": "bz2", "level": level}, st.integers(1, 9)),
        st.just({"id": "lz4", "acceleration": 1}),
        st.builds(
            lambda level, checksum: {"id": "zstd", "level": level, "checksum": checksum},
            st.integers(-5, 19),
            st.booleans(),
        ),
        st.builds(
            lambda cname, level, shuffle: {
                "id": "blosc",
                "cname": cname,
                "clevel": level,
                "shuffle": shuffle,
            },
            st.sampled_from(BLOSC_CNAMES),
            st.integers(0, 9),
            st.integers(-1, 2),
        ),
    )


@st.composite
def v3_documents(draw):
    shape = draw(st.lists(st.integers(0, 7), max_size=3))
    dtype, fills = draw(st.sampled_from([*V3_TYPES, ("string", ["", "ä"])]))
    serializer = {"name": "vlen-utf8"} if dtype == "string" else draw(st.sampled_from([LITTLE, BIG]))
    inner = [draw(st.integers(1, 4)) for _ in shape]
    codecs = [serializer, *draw(byte_codecs())]
    chunk = inner
    if draw(st.booleans()):
        order = draw(st.permutations(range(len(shape))))
        codecs = [{"name": "transpose", "configuration": {"order": order}}, *codecs]
    if draw(st.booleans()):
        factors = [draw(st.integers(1, 3)) for _ in shape]
        chunk = [n * factor for n, factor in zip(inner, factors, strict=True)]
        codecs = draw(sharded(codecs, inner))
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": shape,
        "data_type": dtype,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": chunk}},
        "chunk_key_encoding": draw(key_encodings()),
        "fill_value": draw(st.sampled_from(fills)),
        "codecs": codecs,
        "dimension_names": draw(st.sampled_from([None, [None, *"ab"][: len(shape)]])),
        "idea": {"must_understand": False},
    }


@st.composite
def sharded(draw, codecs, inner):
    """Return codecs with shards around these, perhaps with the axes in another order before."""
    index_codecs = [draw(st.sampled_from([LITTLE, BIG])), *draw(st.sampled_from([[], [CRC]]))]
    order = draw(st.permutations(range(len(inner))))
    configuration = {
        "chunk_shape": [inner[axis] for axis in order],
        "codecs": codecs,
        "index_codecs": index_codecs,
    }
    if draw(st.booleans()):
        configuration["index_location"] = draw(st.sampled_from(["start", "end"]))
    transpose = {"name": "transpose", "configuration": {"order": order}}
    return [transpose, {"name": "sharding_indexed", "configuration": configuration}, *draw(byte_codecs())]


def byte_codecs():
    blosc = {"clevel": 5, "typesize": 4, "blocksize": 0}
    one = st.sampled_from(
        [
            CRC,
            {"name": "gzip", "configuration": {"level": 1}},
            {"name": "zstd", "configuration": {"level": 3, "checksum": True}},
            {"name": "blosc", "configuration": {"cname": "lz4", "shuffle": "bitshuffle", **blosc}},
            {"name": "blosc", "configuration": {"cname": "zstd", "shuffle": "noshuffle", **blosc}},
            {"name": "numcodecs.zlib", "configuration": {"level": 1}},
            {"name": "numcodecs.bz2", "configuration": {"level": 1}},
            {"name": "numcodecs.lz4", "configuration": {"acceleration": 1}},
            {"name": "numcodecs.shuffle", "configuration": {"elementsize": 1}},
            {"name": "mystery", "must_understand": False},
        ]
    )
    return st.lists(one, max_size=2)


def key_encodings():
    separators = st.sampled_from(
        [{}, {"configuration": {"separator": "."}}, {"configuration": {"separator": "/"}}]
    )
    return st.builds(
        lambda name, rest: {"name": name, **rest}, st.sampled_from(["default", "v2"]), separators
    )


def nodes(documents, *, filtered: bool = False):
    return st.builds(
        ArrayNode,
        metadata=documents,
        values=st.sampled_from(["ramp", "extremes", "random"]),
        absent=st.sampled_from(ABSENT),
        absent_inner=st.just("none") if filtered else st.sampled_from(ABSENT),
        separator_on_disk=st.sampled_from([None, None, ".", "/"]),
        zstd_content_size=st.booleans(),
    )


def bits(array: np.ndarray) -> object:
    return array.tolist() if array.dtype.hasobject else array.tobytes()


def comes_back(zarr_format: int, node: ArrayNode) -> None:
    pixels = pixels_of(zarr_format, "image/0", node)
    entries = list(encode_node(zarr_format, "image/0", node, pixels))
    key, data = entries[0]
    assert key == ("image/0/.zarray" if zarr_format == 2 else "image/0/zarr.json")
    assert json.loads(data) == node.metadata
    tree = MemoryTree(dict(entries))
    assert len(tree.entries) == len(entries)
    back = read_array(tree, open_array(tree, "image/0"))
    expected = as_read(zarr_format, "image/0", node, pixels)
    assert (back.dtype, back.shape, bits(back)) == (expected.dtype, expected.shape, bits(expected))
    is_lossy = any(name in str(node.metadata) for name in ("bitround", "scaleoffset", "delta"))
    if node.absent == node.absent_inner == "none" and node.separator_on_disk is None and not is_lossy:
        assert bits(back) == bits(pixels)


@settings(deadline=None, max_examples=150)
@given(nodes(v2_documents()))
def test_an_array_by_any_document_of_v2_comes_back(node):
    comes_back(2, node)


@settings(deadline=None, max_examples=150)
@given(nodes(v3_documents()))
def test_an_array_by_any_document_of_v3_comes_back(node):
    comes_back(3, node)


SUMS = [
    [{"name": "numcodecs.delta", "configuration": {"dtype": "<u2"}}, LITTLE],
    [{"name": "numcodecs.delta", "configuration": {"dtype": "uint16", "astype": "int32"}}, BIG],
    [
        {
            "name": "numcodecs.fixedscaleoffset",
            "configuration": {"dtype": "<u2", "astype": "|u1", "scale": 0.1, "offset": 2},
        },
        LITTLE,
    ],
    [
        {"name": "transpose", "configuration": {"order": [1, 0]}},
        {"name": "numcodecs.delta", "configuration": {"dtype": "<u2"}},
        LITTLE,
    ],
    [
        {"name": "numcodecs.delta", "configuration": {"dtype": "<u2", "astype": "<i4"}},
        {"name": "transpose", "configuration": {"order": [1, 0]}},
        LITTLE,
    ],
]


def v3(**changes) -> dict:
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [4, 6],
        "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 4]}},
        "chunk_key_encoding": {"name": "default"},
        "fill_value": 9,
        "codecs": [LITTLE],
        "attributes": {},
        **changes,
    }


def in_shards(codecs=(LITTLE,), inner=(2, 2), **more) -> list[dict]:
    configuration = {
        "chunk_shape": list(inner),
        "codecs": list(codecs),
        "index_codecs": [LITTLE, CRC],
        **more,
    }
    return [{"name": "sharding_indexed", "configuration": configuration}]


@pytest.mark.parametrize("codecs", SUMS)
@pytest.mark.parametrize("values", ["ramp", "extremes", "random"])
@pytest.mark.parametrize("shards", [False, True])
def test_the_filters_of_numcodecs_come_back_in_v3_too(codecs, values, shards):
    document = v3(codecs=in_shards(codecs) if shards else codecs)
    comes_back(3, ArrayNode(metadata=document, values=values, absent_inner="checkered"))


def test_what_a_codec_rounds_is_read_rounded():
    scaled = {"id": "fixedscaleoffset", "dtype": "<f8", "astype": "|u1", "scale": 1, "offset": 0}
    document = v2(dtype="<f8", filters=[scaled], shape=[3], chunks=[3])
    node = ArrayNode(metadata=document)
    assert as_read(2, "", node, np.array([0.4, 1.6, 250.0])).tolist() == [0, 2, 250]
    assert decoded(2, node, np.array([0.4, 1.6, 250.0])).tolist() == [0, 2, 250]


def v2(**changes) -> dict:
    return {
        "zarr_format": 2,
        "shape": [4, 6],
        "chunks": [2, 4],
        "dtype": "|u1",
        "compressor": None,
        "fill_value": 9,
        "order": "C",
        "filters": None,
        **changes,
    }


def decoded(zarr_format: int, node: ArrayNode, pixels: np.ndarray) -> np.ndarray:
    tree = MemoryTree(dict(encode_node(zarr_format, "", node, pixels)))
    return read_array(tree, open_array(tree, ""))


def test_chunks_left_out_checkered_are_those_with_an_odd_sum_of_indices():
    node = ArrayNode(metadata=v2(), absent="checkered")
    pixels = pixels_of(2, "", node)
    assert [key for key, _ in encode_node(2, "", node, pixels)] == [".zarray", "0.0", "1.1"]
    read = as_read(2, "", node, pixels)
    assert (read[:2, 4:] == 9).all()
    assert (read[2:, :4] == 9).all()
    assert read[2:, 4:].tolist() == pixels[2:, 4:].tolist()


def test_inner_chunks_left_out_are_counted_in_their_shard():
    node = ArrayNode(metadata=v3(codecs=in_shards()), absent_inner="checkered")
    pixels = pixels_of(3, "", node)
    read = as_read(3, "", node, pixels)
    kept = np.kron([[1, 0, 1], [0, 1, 0]], np.ones((2, 2), int)).astype(bool)
    assert (read[~kept] == 9).all()
    assert (read[kept] == pixels[kept]).all()
    assert (decoded(3, node, pixels) == read).all()


@pytest.mark.parametrize(
    ("shape", "separator", "keys"),
    [([4], "/", ["0", "1"]), ([4, 2], "/", ["0/0", "1/0"]), ([], "/", ["0"])],
)
def test_keys_with_another_separator_are_found_only_where_that_makes_no_difference(shape, separator, keys):
    node = ArrayNode(metadata=v2(shape=shape, chunks=[2] * len(shape)), separator_on_disk=separator)
    pixels = pixels_of(2, "", node)
    assert [key for key, _ in encode_node(2, "", node, pixels)][1:] == keys
    found = len(shape) < 2
    assert as_read(2, "", node, pixels).tolist() == (pixels if found else np.full(shape, 9)).tolist()


def test_attributes_are_stored_where_there_are_some():
    node = ArrayNode(metadata=v2(), attributes={"a": "ä"}, absent="all")
    entries = dict(encode_node(2, "x", node, pixels_of(2, "x", node)))
    assert entries.keys() == {"x/.zarray", "x/.zattrs"}
    assert entries["x/.zattrs"] == '{\n  "a": "ä"\n}'.encode()


def test_a_document_that_we_do_not_decode_is_not_encoded():
    node = ArrayNode(metadata=v3(idea=1))
    with pytest.raises(FormatError, match="unknown field 'idea'"):
        encode_node(3, "", node, np.zeros((4, 6), "uint16"))


@pytest.mark.parametrize(
    "pixels", [np.zeros((4, 5), "uint16"), np.zeros((4, 6), ">u2"), np.zeros((4, 6), "int16")]
)
def test_pixels_that_are_not_what_the_document_says_are_refused(pixels):
    with pytest.raises(ValueError, match="but its metadata say uint16"):
        encode_node(3, "", ArrayNode(metadata=v3()), pixels)


def test_nothing_says_what_inner_chunks_after_a_filter_hold_where_they_are_absent():
    delta = {"name": "numcodecs.delta", "configuration": {"dtype": "uint16"}}
    node = ArrayNode(metadata=v3(codecs=[delta, *in_shards()]), absent_inner="all")
    with pytest.raises(ValueError, match="absent inner chunks"):
        encode_node(3, "", node, pixels_of(3, "", node))


def test_a_codec_that_numcodecs_lacks_cannot_be_encoded():
    document = v2(compressor={"id": "blosc", "cname": "snappy", "clevel": 1, "shuffle": 0})
    node = ArrayNode(metadata=document)
    with pytest.raises(FormatError, match="blosc cannot encode it"):
        list(encode_node(2, "", node, pixels_of(2, "", node)))


def test_a_filter_whose_sums_cannot_be_done_does_not_encode():
    scaled = {"id": "fixedscaleoffset", "dtype": "|u1", "astype": "|u1", "scale": 1, "offset": 300}
    node = ArrayNode(metadata=v2(filters=[scaled]))
    with pytest.raises(FormatError, match="fixedscaleoffset cannot be done"):
        list(encode_node(2, "", node, pixels_of(2, "", node)))
