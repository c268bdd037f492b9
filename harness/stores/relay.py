"""A relay that limits bandwidth: one token bucket for all connections of a session together.

A limit for each connection would reward whoever opens more of them; here 1 and 32 connections get the same
total. Connections take turns, a piece each.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

_PIECE = 16 * 1024  # bytes that a connection sends in its turn
_HELD = 64 * 1024  # bytes that wait for one connection, before its sender has to wait
_BURST_SECONDS = 0.01  # what a link that was idle may send at once, and what hides a late timer

T = TypeVar("T")


@dataclass
class TokenBucket:
    """When bytes may leave. Pure: it is told the time."""

    bytes_per_s: float
    _free: float = float("-inf")  # when the link is free again

    def leave(self, count: int, now: float) -> float:
        """Return the time at which so many bytes have left, which were ready at `now`."""
        self._free = max(self._free, now - _BURST_SECONDS) + count / self.bytes_per_s
        return self._free


class _Turns:
    """One direction of a link: pieces leave one after another, in the order in which they came."""

    def __init__(self, bytes_per_s: float) -> None:
        self._bucket = TokenBucket(bytes_per_s)
        self._turn = asyncio.Lock()  # first come, first served

    async def take(self, count: int) -> None:
        loop = asyncio.get_running_loop()
        async with self._turn:
            leaves = self._bucket.leave(count, loop.time())
            await asyncio.sleep(leaves - loop.time())


class Relays:
    """An event loop in a thread, with a relay for each link that needs one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relays")
        self._thread.start()

    @contextmanager
    def relay(self, address: str, bytes_per_s: float) -> Iterator[str]:
        """Relay to an address (host:port); yields the address to connect to instead."""
        host, _, port = address.rpartition(":")
        running = _relay(host, int(port), bytes_per_s)
        yielded = self._call(running.__aenter__())
        try:
            yield yielded
        finally:
            self._call(running.__aexit__(None, None, None))

    def end(self) -> None:
        """End the thread; all relays must be over."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


@asynccontextmanager
async def _relay(host: str, port: int, bytes_per_s: float) -> AsyncIterator[str]:
    up, down = _Turns(bytes_per_s), _Turns(bytes_per_s)
    connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_connect(host, port, (reader, writer), (up, down)))
        connections[task] = writer
        task.add_done_callback(connections.pop)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=_HELD)
    try:
        chosen = server.sockets[0].getsockname()[1]
        yield f"127.0.0.1:{chosen}"
    finally:
        server.close()
        left = dict(connections)
        for task, writer in left.items():
            task.cancel()
            writer.transport.abort()  # its task may not have begun
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0)  # what was aborted is closed in the loop's next round
        await server.wait_closed()


_Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _connect(host: str, port: int, client: _Stream, turns: tuple[_Turns, _Turns]) -> None:
    """Carry one connection until both directions are over, or one of them broke."""
    writers = [client[1]]
    try:
        server = await asyncio.open_connection(host, port, limit=_HELD)
        writers.append(server[1])
        async with asyncio.TaskGroup() as both:
            both.create_task(_carry(client[0], server[1], turns[0]))
            both.create_task(_carry(server[0], client[1], turns[1]))
    except* OSError:
        pass  # one side is gone: so is the other
    finally:
        for writer in writers:
            writer.transport.abort()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, turns: _Turns) -> None:
    writer.transport.set_write_buffer_limits(high=_HELD)
    while piece := await reader.read(_PIECE):
        await turns.take(len(piece))
        writer.write(piece)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
