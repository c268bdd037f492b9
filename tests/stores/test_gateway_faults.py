"""What each fault does at the client's side, and what is written down of it."""

import contextlib
import re
import threading

import pytest
from gateway_ends import SECONDS, WATCH, Client, ask, injection, refused, tiny_store

from harness.stores.gateway import open_gateway
from harness.stores.gateway import passage as passages

DATA = bytes(range(250)) * 400  # 100,000 bytes: more than one piece
SHARD = DATA[::-1]
HALF = len(DATA) // 2
CHUNK, OTHER, ARRAY = "/b/d/0/c/0", "/b/d/0/c/1", "/b/d/0/zarr.json"
PATIENCE = 1  # seconds without a byte that tell of a stall
SLOWDOWN = {"does": "status", "status": 503}


@pytest.fixture(scope="module", name="ends")
def store_and_gateway():
    with tiny_store() as store, open_gateway(store.endpoint) as gateway:
        yield store, gateway


@pytest.fixture(name="store")
def fresh_store(ends):
    store, _ = ends
    store.objects = {CHUNK: DATA, OTHER: DATA, "/b/d/shards/c/0": SHARD, ARRAY: b"{}"}
    store.headers, store.pieces = {}, 1 << 16
    store.asked.clear()
    return store


@pytest.fixture(name="befallen")
def open_passages(ends, store):
    """Open a passage with a fault, by default on the first chunk."""
    assert store.objects
    with contextlib.ExitStack() as stack:

        def opened(*keys, **more):
            return stack.enter_context(ends[1].passage(WATCH, injection(*(keys or ["0/c/0"]), **more)))

        yield opened


def told(passage):
    return [(one.status, one.received, one.fault) for one in passage.requests("t", 0)]


def code_of(got):
    return re.search(rb"<Code>(.*?)</Code>", got.body)[1].decode()


def flips(data, right):
    """Return place and bits of all differences."""
    pairs = enumerate(zip(data, right, strict=True))
    return [(place, one ^ other) for place, (one, other) in pairs if one != other]


# status


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (403, "", "AccessDenied"),
        (403, "ExpiredToken", "ExpiredToken"),
        (404, "", "NoSuchKey"),
        (500, "", "InternalError"),
        (503, "", "SlowDown"),
    ],
)
def test_an_object_is_refused_as_s3_would_and_no_other_is(store, befallen, status, said, code):
    passage = befallen(deed={"does": "status", "status": status, "code": said})
    with Client(passage.endpoint) as client:
        got = client.ask("GET", CHUNK)
        assert (got.status, code_of(got), got.ended) == (status, code, "whole")
        assert client.ask("GET", OTHER).body == DATA
    assert told(passage) == [(status, len(got.body), "fault"), (200, len(DATA), "")]
    assert [one.path for one in store.asked] == [OTHER]


def test_a_refusal_of_a_head_has_no_body(befallen):
    passage = befallen(deed=SLOWDOWN)
    with Client(passage.endpoint) as client:
        got = client.ask("HEAD", CHUNK)
        assert (got.status, got.header("Content-Length")) == (503, "0")
        assert client.ask("GET", OTHER).body == DATA
    assert told(passage)[0] == (503, 0, "fault")


def test_only_the_first_requests_are_refused_if_so_many_are_said(befallen):
    passage = befallen(times=2, deed=SLOWDOWN)
    answers = [ask(passage.endpoint, "GET", path) for path in (CHUNK, OTHER, CHUNK, CHUNK)]
    assert [got.status for got in answers] == [503, 200, 503, 200]
    assert answers[-1].body == DATA
    assert [fault for _, _, fault in told(passage)] == ["fault", "", "fault", ""]
    assert (passage.met, passage.attempts) == (2, 3)


def test_reading_faults_let_writes_pass(store, befallen):
    passage = befallen(deed=SLOWDOWN)
    assert ask(passage.endpoint, "PUT", CHUNK, b"new").status == 200
    assert ask(passage.endpoint, "GET", CHUNK).status == 503
    assert store.objects[CHUNK] == b"new"


def test_a_hidden_object_is_missing_from_listings_too(store, befallen):
    passage = befallen(deed={"does": "status", "status": 404, "hidden": True})
    listing = ask(passage.endpoint, "GET", "/b?list-type=2&prefix=d/")
    assert re.findall(rb"<Key>d/(.*?)</Key>", listing.body) == [b"0/c/1", b"0/zarr.json", b"shards/c/0"]
    assert b"<KeyCount>3</KeyCount>" in listing.body
    assert listing.header("Content-Length") == str(len(listing.body))
    assert ask(passage.endpoint, "GET", CHUNK).status == 404
    assert [(status, fault) for status, _, fault in told(passage)] == [(200, "fault"), (404, "fault")]
    assert CHUNK in store.objects


def test_what_is_not_hidden_is_listed_though_it_is_refused(store, befallen):
    passage = befallen(deed={"does": "status", "status": 404})
    assert ask(passage.endpoint, "GET", "/b?list-type=2").body == store.listing()
    assert ask(passage.endpoint, "GET", CHUNK).status == 404


# refuse


def test_no_connection_is_accepted_once_the_object_is_asked_for(store, befallen):
    passage = befallen(deed={"does": "refuse"})
    with Client(passage.endpoint) as idle, Client(passage.endpoint) as client:
        assert idle.ask("GET", OTHER).body == DATA
        got = client.ask("GET", CHUNK)
        assert (got.status, got.ended) == (0, "reset")
        assert refused(passage.endpoint)
        assert idle.ending() == "reset"
    assert told(passage) == [(200, len(DATA), ""), (0, 0, "fault")]
    assert [one.path for one in store.asked] == [OTHER]


def test_what_is_under_way_is_cut_off_with_the_rest(store, befallen):
    passage = befallen(deed={"does": "refuse"})
    with Client(passage.endpoint) as upload:
        upload.request("PUT", "/b/d/0/c/9", Expect="100-continue", Content_Length=10)
        assert upload.answer().status == 100  # it is under way
        ask(passage.endpoint, "GET", CHUNK)
        assert upload.ending() == "reset"
    assert told(passage) == [(0, 0, "fault")] * 2
    assert passage.met == 2
    assert "/b/d/0/c/9" not in store.objects


def test_the_same_port_opens_again_if_the_refusal_is_to_end(befallen):
    passage = befallen(times=1, deed={"does": "refuse"})
    assert ask(passage.endpoint, "GET", CHUNK).ended == "reset"
    pause, tries = threading.Event(), 0
    while refused(passage.endpoint) and tries < SECONDS * 20:
        tries += pause.wait(0.05) + 1
    assert ask(passage.endpoint, "GET", CHUNK).body == DATA
    assert told(passage) == [(0, 0, "fault"), (200, len(DATA), "")]


# reset


def test_a_connection_is_reset_before_the_answer(store, befallen):
    passage = befallen(times=1, deed={"does": "reset"})
    got = ask(passage.endpoint, "GET", CHUNK)
    assert (got.status, got.head, got.ended) == (0, b"", "reset")
    assert store.asked == []
    assert ask(passage.endpoint, "GET", CHUNK).body == DATA
    assert told(passage) == [(0, 0, "fault"), (200, len(DATA), "")]


def test_a_connection_is_reset_in_the_middle_of_the_body(befallen):
    passage = befallen(times=1, deed={"does": "reset", "at": "middle"})
    assert ask(passage.endpoint, "HEAD", CHUNK).ended == "whole"  # no body, no middle
    got = ask(passage.endpoint, "GET", CHUNK)
    assert (got.status, got.body, got.ended) == (200, DATA[:HALF], "reset")
    assert got.header("Content-Length") == str(len(DATA))
    assert ask(passage.endpoint, "GET", CHUNK).body == DATA
    assert told(passage) == [(200, 0, ""), (200, HALF, "fault"), (200, len(DATA), "")]


def test_a_reset_takes_no_other_connection_with_it(befallen):
    passage = befallen(deed={"does": "reset", "at": "middle"})
    with Client(passage.endpoint) as other:
        other.ask("GET", OTHER)
        assert ask(passage.endpoint, "GET", CHUNK).ended == "reset"
        assert other.ask("GET", OTHER).body == DATA


def test_each_connection_is_reset_after_so_many_bytes(befallen):
    passage = befallen(deed={"does": "reset", "at": "every", "every": len(DATA) + 1234})
    for _ in range(2):
        with Client(passage.endpoint) as client:
            assert client.ask("GET", CHUNK).body == DATA
            got = client.ask("GET", CHUNK)
            assert (got.status, got.body, got.ended) == (200, DATA[:1234], "reset")
    assert told(passage) == [(200, len(DATA), ""), (200, 1234, "fault")] * 2


def test_what_else_passed_on_the_connection_counts(befallen):
    passage = befallen(deed={"does": "reset", "at": "every", "every": len(DATA)})
    with Client(passage.endpoint) as client:
        assert client.ask("GET", OTHER).body == DATA
        got = client.ask("GET", CHUNK)
        assert (got.body, got.ended) == (b"", "reset")
    assert ask(passage.endpoint, "GET", CHUNK).body == DATA  # just as many as may pass
    assert told(passage) == [(200, len(DATA), ""), (200, 0, "fault"), (200, len(DATA), "")]


# truncate, stall, drip


def test_half_of_the_body_comes_where_all_of_it_was_announced(befallen):
    passage = befallen(deed={"does": "truncate", "content_length": "right"})
    got = ask(passage.endpoint, "GET", CHUNK)
    assert (got.status, got.body, got.ended) == (200, DATA[:HALF], "closed")
    assert got.header("Content-Length") == str(len(DATA))
    assert told(passage) == [(200, HALF, "fault")]


def test_half_of_the_body_comes_as_if_it_were_all(befallen):
    passage = befallen(deed={"does": "truncate", "content_length": "wrong"})
    with Client(passage.endpoint) as client:
        got = client.ask("GET", CHUNK)
        assert (got.status, got.body, got.ended) == (200, DATA[:HALF], "whole")
        assert got.header("Content-Length") == str(HALF)
        assert client.ask("GET", OTHER).body == DATA  # nothing of the other half is left over
    assert told(passage) == [(200, HALF, "fault"), (200, len(DATA), "")]


@pytest.mark.parametrize(("announced", "ended"), [("right", "closed"), ("wrong", "whole")])
def test_half_of_a_range_comes(befallen, announced, ended):
    passage = befallen(deed={"does": "truncate", "content_length": announced})
    got = ask(passage.endpoint, "GET", CHUNK, Range="bytes=100-120")
    assert (got.status, got.body, got.ended) == (206, DATA[100:110], ended)
    assert told(passage) == [(206, 10, "fault")]


def test_half_of_the_body_comes_and_then_nothing(befallen):
    passage = befallen(times=1, deed={"does": "stall"})
    got = ask(passage.endpoint, "GET", CHUNK, patience=PATIENCE)
    assert (got.status, got.body, got.ended) == (200, DATA[:HALF], "silent")
    assert ask(passage.endpoint, "GET", CHUNK).body == DATA
    assert told(passage) == [(200, HALF, "fault"), (200, len(DATA), "")]


def test_who_waits_for_the_other_half_is_cut_off_once_the_requests_are_wanted(befallen, monkeypatch):
    passage = befallen(deed={"does": "stall"})
    monkeypatch.setattr(passages, "SETTLE_SECONDS", 0.1)
    with Client(passage.endpoint) as client:
        assert client.ask("GET", CHUNK, patience=PATIENCE).ended == "silent"
        assert told(passage) == [(200, HALF, "fault")]
        assert client.answer().ended == "reset"


def test_a_body_that_drips_comes_whole(store, befallen):
    store.objects[CHUNK] = DATA[:500]
    passage = befallen(deed={"does": "drip", "bytes_per_s": 1000})
    with Client(passage.endpoint) as client:
        got = client.ask("GET", CHUNK)
        assert (got.status, got.body, got.ended) == (200, DATA[:500], "whole")
        assert client.ask("GET", OTHER).body == DATA
    assert told(passage) == [(200, 500, "fault"), (200, len(DATA), "")]


def test_a_body_that_drips_comes_in_drops(befallen):
    passage = befallen(deed={"does": "drip", "bytes_per_s": 1})
    got = ask(passage.endpoint, "GET", CHUNK, patience=PATIENCE / 4)
    assert got.ended == "silent"
    assert got.body == DATA[: len(got.body)]
    assert len(got.body) < HALF
    assert told(passage)[0][2] == "fault"


# other-range


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=20-29", 10, 20), ("bytes=0-9", 10, 20), ("bytes=3-12", 13, 23), ("bytes=-36", 99_928, 99_964)],
)
def test_another_range_is_given_and_said_to_be_so(befallen, asked, start, stop):
    passage = befallen(deed={"does": "other-range"})
    got = ask(passage.endpoint, "GET", CHUNK, Range=asked)
    assert (got.status, got.body, got.ended) == (206, DATA[start:stop], "whole")
    assert got.header("Content-Range") == f"bytes {start}-{stop - 1}/{len(DATA)}"
    (seen,) = passage.requests("t", 0)
    assert (seen.start, seen.stop, seen.received, seen.fault) == (start, stop, stop - start, "fault")


def test_who_asks_for_no_range_gets_no_other(befallen):
    passage = befallen(times=1, deed={"does": "other-range"})
    assert ask(passage.endpoint, "GET", CHUNK).body == DATA
    assert ask(passage.endpoint, "GET", CHUNK, Range="bytes=20-29").body == DATA[10:20]
    assert ask(passage.endpoint, "GET", CHUNK, Range="bytes=20-29").body == DATA[20:30]
    assert told(passage) == [(200, len(DATA), ""), (206, 10, "fault"), (206, 10, "")]


# flip


@pytest.mark.parametrize("pieces", [1, 999, 1 << 16])
def test_one_bit_in_the_middle_is_flipped(store, befallen, pieces):
    store.objects[CHUNK], store.pieces = DATA[:5000], pieces
    passage = befallen(deed={"does": "flip"})
    got = ask(passage.endpoint, "GET", CHUNK)
    assert (got.status, got.ended) == (200, "whole")
    assert flips(got.body, DATA[:5000]) == [(2500, 1)]
    assert told(passage) == [(200, 5000, "fault")]


@pytest.mark.parametrize(("start", "stop"), [(100, 200), (7, 8), (HALF, len(DATA))])
def test_one_bit_in_the_middle_of_a_range_is_flipped(befallen, start, stop):
    passage = befallen(deed={"does": "flip"})
    got = ask(passage.endpoint, "GET", CHUNK, Range=f"bytes={start}-{stop - 1}")
    assert flips(got.body, DATA[start:stop]) == [((stop - start) // 2, 1)]
    assert told(passage) == [(206, stop - start, "fault")]


def test_a_flip_may_end(befallen):
    passage = befallen(times=1, deed={"does": "flip"})
    bodies = [ask(passage.endpoint, "GET", CHUNK).body for _ in range(2)]
    assert [len(flips(body, DATA)) for body in bodies] == [1, 0]
    assert [fault for _, _, fault in told(passage)] == ["fault", ""]


@pytest.mark.parametrize(
    ("asked", "start", "place"),
    [
        ({}, 0, len(SHARD) - 36),
        ({"Range": "bytes=-36"}, len(SHARD) - 36, 0),
        ({"Range": "bytes=-100"}, len(SHARD) - 100, 64),
        ({"Range": f"bytes={len(SHARD) - 50}-{len(SHARD) - 1}"}, len(SHARD) - 50, 14),
    ],
)
def test_one_bit_at_the_beginning_of_the_index_is_flipped(befallen, asked, start, place):
    passage = befallen("shards/c/0", deed={"does": "flip", "where": "index"})
    got = ask(passage.endpoint, "GET", "/b/d/shards/c/0", **asked)
    assert flips(got.body, SHARD[start:]) == [(place, 1)]
    assert told(passage) == [(206 if asked else 200, len(got.body), "fault")]


def test_where_no_index_is_given_none_is_flipped(befallen):
    passage = befallen("shards/c/0", "0/c/0", deed={"does": "flip", "where": "index"})
    assert ask(passage.endpoint, "GET", "/b/d/shards/c/0", Range="bytes=0-99").body == SHARD[:100]
    assert ask(passage.endpoint, "GET", "/b/d/shards/c/0", Range="bytes=-16").body == SHARD[-16:]
    assert ask(passage.endpoint, "GET", CHUNK).body == DATA
    index = ask(passage.endpoint, "GET", "/b/d/shards/c/0", Range="bytes=-36").body
    assert flips(index, SHARD[-36:]) == [(0, 1)]
    assert [fault for _, _, fault in told(passage)] == ["", "", "", "fault"]


# new-etag


def test_each_answer_has_another_etag(befallen):
    passage = befallen(deed={"does": "new-etag"})
    answers = [ask(passage.endpoint, method, CHUNK) for method in ("HEAD", "GET", "GET")]
    tags = {got.header("ETag") for got in answers}
    assert len(tags - {'"real"'}) == 3
    assert [got.body for got in answers] == [b"", DATA, DATA]
    assert ask(passage.endpoint, "GET", OTHER).header("ETag") == '"real"'
    assert told(passage) == [(200, 0, "fault"), *[(200, len(DATA), "fault")] * 2, (200, len(DATA), "")]


def test_who_wants_the_object_of_an_older_etag_gets_none(befallen):
    passage = befallen(deed={"does": "new-etag"})
    tag = ask(passage.endpoint, "GET", CHUNK).header("ETag")
    for older in (tag, '"real"', f'"a", {tag}'):
        got = ask(passage.endpoint, "GET", CHUNK, If_Match=older)
        assert (got.status, code_of(got)) == (412, "PreconditionFailed")
    assert [(status, fault) for status, _, fault in told(passage)][1:] == [(412, "fault")] * 3


def test_who_has_the_object_of_an_older_etag_gets_it_anew(befallen):
    passage = befallen(times=1, deed={"does": "new-etag"})
    first, second = (ask(passage.endpoint, "GET", CHUNK, If_None_Match='"real"') for _ in range(2))
    assert (first.status, first.body) == (200, DATA)
    assert first.header("ETag") != '"real"'
    assert second.status == 304
    assert told(passage) == [(200, len(DATA), "fault"), (304, 0, "")]


def test_an_etag_that_was_made_up_stays_an_older_one(befallen):
    passage = befallen(times=1, deed={"does": "new-etag"})
    tag = ask(passage.endpoint, "GET", CHUNK).header("ETag")
    assert ask(passage.endpoint, "GET", CHUNK, If_Match=tag).status == 412
    assert ask(passage.endpoint, "GET", CHUNK, If_Match='"real"').body == DATA
    assert [fault for _, _, fault in told(passage)] == ["fault", "fault", ""]


# kill


def test_a_tool_is_killed_and_its_request_comes_to_nothing(store, befallen):
    killed = []
    passage = befallen(deed={"does": "kill"}, on_met=lambda: killed.append(threading.current_thread().name))
    assert ask(passage.endpoint, "GET", OTHER).body == DATA
    assert killed == []
    got = ask(passage.endpoint, "GET", CHUNK)
    assert (got.status, got.ended) == (0, "reset")
    assert killed == ["gateway"]
    assert told(passage) == [(200, len(DATA), ""), (0, 0, "fault")]
    assert [one.path for one in store.asked] == [OTHER]


def test_a_fault_is_told_of_as_it_is_first_met_and_then_no_more(befallen):
    met = []
    passage = befallen(deed=SLOWDOWN, on_met=lambda: met.append(1))
    for path in (OTHER, CHUNK, CHUNK):
        ask(passage.endpoint, "GET", path)
    assert met == [1]
    assert passage.met == 2


# what is befallen


def test_a_fault_that_spreads_befalls_all_that_comes_later(store, befallen):
    passage = befallen(spreads=True, deed=SLOWDOWN)
    assert ask(passage.endpoint, "GET", ARRAY).status == 200
    asked = [("GET", CHUNK), ("GET", ARRAY), ("GET", "/b?list-type=2"), ("PUT", OTHER, b"new")]
    assert [ask(passage.endpoint, *one).status for one in asked] == [503] * 4
    assert store.objects[OTHER] == DATA
    assert [fault for _, _, fault in told(passage)] == ["", *["fault"] * 4]
    assert (passage.met, passage.attempts) == (4, 1)


def test_a_fault_that_does_not_spread_stays_where_it_is(befallen):
    passage = befallen(deed=SLOWDOWN)
    assert [ask(passage.endpoint, "GET", path).status for path in (CHUNK, ARRAY)] == [503, 200]


def test_a_fault_that_spreads_ends_with_its_times(befallen):
    passage = befallen(spreads=True, times=2, deed=SLOWDOWN)
    assert [ask(passage.endpoint, "GET", path).status for path in (CHUNK, ARRAY, ARRAY)] == [503, 503, 200]


def test_everything_is_befallen(store, befallen):
    passage = befallen(target="everything", deed=SLOWDOWN)
    asked = [
        ("GET", CHUNK),
        ("HEAD", ARRAY),
        ("GET", "/b?list-type=2"),
        ("PUT", OTHER, b"new"),
        ("DELETE", OTHER),
        ("GET", "/elsewhere/x"),
    ]
    with Client(passage.endpoint) as client:
        assert [client.ask(*one).status for one in asked] == [503] * 6
    assert [(status, fault) for status, _, fault in told(passage)] == [(503, "fault")] * 6
    assert store.asked == []


def test_everything_may_recover(befallen):
    passage = befallen(target="everything", times=2, deed=SLOWDOWN)
    assert [ask(passage.endpoint, "GET", path).status for path in (CHUNK, ARRAY, OTHER)] == [503, 503, 200]


# uploads


def test_an_upload_that_is_reset_in_the_middle_does_not_reach_the_store(store, befallen):
    passage = befallen(writing=True, times=1, deed={"does": "reset", "at": "middle"})
    got = ask(passage.endpoint, "PUT", "/b/d/0/c/8", b"x" * 1000)
    assert (got.status, got.ended) == (0, "reset")
    assert (store.asked, "/b/d/0/c/8" in store.objects) == ([], False)
    assert ask(passage.endpoint, "PUT", "/b/d/0/c/8", b"x" * 1000).status == 200
    assert store.objects["/b/d/0/c/8"] == b"x" * 1000
    assert told(passage) == [(0, 0, "fault"), (200, 0, "")]
    assert passage.requests("t", 0)[0].sent >= 500


def test_no_more_than_the_middle_of_an_upload_is_waited_for(befallen):
    passage = befallen(writing=True, deed={"does": "reset", "at": "middle"})
    with Client(passage.endpoint) as client:
        client.send(b"PUT /b/d/0/c/8 HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500)
        assert client.answer().ended == "reset"
    assert [(one.sent, one.fault) for one in passage.requests("t", 0)] == [(500, "fault")]


def test_an_upload_is_reset_before_its_answer(store, befallen):
    passage = befallen(writing=True, deed={"does": "reset"})
    assert ask(passage.endpoint, "PUT", "/b/d/0/c/8", b"new").ended == "reset"
    assert "/b/d/0/c/8" not in store.objects
    assert told(passage) == [(0, 0, "fault")]


def test_an_upload_is_reset_where_more_would_pass_than_may(store, befallen):
    passage = befallen(target="everything", deed={"does": "reset", "at": "every", "every": 1000})
    with Client(passage.endpoint) as client:
        assert client.ask("PUT", "/b/d/0/c/8", b"x" * 600).status == 200
        assert client.ask("PUT", "/b/d/0/c/9", b"x" * 600).ended == "reset"
    assert ("/b/d/0/c/8" in store.objects, "/b/d/0/c/9" in store.objects) == (True, False)
    assert told(passage) == [(200, 0, ""), (0, 0, "fault")]


def test_an_upload_that_stalls_is_taken_and_never_answered(store, befallen):
    passage = befallen(writing=True, times=1, deed={"does": "stall"})
    got = ask(passage.endpoint, "PUT", "/b/d/0/c/8", DATA, patience=PATIENCE)
    assert (got.status, got.ended) == (0, "silent")
    assert "/b/d/0/c/8" not in store.objects
    assert ask(passage.endpoint, "PUT", "/b/d/0/c/8", DATA).status == 200
    assert store.objects["/b/d/0/c/8"] == DATA
    assert [(one.status, one.sent, one.fault) for one in passage.requests("t", 0)] == [
        (0, len(DATA), "fault"),
        (200, len(DATA), ""),
    ]


def test_an_upload_that_drips_arrives_whole(store, befallen):
    passage = befallen(writing=True, deed={"does": "drip", "bytes_per_s": 1000})
    assert ask(passage.endpoint, "PUT", "/b/d/0/c/8", DATA[:300]).status == 200
    assert store.objects["/b/d/0/c/8"] == DATA[:300]
    assert [(one.status, one.sent, one.fault) for one in passage.requests("t", 0)] == [(200, 300, "fault")]


def test_an_upload_is_refused_once_and_taken_when_it_comes_again(store, befallen):
    passage = befallen(writing=True, times=1, deed=SLOWDOWN)
    with Client(passage.endpoint) as client:
        got = client.ask("PUT", "/b/d/0/c/8", DATA)
        assert (got.status, code_of(got)) == (503, "SlowDown")
        assert "/b/d/0/c/8" not in store.objects
        assert client.ask("PUT", "/b/d/0/c/8", DATA).status == 200
    assert store.objects["/b/d/0/c/8"] == DATA
    assert told(passage) == [(503, len(got.body), "fault"), (200, 0, "")]


def test_a_tool_is_killed_before_what_it_writes_is_there(store, befallen):
    killed = []
    passage = befallen(writing=True, number=1, deed={"does": "kill"}, on_met=lambda: killed.append(1))
    for number in (8, 9):
        ask(passage.endpoint, "PUT", f"/b/d/0/c/{number}", b"new")
    assert ("/b/d/0/c/8" in store.objects, "/b/d/0/c/9" in store.objects) == (True, False)
    assert killed == [1]


# which of the writes


def written(passage, *asked):
    """Return the keys whose requests were befallen."""
    with Client(passage.endpoint) as client:
        for one in asked:
            method, key = one.split()
            client.ask(method, f"/b/d/{key}", b"new" if method in {"PUT", "POST"} else None)
    return [f"{one.method} {one.key}" for one in passage.requests("t", 0) if one.fault]


@pytest.mark.parametrize(("number", "key"), [(0, "0/c/7"), (1, "0/c/3"), (2, "shards/c/5")])
def test_data_that_is_written_is_befallen_by_its_arrival(befallen, number, key):
    passage = befallen(writing=True, number=number, deed=SLOWDOWN)
    puts = [f"PUT {one}" for one in ("0/zarr.json", "0/c/7", "0/c/7", "0/c/3", "shards/c/5", "0/c/1")]
    assert set(written(passage, *puts)) == {f"PUT {key}"}


def test_once_found_the_object_is_befallen_whatever_is_written_of_it(befallen):
    passage = befallen(writing=True, deed=SLOWDOWN)
    asked = ["GET 0/c/7", "DELETE 0/c/7", "POST 0/c/7?uploads", "PUT 0/c/8"]
    asked += ["PUT 0/c/7?partNumber=1&uploadId=1", "DELETE 0/c/7", "GET 0/c/7", "PUT 0/c/7"]
    assert written(passage, *asked) == [f"{method} 0/c/7" for method in ("POST", "PUT", "DELETE", "PUT")]
    assert passage.attempts == 4


def test_what_stores_no_object_is_no_arrival(befallen):
    passage = befallen(writing=True, deed=SLOWDOWN)
    assert written(passage, "PUT 0/c/1?tagging", "PUT 0/c/2?acl", "PUT 0/c/3") == ["PUT 0/c/3"]


@pytest.mark.parametrize(
    ("target", "number", "key"),
    [
        ("metadata", 0, "0/zarr.json"),
        ("metadata", 1, "1/.zarray"),
        ("group", 0, "zarr.json"),
        ("data", 0, "0/c/0"),
    ],
)
def test_what_is_written_is_told_apart_by_its_kind(befallen, target, number, key):
    passage = befallen(writing=True, target=target, number=number, deed=SLOWDOWN)
    puts = [f"PUT {one}" for one in ("zarr.json", "0/.zattrs", "0/zarr.json", "1/.zarray", "0/c/0", "notes")]
    assert written(passage, *puts) == [f"PUT {key}"]


def test_only_what_is_below_the_prefix_is_an_arrival(store, befallen):
    passage = befallen(writing=True, deed=SLOWDOWN)
    assert ask(passage.endpoint, "PUT", "/b/other/0/c/0", b"new").status == 200
    passage.watch_prefix("b/other")
    assert ask(passage.endpoint, "PUT", "/b/other/0/c/0", b"newer").status == 503
    assert store.objects["/b/other/0/c/0"] == b"new"
