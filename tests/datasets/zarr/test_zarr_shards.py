"""Shards, as we write them and in all forms that others may."""

import json

import google_crc32c
import numpy as np
import pytest

from harness.datasets.zarr.decode import FormatError, open_array, read_array
from harness.datasets.zarr.encode import encode_array
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.tree import MemoryTree
from harness.scenario.recipe import Codec

ABSENT = 2**64 - 1
LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}
CRC = {"name": "crc32c"}


def metadata(
    *, location="end", index_codecs=(LITTLE, CRC), codecs=(LITTLE,), before=(), shard=(4,), inner=(2,)
):
    sharding = {
        "chunk_shape": list(inner),
        "codecs": list(codecs),
        "index_codecs": list(index_codecs),
        "index_location": location,
    }
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(shard),
        "data_type": "uint8",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(shard)}},
        "chunk_key_encoding": {"name": "default"},
        "fill_value": 9,
        "codecs": [*before, {"name": "sharding_indexed", "configuration": sharding}],
    }


def index(*entries: int, order: str = "<", crc: bool = True) -> bytes:
    data = np.array(entries, f"{order}u8").tobytes()
    return data + (google_crc32c.value(data).to_bytes(4, "little") if crc else b"")


def decoded(document: dict, shard: bytes) -> np.ndarray:
    key = "c/" + "/".join("0" for _ in document["shape"])
    tree = MemoryTree({"zarr.json": json.dumps(document).encode(), key: shard})
    return read_array(tree, open_array(tree, ""))


def test_an_index_at_the_end_with_a_checksum():
    assert decoded(metadata(), b"\1\2\3\4" + index(0, 2, 2, 2)).tolist() == [1, 2, 3, 4]


def test_an_index_at_the_start():
    shard = index(36, 2, 38, 2) + b"\1\2\3\4"
    assert decoded(metadata(location="start"), shard).tolist() == [1, 2, 3, 4]


def test_an_index_without_a_checksum():
    shard = b"\1\2\3\4" + index(0, 2, 2, 2, crc=False)
    assert decoded(metadata(index_codecs=[LITTLE]), shard).tolist() == [1, 2, 3, 4]


def test_a_big_endian_index():
    big = {"name": "bytes", "configuration": {"endian": "big"}}
    assert decoded(metadata(index_codecs=[big, CRC]), b"\1\2" + index(0, 2, 0, 2, order=">")).tolist() == [
        1,
        2,
        1,
        2,
    ]


def test_inner_chunks_may_stand_in_any_order_with_gaps():
    assert decoded(metadata(), b"\3\4xx\1\2" + index(4, 2, 0, 2)).tolist() == [1, 2, 3, 4]


def test_an_absent_inner_chunk_is_filled_with_the_fill_value():
    assert decoded(metadata(), b"\1\2" + index(0, 2, ABSENT, ABSENT)).tolist() == [1, 2, 9, 9]


def test_inner_chunks_may_have_a_checksum():
    chunk = b"\1\2" + google_crc32c.value(b"\1\2").to_bytes(4, "little")
    shard = chunk + index(0, 6, 0, 6)
    assert decoded(metadata(codecs=[LITTLE, CRC]), shard).tolist() == [1, 2, 1, 2]


def test_axes_may_be_transposed_before_sharding():
    transpose = {"name": "transpose", "configuration": {"order": [1, 0]}}
    document = metadata(before=[transpose], shard=(2, 3), inner=(3, 1))
    document["chunk_grid"]["configuration"]["chunk_shape"] = [2, 3]
    tree = MemoryTree({"zarr.json": json.dumps(document).encode()})
    assert open_array(tree, "").chunks == (1, 3)
    assert decoded(document, b"\1\2\3\4\5\6" + index(0, 3, 3, 3)).tolist() == [[1, 2, 3], [4, 5, 6]]


def test_axes_may_be_transposed_inside_a_shard():
    transpose = {"name": "transpose", "configuration": {"order": [1, 0]}}
    document = metadata(codecs=[transpose, LITTLE], shard=(2, 2), inner=(2, 2))
    assert decoded(document, b"\1\2\3\4" + index(0, 4)).tolist() == [[1, 3], [2, 4]]


@pytest.mark.parametrize(
    ("shard", "reason"),
    [
        (b"\1\2", "index alone takes"),
        (
            b"\1\2\3\4" + index(0, 2, 2, 2)[:-1] + b"\0",
            "c/0: in the shard's index the crc32c checksum is wrong",
        ),
        (b"\1\2" + index(0, 2, 100, 2), r"c/0: inner chunk \[1\] lies outside the shard"),
        (b"\1\2" + index(0, 2, ABSENT, 2), "lies outside"),
        (b"\1\2\3" + index(0, 2, 0, 3), r"inner chunk \[1\]: the chunk has 3 bytes, but its metadata need 2"),
    ],
)
def test_a_broken_shard_is_refused_with_the_reason(shard, reason):
    with pytest.raises(FormatError, match=reason):
        decoded(metadata(), shard)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"inner": (3,)}, "does not divide"),
        ({"inner": (1, 1)}, "has 2 entries"),
        ({"location": "middle"}, "must be 'start' or 'end'"),
        ({"index_codecs": [CRC]}, "must be bytes"),
        ({"codecs": metadata()["codecs"]}, "shards inside shards"),
    ],
)
def test_sharding_metadata_that_we_cannot_read_are_refused(change, reason):
    with pytest.raises(FormatError, match=reason):
        decoded(metadata(**change), b"")


def test_we_write_inner_chunks_in_c_order_and_leave_out_those_beyond_the_edge():
    spec = ArraySpec(
        zarr_format=3,
        shape=(3,),
        chunks=(2,),
        shards=(6,),
        dtype="uint8",
        codec=Codec(name="none"),
        fill_value=9,
    )
    entries = dict(encode_array(spec, np.array([1, 2, 3], "uint8")))
    assert entries["c/0"] == b"\1\2\3\x09" + index(0, 2, 2, 2, ABSENT, ABSENT)
