"""A session's door: a port on loopback that stays its own, also while it is shut, and who came in by it."""

import asyncio
import fcntl
import logging
import socket
import struct
import sys
import termios
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from harness.stores.gateway.record import Record

IDLE_SECONDS = 60.0
MOST_CONNECTIONS = 256  # beyond these, one that has been idle longest is closed for each that comes
_BACKLOG = 1024
_MOST_HEADER = 1 << 16
_BUFFER = 1 << 16
_FLUSH_SECONDS = 2.0
_REUSE = socket.SO_REUSEPORT if sys.platform == "darwin" else socket.SO_REUSEADDR
_SO_NWRITE = 0x1024  # of Darwin

Handle = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

# What clients say wrong is answered with 400; nobody needs to read of it.
_SILENT = logging.getLogger(f"{__name__}.silent")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


@dataclass(slots=True, eq=False)
class Connection:
    """A connection of a client."""

    transport: asyncio.Transport
    idle_since: float
    number: int | None = None  # in the order of the first requests
    passed: int = 0  # bytes of bodies so far, both ways
    record: Record | None = None  # of the request that is under way

    def abort(self) -> None:
        """Close it now, whatever is still to be sent."""
        if self.record:
            unsent = self.transport.get_write_buffer_size()
            self.record.received = max(self.record.received - unsent, 0)
        self.transport.abort()

    def reset(self) -> None:
        """Abort it so that the client is told of a reset."""
        peer = self.transport.get_extra_info("socket")
        if peer is not None and not self.transport.is_closing():
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.abort()

    async def flush(self) -> None:
        """Wait until the client's side has all that was sent; not for long, should it not read."""
        peer = self.transport.get_extra_info("socket")
        deadline = asyncio.get_running_loop().time() + _FLUSH_SECONDS
        while not self.transport.is_closing() and asyncio.get_running_loop().time() < deadline:
            if not self.transport.get_write_buffer_size() and not _on_its_way(peer):
                return
            await asyncio.sleep(0.001)


class Door:
    """The port of one session; all of it belongs to the loop's thread."""

    def __init__(self, handle: Handle, idle_seconds: float) -> None:
        self._protocols = _Protocols(
            handle,
            handler_cancellation=True,  # a client that goes is noticed at once
            keepalive_timeout=idle_seconds,
            access_log=None,
            logger=_SILENT,
            auto_decompress=False,
            max_line_size=_MOST_HEADER,
            max_field_size=_MOST_HEADER,
            read_bufsize=_BUFFER,
            lingering_time=0,
        )
        self.port = 0  # once the door was opened, its own; it stays the same
        self._kept = socket.socket()  # holds the port, but does not listen
        self._listening: asyncio.Server | None = None

    @property
    def is_open(self) -> bool:
        """Whether clients may come in."""
        return self._listening is not None

    def of(self, request: web.BaseRequest) -> Connection:
        """Return the connection that a request came by."""
        return self._protocols.known[request.protocol]

    def under_way(self) -> list[Record]:
        """Return the requests that are under way."""
        return [one.record for one in self._protocols.known.values() if one.record]

    async def open(self) -> None:
        """Listen, the first time on a port that the system chooses."""
        if not self.port:
            self._kept.bind(("127.0.0.1", 0))
            self.port = int(self._kept.getsockname()[1])
            # Only now: a port that the system is to choose must be nobody else's.
            self._kept.setsockopt(socket.SOL_SOCKET, _REUSE, 1)
        listening = socket.socket()
        try:
            listening.setsockopt(socket.SOL_SOCKET, _REUSE, 1)
            listening.bind(("127.0.0.1", self.port))
            loop = asyncio.get_running_loop()
            self._listening = await loop.create_server(self._protocols, sock=listening, backlog=_BACKLOG)
        except BaseException:
            listening.close()
            raise

    def shut(self) -> None:
        """Listen no more: connecting is refused."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def reset_all(self) -> None:
        """Reset every connection."""
        for one in list(self._protocols.known.values()):
            one.reset()

    async def close(self) -> None:
        """Shut the door for good, with all connections."""
        self.shut()
        self.reset_all()
        await self._protocols.shutdown(1)
        self._kept.close()


class _Protocols(web.Server):
    """Makes aiohttp's protocols, and knows each one's connection."""

    def __init__(self, handle: Handle, **settings: Any) -> None:  # noqa: ANN401 - aiohttp's
        super().__init__(handle, **settings)
        self.known: dict[web.RequestHandler, Connection] = {}

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        now = asyncio.get_running_loop().time()
        self.known[handler] = Connection(transport, now)
        if len(self.known) > MOST_CONNECTIONS:
            idle = [one for one in self.known.values() if one.record is None]
            min(idle, key=lambda one: one.idle_since).transport.abort()

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self.known.pop(handler, None)


def _on_its_way(peer: socket.socket) -> int:
    """Return how many bytes of what was sent the other side does not have yet."""
    if sys.platform == "darwin":
        return peer.getsockopt(socket.SOL_SOCKET, _SO_NWRITE)
    answer = fcntl.ioctl(peer.fileno(), termios.TIOCOUTQ, b"\0" * 4)
    return int.from_bytes(answer, sys.byteorder)
