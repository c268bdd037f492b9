"""Gateway against trace: the same requests agree in any order, and each planted difference is found."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.results.wire import WireRequest
from harness.stores.agree import disagreement
from harness.stores.traced import Traced

PREFIX = "ozh-run-data/image.zarr"


def wire(number, key, **changed):
    """A GET of 100 bytes; each on a connection that is used once more."""
    return WireRequest(
        **{
            "trial": "t",
            "repeat": 0,
            "number": number,
            "step": "operation",
            "method": "GET",
            "key": key,
            "kind": "chunk",
            "status": 200,
            "sent": 0,
            "received": 100,
            "head": 50,
            "begin_ms": float(number),
            "end_ms": float(number),
            "user_agent": "tool/1",
            "connection": 0,
            "in_flight": 1,
            **changed,
        }
    )


def trace(path, **changed):
    return Traced(
        **{
            "method": "GET",
            "path": path,
            "query": "",
            "range": "",
            "start": None,
            "stop": None,
            "status": 200,
            "received": 0,
            "sent": 100,
            "user_agent": "tool/1",
            "access_key": "",
            "time": 0.0,
            **changed,
        }
    )


def on(key):
    return f"/{PREFIX}/{key}"


SEEN = [
    wire(0, "zarr.json", kind="metadata"),
    wire(1, "0/c/0", method="HEAD", received=0),
    wire(2, "0/c/0", status=206, start=0, stop=10, received=10),
    wire(3, "0/c/0", status=206, start=0, stop=10, received=10),
    wire(4, "0/c/0", status=206, start=90, stop=100, received=10),
    wire(5, "0/c/1", status=404, received=300),
    wire(6, "0/c/2", status=304, received=0),
    wire(7, "0/", kind="listing", received=700),
    wire(8, "/ozh-run-data", kind="other", received=120),
    wire(9, "out/c/0", method="PUT", sent=1000, received=0),
    wire(10, "0/c/9"),
]
TRACED = [
    trace(on("zarr.json")),
    trace(on("0/c/0"), method="HEAD", sent=0),
    trace(on("0/c/0"), status=206, start=0, stop=10, sent=10),
    trace(on("0/c/0"), status=206, start=0, stop=10, sent=10),
    trace(on("0/c/0"), status=206, start=90, stop=100, sent=10),
    trace(on("0/c/1"), status=404, sent=300),
    trace(on("0/c/2"), status=304, sent=0),
    trace("/ozh-run-data", query="delimiter=%2F&list-type=2&prefix=image.zarr%2F0%2F", sent=700),
    trace("/ozh-run-data", query="location=", sent=120),
    trace(on("out/c/0"), method="PUT", received=1000, sent=0),
    trace(on("0/c/9")),
]


@given(st.randoms(use_true_random=False), st.sampled_from([PREFIX, f"{PREFIX}/"]))
def test_the_same_requests_agree_in_any_order(shuffle: random.Random, prefix):
    seen, traced = list(SEEN), list(TRACED)
    shuffle.shuffle(seen)
    shuffle.shuffle(traced)
    assert disagreement(seen, traced, prefix) is None


def test_none_agree_with_none():
    assert disagreement([], [], PREFIX) is None


@pytest.mark.parametrize("number", range(len(SEEN)))
def test_a_request_that_one_side_lacks_is_found(number):
    without = disagreement(SEEN[:number] + SEEN[number + 1 :], TRACED, PREFIX)
    assert without.startswith("of 10 requests at the gateway and 11 at MinIO, only MinIO saw ")
    assert SEEN[number].method in without
    without = disagreement(SEEN, TRACED[:number] + TRACED[number + 1 :], PREFIX)
    assert without.startswith("of 11 requests at the gateway and 10 at MinIO, only the gateway saw ")


@pytest.mark.parametrize("number", range(len(SEEN)))
@pytest.mark.parametrize(
    "change",
    [
        {"method": "DELETE"},
        {"path": on("else")},
        {"status": 500},
        {"start": 1, "stop": 11},
        {"received": 999},
        {"received": 1001},
        {"sent": 9},
        {"sent": 99},
        {"sent": 999},
    ],
)
def test_each_planted_difference_is_found(number, change):
    seen = [*SEEN, wire(11, "0/c/10")]  # of the last on a connection, less may have arrived
    changed = [
        *TRACED[:number],
        replace(TRACED[number], **change),
        *TRACED[number + 1 :],
        trace(on("0/c/10")),
    ]
    found = disagreement(seen, changed, PREFIX)
    assert "only the gateway saw" in found
    assert "only MinIO saw" in found


def test_a_difference_is_named_with_all_that_was_compared():
    found = disagreement(
        [wire(0, "0/c/0", status=206, start=5, stop=15, received=10), wire(1, "0/c/1")],
        [trace(on("0/c/0"), status=206, start=5, stop=16, sent=11), trace(on("0/c/1"))],
        PREFIX,
    )
    assert found == (
        "of 2 requests at the gateway and 2 at MinIO, "
        "only the gateway saw GET '0/c/0' (206, [5, 15) given, 0 bytes up, 10 down); "
        "only MinIO saw GET '0/c/0' (206, [5, 16) given, 0 bytes up, 11 down)"
    )


def test_of_many_differences_the_first_are_named():
    found = disagreement([wire(n, f"c/{n}", connection=n) for n in range(9)], [], PREFIX)
    assert "'c/0'" in found
    assert "'c/2'" in found
    assert "'c/3'" not in found
    assert found.endswith("and 6 more")


def test_a_hostile_key_is_named_in_one_short_line():
    found = disagreement([wire(0, "\x1b[2J\n" + "x" * 5000)], [], PREFIX)
    assert "\x1b" not in found
    assert "\n" not in found
    assert len(found) < 300


def test_requests_outside_the_dataset_are_compared_by_their_whole_path():
    for whole in ("/ozh-run-data/other/x", "ozh-run-data/other/x"):
        assert disagreement([wire(0, whole)], [trace("/ozh-run-data/other/x")], PREFIX) is None
    assert disagreement([wire(0, "x")], [trace("/ozh-run-data/other/x")], PREFIX)
    assert disagreement([wire(0, "x")], [trace("/ozh-run-data/image.zarr2/x")], PREFIX)


@pytest.mark.parametrize("key", ["a b", "a%20b"])
@pytest.mark.parametrize("prefix", ["b/my image", "b/my%20image"])
def test_percent_encoding_makes_no_difference(key, prefix):
    assert disagreement([wire(0, key)], [trace("/b/my image/a b")], prefix) is None


@pytest.mark.parametrize(
    ("key", "path", "query"),
    [
        ("image.zarr", "/ozh-run-data", "prefix=image.zarr"),
        ("", "/ozh-run-data/", "list-type=2&prefix=image.zarr%2F"),
        ("0/c/", "/ozh-run-data", "prefix=image.zarr/0/c/"),
        ("a b/", "/ozh-run-data", "prefix=image.zarr%2Fa+b%2F"),
        ("other/", "/ozh-run-data", "prefix=other%2F"),
        ("", "/ozh-run-data/", "list-type=2"),
    ],
)
def test_listings_are_compared_by_their_prefix(key, path, query):
    listing = wire(0, key, kind="listing")
    assert disagreement([listing], [trace(path, query=query)], PREFIX) is None
    assert disagreement([listing], [trace(path, query="prefix=image.zarr%2Fno%2F")], PREFIX)


def test_methods_that_minio_does_not_trace_are_left_out():
    assert disagreement([wire(0, "x", method="OPTIONS")], [], PREFIX) is None


# a tool that hangs up


def test_the_last_of_a_connection_may_have_got_less_than_was_sent():
    seen = [wire(0, "0"), wire(1, "1", received=60)]
    assert disagreement(seen, [trace(on("0")), trace(on("1"))], PREFIX) is None


def test_no_other_may_have_got_less_and_none_may_have_got_more():
    assert disagreement([wire(0, "0", received=60), wire(1, "1")], [trace(on("0")), trace(on("1"))], PREFIX)
    assert disagreement([wire(0, "0", received=101)], [trace(on("0"))], PREFIX)


def test_a_request_cut_off_may_have_had_any_answer_or_not_reached_minio():
    cut = wire(0, "0", status=0, received=0)
    assert disagreement([cut, wire(1, "1")], [trace(on("1"))], PREFIX) is None
    assert disagreement([cut], [trace(on("0"), status=206, start=0, stop=100)], PREFIX) is None
    assert disagreement([cut], [trace(on("1"))], PREFIX)
    assert disagreement([cut], [trace(on("0")), trace(on("0"))], PREFIX)


def test_an_upload_cut_off_may_not_have_been_read_whole():
    cut = wire(0, "0", method="PUT", status=0, sent=500, received=0)
    assert (
        disagreement([cut], [trace(on("0"), method="PUT", status=499, received=400, sent=0)], PREFIX) is None
    )
    assert disagreement([cut], [trace(on("0"), method="PUT", status=499, received=501, sent=0)], PREFIX)


def test_a_refused_upload_may_not_have_been_read_whole():
    refused = wire(0, "0", method="PUT", status=403, sent=1000, received=300)
    assert disagreement([refused], [trace(on("0"), method="PUT", status=403, sent=300)], PREFIX) is None
    assert disagreement(
        [refused], [trace(on("0"), method="PUT", status=403, received=1001, sent=300)], PREFIX
    )
    accepted = wire(0, "0", method="PUT", sent=1000, received=0)
    assert disagreement([accepted], [trace(on("0"), method="PUT", received=999, sent=0)], PREFIX)


def test_those_that_were_cut_off_are_paired_so_that_as_many_as_can_agree():
    seen = [wire(n, "0", connection=n, received=got) for n, got in enumerate((0, 90, 50))]
    traced = [trace(on("0"), sent=sent) for sent in (60, 95, 10)]
    assert disagreement(seen, traced, PREFIX) is None
    assert disagreement(seen, [trace(on("0"), sent=sent) for sent in (60, 89, 10)], PREFIX)
