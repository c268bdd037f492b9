"""The relay: all connections of a link together get its bandwidth, however many they are."""

import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.stores.relay import _BURST_SECONDS, Relays, TokenBucket

PIECES = st.lists(st.tuples(st.floats(0, 0.5), st.integers(1, 100_000)), min_size=1, max_size=50)


@given(pieces=PIECES, rate=st.floats(1e3, 1e9))
def test_no_more_leaves_than_the_rate_and_one_burst_allow(pieces, rate):
    bucket, now, sent, start = TokenBucket(rate), 1000.0, 0, 1000.0
    for wait, count in pieces:
        now += wait
        leaves = bucket.leave(count, now)
        sent += count
        assert sent <= rate * (max(leaves, now) - start + _BURST_SECONDS) * (1 + 1e-9) + 1


@given(counts=st.lists(st.integers(1, 100_000), min_size=1, max_size=50), rate=st.floats(1e3, 1e9))
def test_a_busy_link_takes_as_long_as_its_bytes_need(counts, rate):
    bucket = TokenBucket(rate)
    last = max(bucket.leave(count, 1000.0) for count in counts)

    assert last == pytest.approx(1000 - _BURST_SECONDS + sum(counts) / rate, abs=1e-6)


@pytest.fixture
def relays():
    running = Relays()
    yield running
    running.end()
    assert not [thread for thread in threading.enumerate() if thread.name == "relays"]


@pytest.fixture
def giver():
    """A server that gives each who connects as many bytes as were asked for, then ends."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)

    def serve(connection):
        with connection:
            asked = int.from_bytes(connection.recv(8), "big")
            connection.sendall(bytes(asked))

    def accept():
        with ThreadPoolExecutor(64) as pool:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                pool.submit(serve, connection)

    thread = threading.Thread(target=accept)
    thread.start()
    yield f"127.0.0.1:{listening.getsockname()[1]}"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def fetch(address, count):
    host, _, port = address.rpartition(":")
    got = 0
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(count.to_bytes(8, "big"))
        while data := connection.recv(65536):
            got += len(data)
    return got


def seconds_for(address, connections, total):
    begun = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        got = list(pool.map(lambda _: fetch(address, total // connections), range(connections)))
    assert sum(got) == total
    return time.perf_counter() - begun


@pytest.mark.slow
def test_one_connection_and_32_get_the_same_total(relays, giver):
    rate, total = 40e6 / 8, 5 * 2**20
    seconds = {}
    for connections in (1, 32):
        with relays.relay(giver, rate) as address:
            seconds[connections] = seconds_for(address, connections, total)

    least = total / rate - _BURST_SECONDS
    assert all(each >= least for each in seconds.values())  # by arithmetic, on any machine
    assert seconds[1] / seconds[32] == pytest.approx(1, abs=0.25)


def test_each_link_has_a_bandwidth_of_its_own(relays, giver):
    rate, total = 8e6 / 8, 2**19
    with relays.relay(giver, rate) as slow, relays.relay(giver, rate * 1000) as fast:
        assert seconds_for(slow, 4, total) >= total / rate - _BURST_SECONDS
        assert fetch(fast, 10 * total) == 10 * total


def test_what_is_sent_is_what_arrives_in_both_directions(relays):
    listening = socket.create_server(("127.0.0.1", 0))

    def echo():
        connection, _ = listening.accept()
        with connection:
            while data := connection.recv(65536):
                connection.sendall(data)

    thread = threading.Thread(target=echo)
    thread.start()
    sent = bytes(range(256)) * 2000
    with relays.relay(f"127.0.0.1:{listening.getsockname()[1]}", 1e9) as address:
        host, _, port = address.rpartition(":")
        with socket.create_connection((host, int(port))) as connection:
            writing = threading.Thread(
                target=lambda: (connection.sendall(sent), connection.shutdown(socket.SHUT_WR))
            )
            writing.start()
            got = b""
            while data := connection.recv(65536):
                got += data
            writing.join()
    thread.join()
    listening.close()
    assert got == sent


def test_a_server_that_is_not_there_ends_the_connection_and_nothing_else(relays, giver):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        gone = f"127.0.0.1:{nobody.getsockname()[1]}"
    with relays.relay(gone, 1e9) as address, relays.relay(giver, 1e9) as other:
        with contextlib.suppress(ConnectionError):
            assert fetch(address, 10) == 0
        assert fetch(other, 10) == 10


def test_closing_a_link_ends_what_is_under_way(relays, giver):
    with relays.relay(giver, 100_000) as address:
        host, _, port = address.rpartition(":")
        waiting = socket.create_connection((host, int(port)))
        waiting.sendall((2**20).to_bytes(8, "big"))
        waiting.recv(1)
    with waiting, contextlib.suppress(ConnectionError):
        while waiting.recv(65536):
            pass
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((host, int(port)))
