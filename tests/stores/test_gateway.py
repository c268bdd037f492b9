"""What the gateway passes on, to whom, and what it writes down."""

import contextlib
import re
import socket
import string
import threading

import psutil
import pytest
from gateway_ends import WATCH, Client, ask, injection, refused, tiny_store
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.stores.gateway import open_gateway

DATA = bytes(range(256)) * 1000  # 256,000 bytes


@pytest.fixture(scope="module", name="ends")
def store_and_gateway():
    with tiny_store() as store, open_gateway(store.endpoint) as gateway:
        yield store, gateway


@pytest.fixture(name="store")
def fresh_store(ends):
    store, _ = ends
    store.objects = {"/b/d/0/c/0": DATA, "/b/d/shards/c/0": DATA, "/b/d/0/zarr.json": b"{}"}
    store.headers, store.pieces = {}, 1 << 16
    store.asked.clear()
    return store


@pytest.fixture(name="passage")
def open_passage(ends, store):
    assert store.objects
    with ends[1].passage(WATCH) as passage:
        yield passage


class Witness:
    """A server that keeps the bytes of each head it is sent, and answers with bytes it is given."""

    def __init__(self, answer=b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"):
        self.heads, self.answer = [], answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)

    def _serve(self):
        while True:
            peer, _ = self._listening.accept()
            with peer, peer.makefile("rb") as said, contextlib.suppress(ConnectionError):
                while head := _head(said):
                    if head == b"stop\n":
                        return
                    self.heads.append(head)
                    peer.sendall(self.answer)
                    if not self.answer.endswith(b"\r\n\r\n"):
                        break

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        with Client(self.endpoint) as client:
            client.send(b"stop\n\r\n")
            self._thread.join()
        self._listening.close()


def _head(said):
    """Return the lines up to an empty one, or to the end of the connection."""
    lines = []
    while (line := said.readline()) not in {b"\r\n", b""}:
        lines.append(line)
    return b"".join(lines)


@pytest.fixture(scope="module", name="witness")
def run_witness():
    with Witness() as witness, open_gateway(witness.endpoint) as gateway, gateway.passage(WATCH) as passage:
        yield witness, passage.endpoint


PATHS = st.text(string.ascii_letters + string.digits + "-._~!$&'()*+,;=:@/%?[]|^`{}\"<>\\", max_size=60)


@settings(max_examples=200, deadline=None)
@given(PATHS)
def test_path_and_query_arrive_byte_for_byte(witness, path):
    server, endpoint = witness
    assert ask(endpoint, "GET", f"/{path}").status == 200
    arrives = path.removesuffix("?") if path.find("?") == len(path) - 1 else path  # an empty query is none
    assert server.heads[-1].splitlines()[0] == f"GET /{arrives} HTTP/1.1".encode()


VALUES = st.text(string.printable[:95] + "äé€", max_size=40).map(str.strip)
NAMES = st.text(string.ascii_letters + "-", min_size=1, max_size=20).map(lambda name: f"X-{name}")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(NAMES, VALUES), max_size=6, unique_by=lambda pair: pair[0].lower()),
    st.sampled_from(["GET", "HEAD", "DELETE", "POST", "PUT"]),
)
def test_headers_arrive_as_they_were_sent_and_no_others(witness, headers, method):
    server, endpoint = witness
    sent = [b"Host: somewhere:7", *(f"{name}: {value}".encode() for name, value in headers)]
    with Client(endpoint) as client:
        client.send(b"\r\n".join([b"%s /b HTTP/1.1" % method.encode(), *sent, b"", b""]))
        assert client.answer(bodiless=method == "HEAD").status == 200
    arrived = server.heads[-1].rstrip().split(b"\r\n")[1:]
    assert sorted(line.rstrip() for line in arrived) == sorted(line.rstrip() for line in sent)


def test_what_is_between_neighbours_is_not_passed_on(witness):
    server, endpoint = witness
    between = {"Connection": "keep-alive, X-Mine", "X_Mine": "1", "TE": "trailers", "Keep_Alive": "timeout=5"}
    ask(endpoint, "GET", "/b", **between, Upgrade="h2c", X_Kept="2")
    names = {line.split(b":")[0].lower() for line in server.heads[-1].splitlines()[1:]}
    assert names == {b"host", b"x-kept"}


def test_an_answer_comes_back_as_it_was_given_and_its_head_is_measured():
    head = b'HTTP/1.1 203 Strange Reason\r\nserver: MinIO\r\nx-AMZ-id: a\r\nEtag: "1"\r\nEtag: "2"\r\n'
    with (
        Witness(head + b"Content-Length: 3\r\nConnection: close\r\n\r\nabc") as witness,
        open_gateway(witness.endpoint) as gateway,
        gateway.passage(WATCH) as passage,
    ):
        got = ask(passage.endpoint, "GET", "/b/d/x")
        assert got.head == head + b"Content-Length: 3\r\nConnection: close\r\n\r\n"
        assert got.body == b"abc"
        assert passage.requests("t", 0)[0].head == len(got.head)


def test_bodies_are_not_decompressed(store, passage):
    store.headers = {"Content-Encoding": "gzip"}
    got = ask(passage.endpoint, "GET", "/b/d/0/c/0", Accept_Encoding="gzip")
    assert got.body == DATA
    assert got.header("Content-Encoding") == "gzip"
    ask(passage.endpoint, "PUT", "/b/d/new", b"no gzip at all", Content_Encoding="aws-chunked, gzip")
    assert store.objects["/b/d/new"] == b"no gzip at all"


@pytest.mark.parametrize(
    ("method", "headers", "status", "length", "given"),
    [
        ("GET", {}, 200, len(DATA), DATA),
        ("HEAD", {}, 200, len(DATA), b""),
        ("GET", {"Range": "bytes=10-19"}, 206, 10, DATA[10:20]),
        ("GET", {"Range": "bytes=-36"}, 206, 36, DATA[-36:]),
        ("HEAD", {"Range": "bytes=10-19"}, 206, 10, b""),
        ("GET", {"If_None_Match": '"real"'}, 304, None, b""),
        ("GET", {"If_Match": '"other"'}, 412, 24, b"412: Precondition Failed"),
    ],
)
def test_every_kind_of_answer_keeps_its_length(passage, method, headers, status, length, given):
    with Client(passage.endpoint) as client:
        for _ in range(2):  # the second shows that the first ended where it should
            got = client.ask(method, "/b/d/0/c/0", **headers)
            assert (got.status, got.body, got.ended) == (status, given, "whole")
            assert got.header("Content-Length") == (None if length is None else str(length))


def test_a_body_of_unknown_length_comes_in_chunks(passage):
    with Client(passage.endpoint) as client:
        for _ in range(2):
            got = client.ask("GET", "/b/d/0/c/0?chunked")
            assert (got.header("Transfer-Encoding"), got.body) == ("chunked", DATA)
        client.send(b"GET /b/d/0/c/0?chunked HTTP/1.0\r\nHost: h\r\n\r\n")
        got = client.answer()
        assert (got.body, got.ended) == (DATA, "closed")
    assert [one.received for one in passage.requests("t", 0)] == [len(DATA)] * 3


def test_uploads_arrive_whole_with_length_and_in_chunks(store, passage):
    body = DATA * 20
    with Client(passage.endpoint) as client:
        assert client.ask("PUT", "/b/d/0/c/1", body).status == 200
        client.send(b"PUT /b/d/0/c/2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.send(b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
        assert client.answer().status == 200
        assert client.ask("PUT", "/b/d/0/c/3", b"").status == 200
        assert client.ask("DELETE", "/b/d/0/c/3").status == 204
        assert client.ask("POST", "/b?delete", b"<Delete/>").status == 200
    assert store.objects["/b/d/0/c/1"] == body
    assert store.objects["/b/d/0/c/2"] == b"hello world"
    assert store.asked[0].header(b"Content-Length") == [b"%d" % len(body)]
    assert store.asked[1].header(b"Transfer-Encoding") == [b"chunked"]
    assert store.asked[3].header(b"Content-Length") == []
    assert [one.sent for one in passage.requests("t", 0)] == [len(body), 11, 0, 0, 9]


def test_an_upload_that_waits_to_be_asked_for_is_asked_for_only_by_the_store(store, passage):
    with Client(passage.endpoint) as client:
        client.send(
            b"PUT /b/d/0/c/1 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
        )
        assert client.answer().head == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.send(b"body")
        assert client.answer().status == 200
        client.send(b"PUT /b/d/deny HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        got = client.answer()
        assert (got.status, got.header("Connection")) == (403, "close")
        assert client.ending() == "closed"
    assert store.objects["/b/d/0/c/1"] == b"body"
    assert [(one.status, one.sent) for one in passage.requests("t", 0)] == [(200, 4), (403, 0)]


def test_an_upload_that_its_client_gives_up_is_no_object(store, passage):
    with Client(passage.endpoint) as client:
        client.send(b"PUT /b/d/0/c/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf of it")
        client.send(b"")
    with Client(passage.endpoint) as client:
        client.send(b"PUT /b/d/0/c/2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
    ask(passage.endpoint, "GET", "/b/d/0/zarr.json")
    seen = passage.requests("t", 0)
    assert {"/b/d/0/c/1", "/b/d/0/c/2"}.isdisjoint(store.objects)
    assert [one.status for one in seen if one.method == "PUT"] == [0] * (len(seen) - 1)


def test_a_client_that_does_not_read_holds_back_the_store(store, passage):
    store.objects["/b/d/big"] = bytes(200_000_000)
    process = psutil.Process()
    with Client(passage.endpoint) as client:
        client.ask("GET", "/b/d/0/zarr.json")
        before = process.memory_info().rss
        client.request("GET", "/b/d/big")
        assert client.socket.recv(1, socket.MSG_PEEK)
        client.socket.settimeout(1)
        threading.Event().wait(1)
        assert process.memory_info().rss - before < 30e6  # of the 200 MB, next to nothing is held
        assert len(client.answer().body) == 200_000_000
    assert passage.requests("t", 0)[-1].received == 200_000_000


def test_connections_to_the_store_are_used_again(store, passage):
    store.connections.clear()
    for _ in range(20):
        ask(passage.endpoint, "GET", "/b/d/0/zarr.json")
    assert len(store.connections) == 1


def test_whoever_is_asked_for_only_the_one_store_is_asked(store, passage):
    with Witness() as elsewhere:
        port = elsewhere.endpoint.rpartition(":")[2]
        with Client(passage.endpoint) as client:
            client.send(b"GET http://127.0.0.1:%s/b/d/0/zarr.json HTTP/1.1\r\n" % port.encode())
            client.send(b"Host: 127.0.0.1:%s\r\n\r\n" % port.encode())
            assert client.answer().body == b"{}"
            client.send(b"GET http://127.0.0.1:%s?list-type=2 HTTP/1.1\r\nHost: h\r\n\r\n" % port.encode())
            assert client.answer().status == 404
        for odd in (f"CONNECT 127.0.0.1:{port}", "OPTIONS *"):
            with Client(passage.endpoint) as client:
                client.send(f"{odd} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
                assert client.answer().status == 400
        assert elsewhere.heads == []
    assert [one.path for one in store.asked] == ["/b/d/0/zarr.json", "/?list-type=2"]
    assert store.asked[0].header(b"Host") == [f"127.0.0.1:{port}".encode()]


def test_redirects_are_not_followed_and_failures_not_asked_again():
    with Witness() as elsewhere, Witness() as witness, open_gateway(witness.endpoint) as gateway:
        where = elsewhere.endpoint.encode()
        witness.answer = b"HTTP/1.1 307 Go\r\nLocation: %s/x\r\nContent-Length: 0\r\n\r\n" % where
        with gateway.passage(WATCH) as passage:
            assert ask(passage.endpoint, "GET", "/b/d/x").status == 307
            witness.answer = b""  # it hangs up on a connection that was used before
            assert ask(passage.endpoint, "GET", "/b/d/x").status == 502
            assert [one.status for one in passage.requests("t", 0)] == [307, 502]
        assert len(witness.heads) == 2
        assert elsewhere.heads == []


def test_a_store_that_is_not_there_is_said_to_be_so():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with (
            open_gateway(f"http://127.0.0.1:{nobody.getsockname()[1]}") as gateway,
            gateway.passage(WATCH) as passage,
        ):
            got = ask(passage.endpoint, "GET", "/b/d/0/c/0")
            assert got.status == 502
            assert b"<Code>BadGateway</Code><Message>Gateway: the store was not reached:" in got.body
            assert ask(passage.endpoint, "PUT", "/b/d/0/c/0", DATA).status == 502
            assert [one.status for one in passage.requests("t", 0)] == [502, 502]


def test_an_answer_that_the_store_breaks_off_is_broken_off():
    with (
        Witness(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this") as witness,
        open_gateway(witness.endpoint) as gateway,
        gateway.passage(WATCH) as passage,
    ):
        got = ask(passage.endpoint, "GET", "/b/d/0/c/0")
        assert (got.status, got.body, got.ended) == (200, b"only this", "reset")
        (seen,) = passage.requests("t", 0)
        assert (seen.status, seen.received) == (200, 9)


def test_only_loopback_is_listened_on(ends):
    with ends[1].passage(WATCH) as passage:
        port = int(passage.endpoint.rpartition(":")[2])
        mine = [one for one in psutil.Process().net_connections("tcp") if one.laddr.port == port]
        assert {(one.laddr.ip, one.status) for one in mine} >= {("127.0.0.1", "LISTEN")}
        assert {one.laddr.ip for one in mine} == {"127.0.0.1"}
    assert refused(passage.endpoint)


def test_each_request_is_written_down_with_all_that_is_known_of_it(passage):
    with Client(passage.endpoint) as first, Client(passage.endpoint) as second:
        first.ask("GET", "/b/d/0/zarr.json", User_Agent="tool/1")
        passage.mark("operation")
        second.ask("GET", "/b/d/0/c/0", Range="bytes=5-9", User_Agent="other/2")
        first.ask("GET", "/b/d/0/c/7")
        first.ask("PUT", "/b/d/0/c/8", b"12345")
    seen = passage.requests("trial", 3)
    assert [(one.number, one.method, one.key, one.kind, one.status) for one in seen] == [
        (0, "GET", "0/zarr.json", "metadata", 200),
        (1, "GET", "0/c/0", "chunk", 206),
        (2, "GET", "0/c/7", "chunk", 404),
        (3, "PUT", "0/c/8", "chunk", 200),
    ]
    assert [one.step for one in seen] == ["open", *["operation"] * 3]
    assert [one.connection for one in seen] == [0, 1, 0, 0]
    assert [one.user_agent for one in seen] == ["tool/1", "other/2", "", ""]
    assert [(one.start, one.stop) for one in seen] == [(None, None), (5, 10), (None, None), (None, None)]
    assert [(one.sent, one.received) for one in seen] == [(0, 2), (0, 5), (0, 12), (5, 0)]
    assert {(one.trial, one.repeat, one.in_flight, one.fault) for one in seen} == {("trial", 3, 1, "")}
    times = [time for one in seen for time in (one.begin_ms, one.end_ms)]
    assert times == sorted(times)
    assert times[0] > 0


def test_requests_under_way_together_are_counted(ends, store):
    with ends[1].passage(WATCH, injection("0/c/0", deed={"does": "stall"})) as passage:
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(Client(passage.endpoint)) for _ in range(5)]
            for client in clients:
                client.request("GET", "/b/d/0/c/0")
                assert client.socket.recv(1)  # so that this one is under way before the next
            ask(passage.endpoint, "GET", "/b/d/0/zarr.json")
        seen = passage.requests("t", 0)
    assert [one.in_flight for one in seen] == [1, 2, 3, 4, 5, 6]
    assert store.objects


@pytest.mark.parametrize(
    ("key", "asked", "kind", "given"),
    [
        ("shards/c/0", None, "shard", (None, None)),
        ("shards/c/0", "bytes=-36", "shard_index", (len(DATA) - 36, len(DATA))),
        ("shards/c/0", "bytes=-16", "shard_index", (len(DATA) - 16, len(DATA))),
        ("shards/c/0", "bytes=-37", "shard", (len(DATA) - 37, len(DATA))),
        ("shards/c/0", "bytes=0-99", "shard", (0, 100)),
        ("0/c/0", "bytes=-36", "chunk", (len(DATA) - 36, len(DATA))),
    ],
)
def test_a_request_for_nothing_but_the_index_of_a_shard_is_known(passage, key, asked, kind, given):
    ask(passage.endpoint, "GET", f"/b/d/{key}", **({"Range": asked} if asked else {}))
    (seen,) = passage.requests("t", 0)
    assert (seen.kind, (seen.start, seen.stop)) == (kind, given)


@pytest.mark.parametrize(
    ("method", "target", "key", "kind"),
    [
        ("GET", "/b?list-type=2&prefix=d%2F0%2F&delimiter=%2F", "0/", "listing"),
        ("GET", "/b/?prefix=d/&X-Amz-Signature=1&X-Amz-Expires=5", "", "listing"),
        ("GET", "/b/?prefix=other/", "other/", "listing"),
        ("GET", "/b", "", "listing"),
        ("GET", "/b?location", "/b", "other"),
        ("GET", "/b?uploads", "/b", "other"),
        ("HEAD", "/b", "/b", "other"),
        ("POST", "/b?delete", "/b", "other"),
        ("GET", "/", "/", "other"),
        ("GET", "/b/d", "/b/d", "other"),
        ("GET", "/b/dd/0/c/0", "/b/dd/0/c/0", "other"),
        ("GET", "/b/d/%30/zarr%2Ejson?x-id=GetObject", "0/zarr.json", "metadata"),
        ("GET", "/b/d/0/c%2F0", "0/c/0", "chunk"),
        ("GET", "/b/d/%FF", "\ufffd", "other"),
    ],
)
def test_what_a_request_is_about(passage, method, target, key, kind):
    ask(passage.endpoint, method, target, b"" if method == "POST" else None)
    (seen,) = passage.requests("t", 0)
    assert (seen.key, seen.kind) == (key, kind)


def test_another_prefix_may_be_watched_later(passage):
    ask(passage.endpoint, "PUT", "/own/1/x/0/c/0", b"1")
    passage.watch_prefix("own/1/x")
    ask(passage.endpoint, "PUT", "/own/1/x/0/c/0", b"1")
    assert [(one.key, one.kind) for one in passage.requests("t", 0)] == [
        ("/own/1/x/0/c/0", "other"),
        ("0/c/0", "chunk"),
    ]


def test_sessions_know_nothing_of_each_other(ends, store):
    with ends[1].passage(WATCH) as one, ends[1].passage(WATCH) as other:
        ask(one.endpoint, "GET", "/b/d/0/c/0")
        ask(other.endpoint, "GET", "/b/d/0/zarr.json")
        assert [seen.key for seen in one.requests("t", 0)] == ["0/c/0"]
        assert [seen.key for seen in other.requests("t", 0)] == ["0/zarr.json"]
    assert [seen.key for seen in one.requests("t", 0)] == ["0/c/0"]  # also when it is over
    assert store.asked


def test_what_a_client_says_of_itself_can_be_stored(passage):
    with Client(passage.endpoint) as client:
        client.send(b"GET /b/d/0/zarr.json HTTP/1.1\r\nHost: h\r\nUser-Agent: \xff<script>\r\n\r\n")
        client.answer()
    (seen,) = passage.requests("t", 0)
    assert re.fullmatch(r".<script>", seen.user_agent)
    assert seen.model_dump_json()
