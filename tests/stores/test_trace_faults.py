"""A trace that comes in another order than the requests, breaks, or tells nonsense: a server plays it."""

import json
import queue
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import urllib3

from harness.host.errors import HostError
from harness.stores import trace as trace_module
from harness.stores.server import Server
from harness.stores.trace import tracing

TRACE = "/minio/admin/v3/trace"


def record(method, path, began, taken=None):
    headers = {"Host": ["here"]}
    return json.dumps(
        {
            "type": 4,
            "http": {
                "request": {"time": began, "method": method, "path": path, "headers": headers},
                "response": {"statuscode": 404},
                "stats": {"inputbytes": 5 if taken is None else taken, "outputbytes": 0},
            },
        }
    ).encode()


class Play(BaseHTTPRequestHandler):
    """What the fake answers; `server.script` says what its trace tells."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.server.script.beacon(self.path)
        self.send_response(self.server.script.beacon_status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        if self.path.startswith(TRACE):
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            while (said := self.server.script.told.get()) is not None:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(said), said))
            self.wfile.write(b"0\r\n\r\n")
            self.close_connection = True
        else:
            self.server.script.request(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_):
        pass


class Script:
    """A trace that tells of every request at once and in order; tests change that."""

    beacon_status = 404
    taken = None
    silent = False

    def __init__(self):
        self.told = queue.Queue()
        self.held = []  # by how many beacons later they are told, and whether before or after that beacon

    def tell(self, *said):
        for one in said:
            self.told.put(one)

    def now(self):
        return datetime.now(UTC).isoformat()

    def beacon(self, path):
        self.held = [(left - 1, first, said) for left, first, said in self.held]
        due = [one for one in self.held if one[0] == 0]
        self.held = [one for one in self.held if one[0] > 0]
        for _, first, said in due:
            if first:
                self.tell(said)
        self.tell(b" " if self.silent else record("HEAD", path, self.now(), self.taken) + b"\n")
        for _, first, said in due:
            if not first:
                self.tell(said)

    def request(self, path):
        """`/b/<n>/before` and `/b/<n>/after`: told with the n-th beacon from then."""
        _, _, number, place = path.split("/")
        said = record("GET", path, self.now()) + b"\n"
        if number == "0":
            self.tell(said)
        else:
            self.held.append((int(number), place == "before", said))


@contextmanager
def playing(script):
    with ThreadingHTTPServer(("127.0.0.1", 0), Play) as fake:
        fake.script = script
        thread = threading.Thread(target=fake.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Server(f"http://127.0.0.1:{fake.server_port}", "key", "secret", "own", {})
        finally:
            script.tell(None)
            fake.shutdown()
            thread.join()


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def fake(script):
    with playing(script) as server:
        yield server


@pytest.fixture
def ask(fake):
    with urllib3.PoolManager(retries=False) as http:
        yield lambda path: http.request("GET", f"{fake.endpoint}{path}")


def paths(window):
    return [one.path for one in window.requests if one.method == "GET"]


def test_records_told_late_are_in_their_window(fake, ask):
    late = ["/b/0/x", "/b/1/before", "/b/1/after", "/b/2/before"]
    with tracing(fake, "b") as trace:
        with trace.window() as window:
            for path in late:
                ask(path)
        with trace.window() as after:
            pass
    assert paths(window) == late
    assert paths(after) == []


def test_a_window_waits_until_nothing_late_comes_any_more(fake, ask):
    late = ["/b/2/before", "/b/3/before", "/b/4/before"]
    with tracing(fake, "b") as trace, trace.window() as window:
        for path in late:
            ask(path)
    assert paths(window) == late


def test_records_of_requests_before_the_window_are_not_in_it(fake, ask):
    with tracing(fake, "b") as trace:
        ask("/b/1/after")
        ask("/b/2/before")
        with trace.window() as window:
            ask("/b/0/x")
    assert paths(window) == ["/b/0/x"]


def test_blanks_other_records_and_torn_pieces_do_no_harm(fake, script, ask):
    with tracing(fake, "b") as trace, trace.window() as window:
        whole = record("GET", "/b/torn", script.now())
        script.tell(b"  ", b'{"type":1}\n', b" \n", whole[:7], whole[7:50], whole[50:] + b"\n" + whole, b"\n")
        ask("/b/0/x")
    assert paths(window) == ["/b/torn", "/b/torn", "/b/0/x"]


def test_what_is_not_understood_is_a_fault_of_the_host(fake, script):
    with (
        pytest.raises(HostError, match=r"MinIO's trace ended: .*not understood: 'nonsense .x1b"),
        tracing(fake, "b") as trace,
        trace.window(),
    ):
        script.tell(b"nonsense \x1b\n")


def test_a_trace_that_the_server_closes_is_a_fault_of_the_host(fake, script):
    with (
        pytest.raises(HostError, match="MinIO's trace ended: the server closed it"),
        tracing(fake, "b") as trace,
        trace.window(),
    ):
        script.tell(None)


def test_a_server_that_counts_otherwise_is_refused(fake, script):
    script.taken = 99
    with pytest.raises(HostError, match="counts 94 bytes in a request without a body"), tracing(fake, "b"):
        pass


def test_a_server_that_does_not_answer_beacons_as_expected_is_refused(fake, script):
    script.beacon_status = 500
    with pytest.raises(HostError, match="answered a beacon of its trace with 500"), tracing(fake, "b"):
        pass


def test_a_trace_that_tells_nothing_is_given_up(fake, script, monkeypatch):
    monkeypatch.setattr(trace_module, "_SECONDS", 0.3)
    script.silent = True
    with pytest.raises(HostError, match="MinIO's trace told nothing"), tracing(fake, "b"):
        pass


def test_a_lost_beacon_is_a_fault_of_the_host(fake, script, monkeypatch):
    with tracing(fake, "b") as trace:
        monkeypatch.setattr(trace_module, "_SECONDS", 0.3)
        script.silent = True
        with pytest.raises(HostError, match="lost a request"), trace.window():
            pass


@pytest.mark.parametrize("keys", ["any", "given"])
def test_only_a_minio_of_our_own_is_traced(keys):
    server = Server("http://127.0.0.1:9", "key", "secret", keys, {})
    with pytest.raises(HostError, match="only a MinIO of our own is traced"), tracing(server, "b"):
        pass


def test_a_server_that_is_not_there_is_a_fault_of_the_host():
    with playing(Script()) as gone:
        pass
    with pytest.raises(HostError, match="trace"), tracing(gone, "b"):
        pass
