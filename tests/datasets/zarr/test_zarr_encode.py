"""What is written, key by key."""

import json

import google_crc32c
import numcodecs
import numpy as np
import pytest

from harness.datasets.zarr.encode import encode_array, encode_group
from harness.datasets.zarr.spec import ArraySpec
from harness.scenario.recipe import Codec

RAW = Codec(name="none")


def spec(**changes) -> ArraySpec:
    base = {"zarr_format": 3, "shape": (3, 3), "chunks": (2, 2), "dtype": "uint16", "codec": RAW}
    return ArraySpec(**{**base, **changes})


def encoded(array: np.ndarray, attributes=None, **changes) -> dict[str, bytes]:
    return dict(encode_array(spec(shape=array.shape, dtype=array.dtype.name, **changes), array, attributes))


def nine() -> np.ndarray:
    return np.arange(1, 10, dtype="uint16").reshape(3, 3)


def test_metadata_come_first_then_chunks_in_c_order():
    assert list(encoded(nine())) == ["zarr.json", "c/0/0", "c/0/1", "c/1/0", "c/1/1"]


def test_a_v2_array_has_attributes_only_where_there_are_some():
    assert list(encoded(nine(), zarr_format=2, chunks=(3, 3), separator=".")) == [".zarray", "0.0"]
    assert list(encoded(nine(), {"a": 1}, zarr_format=2, chunks=(3, 3))) == [".zarray", ".zattrs", "0/0"]


def test_keys_of_v3_can_be_separated_by_dots():
    assert list(encoded(nine(), chunks=(3, 3), separator=".")) == ["zarr.json", "c.0.0"]


@pytest.mark.parametrize(("zarr_format", "key"), [(2, "0"), (3, "c")])
def test_an_array_without_axes_has_one_chunk(zarr_format, key):
    entries = encoded(np.array(5, "uint8"), zarr_format=zarr_format, chunks=())
    assert entries[key] == b"\x05"


@pytest.mark.parametrize(("zarr_format", "key"), [(2, "1/1"), (3, "c/1/1")])
def test_a_chunk_at_the_edge_is_padded_with_the_fill_value(zarr_format, key):
    chunk = encoded(nine(), zarr_format=zarr_format, fill_value=77)[key]
    assert np.frombuffer(chunk, "<u2").tolist() == [9, 77, 77, 77]


def test_a_chunk_that_holds_only_the_fill_value_is_written():
    assert encoded(np.zeros((2, 2), "uint16"))["c/0/0"] == bytes(8)


def test_v2_metadata_are_what_the_specification_asks_for():
    blosc = Codec(name="blosc", level=3, cname="zstd", shuffle="bitshuffle")
    document = json.loads(encoded(nine(), zarr_format=2, codec=blosc)[".zarray"])
    assert document == {
        "zarr_format": 2,
        "shape": [3, 3],
        "chunks": [2, 2],
        "dtype": "<u2",
        "compressor": {"id": "blosc", "cname": "zstd", "clevel": 3, "shuffle": 2, "blocksize": 0},
        "fill_value": 0,
        "order": "C",
        "filters": None,
        "dimension_separator": "/",
    }


def test_v3_metadata_are_what_the_specification_asks_for():
    entries = encoded(nine(), {"a": 1}, codec=Codec(level=3), dimension_names=("y", "x"))
    blosc = {"cname": "lz4", "clevel": 3, "shuffle": "shuffle", "typesize": 2, "blocksize": 0}
    assert json.loads(entries["zarr.json"]) == {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [3, 3],
        "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2, 2]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": [
            {"name": "bytes", "configuration": {"endian": "little"}},
            {"name": "blosc", "configuration": blosc},
        ],
        "attributes": {"a": 1},
        "dimension_names": ["y", "x"],
    }


def test_the_checksum_of_zstd_is_named_as_numcodecs_names_it():
    zstd = Codec(name="zstd", level=3, checksum=True)
    v2 = json.loads(encoded(nine(), zarr_format=2, codec=zstd)[".zarray"])
    assert v2["compressor"] == numcodecs.Zstd(3, checksum=True).get_config()
    v3 = json.loads(encoded(nine(), codec=zstd)["zarr.json"])
    assert v3["codecs"][1] == {"name": "zstd", "configuration": {"level": 3, "checksum": True}}


def test_crc32c_comes_after_the_compressor_and_inside_of_shards():
    codec = Codec(name="gzip", crc32c=True)
    flat = json.loads(encoded(nine(), codec=codec)["zarr.json"])
    sharded = json.loads(encoded(nine(), codec=codec, shards=(4, 4))["zarr.json"])
    inside = sharded["codecs"][0]["configuration"]["codecs"]
    assert [one["name"] for one in flat["codecs"]] == ["bytes", "gzip", "crc32c"]
    assert [one["name"] for one in sharded["codecs"]] == ["sharding_indexed"]
    assert inside == flat["codecs"]


def test_crc32c_is_that_of_all_bytes_before_it():
    chunk = encoded(nine(), codec=Codec(name="none", crc32c=True))["c/0/0"]
    assert chunk[:-4] == np.array([1, 2, 4, 5], "<u2").tobytes()
    assert int.from_bytes(chunk[-4:], "little") == google_crc32c.value(chunk[:-4])


def test_blosc_knows_the_length_of_an_element():
    assert encoded(np.ones((2, 2), "float64"), codec=Codec())["c/0/0"][3] == 8


@pytest.mark.parametrize(("value", "text"), [(np.nan, "NaN"), (np.inf, "Infinity"), (-np.inf, "-Infinity")])
def test_a_fill_value_that_json_lacks_is_a_string(value, text):
    assert (
        json.loads(encoded(np.ones((1, 1), "float32"), fill_value=value)["zarr.json"])["fill_value"] == text
    )


@pytest.mark.parametrize("dtype", ["bool", "uint8", "float64"])
def test_a_fill_value_has_the_json_type_of_its_data_type(dtype):
    fill = json.loads(encoded(np.ones((1, 1), dtype))["zarr.json"])["fill_value"]
    assert type(fill) is type(np.zeros((), dtype).item())


def test_a_group_is_written_in_both_formats():
    assert list(encode_group(2)) == [(".zgroup", b'{\n  "zarr_format": 2\n}')]
    assert [key for key, _ in encode_group(2, {"a": 1})] == [".zgroup", ".zattrs"]
    [(key, data)] = encode_group(3, {"a": 1})
    assert key == "zarr.json"
    assert json.loads(data) == {"zarr_format": 3, "node_type": "group", "attributes": {"a": 1}}


class Watched(np.ndarray):
    """An array that counts how often a part of it is taken."""

    taken = 0

    def __getitem__(self, key):
        Watched.taken += 1
        return super().__getitem__(key)


def test_chunks_are_taken_from_the_array_as_they_are_asked_for():
    Watched.taken = 0
    array = np.zeros(1000, "uint8").view(Watched)
    entries = encode_array(spec(shape=(1000,), chunks=(1,), dtype="uint8"), array)
    next(entries), next(entries)
    assert 1 <= Watched.taken < 50
    entries.close()


@pytest.mark.parametrize("array", [np.zeros((3, 4), "uint16"), np.zeros((3, 3), "int16")])
def test_an_array_that_is_not_what_the_spec_says_is_refused(array):
    with pytest.raises(ValueError, match="but the spec says"):
        encode_array(spec(), array)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"chunks": (2,)}, "chunks has 1 entries"),
        ({"chunks": (2, 0)}, "at least 1"),
        ({"shards": (4, 3)}, "multiple of the chunk length"),
        ({"zarr_format": 2, "shards": (2, 2)}, "need Zarr v3"),
        ({"codec": Codec(name="zlib")}, "zlib is not a Zarr v3 codec"),
        ({"zarr_format": 2, "codec": Codec(crc32c=True)}, "crc32c is not a Zarr v2 codec"),
        ({"chunks": (2**16, 2**16)}, "more than"),
    ],
)
def test_a_spec_that_cannot_be_written_is_refused(changes, reason):
    with pytest.raises(ValueError, match=reason):
        spec(**changes)
