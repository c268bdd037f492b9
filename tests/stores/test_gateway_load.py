"""The gateway under load, and under clients that mean no good: nothing is lost, and little is held."""

import asyncio
from collections import Counter
from contextlib import ExitStack

import psutil
import pytest
from gateway_ends import WATCH, Client, ask, tiny_store

from harness.stores.gateway import open_gateway
from harness.stores.gateway.door import MOST_CONNECTIONS

REQUESTS, CONNECTIONS = 20_000, 64
CHUNKS = 50
OBJECT = bytes(100)


async def _burst(port):
    """Send all requests from all connections at once; return how many bytes came back for each key."""
    given = Counter()

    async def one(number):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in range(number, REQUESTS, CONNECTIONS):
            key = f"/b/d/0/c/{request % CHUNKS}"
            writer.write(f"GET {key} HTTP/1.1\r\nHost: h\r\nUser-Agent: {number}\r\n\r\n".encode())
            await reader.readuntil(b"\r\n\r\n")
            given[key] += len(await reader.readexactly(len(OBJECT)))
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    return given


@pytest.mark.slow
def test_a_burst_of_20000_requests_from_64_connections_is_counted_exactly_in_bounded_memory():
    store_holds = {f"/b/d/0/c/{chunk}": OBJECT for chunk in range(CHUNKS)}
    with tiny_store(objects=store_holds, remembers=False) as store, open_gateway(store.endpoint) as gateway:
        with gateway.passage(WATCH) as warm:
            ask(warm.endpoint, "GET", "/b/d/0/c/0")
        before = psutil.Process().memory_info().rss
        with gateway.passage(WATCH) as passage:
            given = asyncio.run(_burst(int(passage.endpoint.rpartition(":")[2])))
            grown = psutil.Process().memory_info().rss - before
            seen = passage.requests("t", 0)
    assert set(given.values()) == {len(OBJECT) * REQUESTS // CHUNKS}
    assert [one.number for one in seen] == list(range(REQUESTS))
    assert Counter(one.key for one in seen) == {f"0/c/{chunk}": REQUESTS // CHUNKS for chunk in range(CHUNKS)}
    assert {(one.status, one.received, one.kind) for one in seen} == {(200, len(OBJECT), "chunk")}
    assert len({one.connection for one in seen}) == CONNECTIONS
    by_agent = Counter((one.user_agent, one.connection) for one in seen)
    assert len(by_agent) == CONNECTIONS  # each request is told of the connection that it came by
    assert max(one.in_flight for one in seen) <= CONNECTIONS
    assert grown < 40e6, f"{grown / REQUESTS:.0f} bytes a request"


def test_connections_that_never_speak_do_no_harm():
    with (
        tiny_store(objects={"/b/d/0/c/0": OBJECT}) as store,
        open_gateway(store.endpoint) as gateway,
        gateway.passage(WATCH) as passage,
        ExitStack() as stack,
    ):
        silent = [stack.enter_context(Client(passage.endpoint)) for _ in range(2 * MOST_CONNECTIONS)]
        half = stack.enter_context(Client(passage.endpoint))
        half.send(b"GET /b/d/0/c/0 HTT")
        assert ask(passage.endpoint, "GET", "/b/d/0/c/0").body == OBJECT
        assert silent[0].ending() in {"closed", "reset"}  # whoever has been idle longest makes room
        assert [one.key for one in passage.requests("t", 0)] == ["0/c/0"]


def test_connections_that_are_idle_for_long_are_closed():
    with (
        tiny_store() as store,
        open_gateway(store.endpoint, idle_seconds=0.1) as gateway,
        gateway.passage(WATCH) as passage,
        Client(passage.endpoint) as client,
    ):
        client.ask("GET", "/b/d/0/c/0")
        client.socket.settimeout(20)
        assert client.socket.recv(1) == b""
