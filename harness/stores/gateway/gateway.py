"""The gateway: an event loop in a thread of its own, and passages through it to one store."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from harness.host.errors import HostError
from harness.stores.gateway.door import IDLE_SECONDS
from harness.stores.gateway.injection import Injection
from harness.stores.gateway.passage import Passage, Shared
from harness.stores.gateway.signing import Keys
from harness.stores.gateway.upstream import open_upstream
from harness.stores.gateway.watch import Watch

T = TypeVar("T")


@dataclass(frozen=True)
class _Running:
    loop: asyncio.AbstractEventLoop
    shared: Shared
    stop: asyncio.Event


class Gateway:
    """A running gateway; it may be used from several threads."""

    def __init__(self, upstream: str, keys: Keys | None, idle_seconds: float) -> None:
        self._upstream = upstream
        self._keys = keys
        self._idle_seconds = idle_seconds
        self._started: Future[_Running] = Future()
        self._passages: list[Passage] = []
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="gateway")

    @contextmanager
    def passage(self, watch: Watch, injection: Injection | None = None) -> Iterator[Passage]:
        """Open a passage for one session; at the end its port and all of its connections are closed.

        Raises HostError if there is no port to be had.
        """
        try:
            passage = self._call(self._open(watch, injection))
        except OSError as problem:
            raise HostError(
                f"the gateway cannot listen: {problem}", "see whether ports and open files are used up"
            ) from problem
        try:
            yield passage
        finally:
            self._call(self._close(passage))

    def start(self) -> None:
        """Start the thread; it serves when this returns."""
        self._thread.start()
        self._started.result()

    def end(self) -> None:
        """Close every passage, and end the thread."""
        running = self._started.result()
        running.loop.call_soon_threadsafe(running.stop.set)
        self._thread.join()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._started.result().loop).result()

    async def _run(self) -> None:
        try:
            async with open_upstream(self._upstream) as upstream:
                shared = Shared(upstream, self._keys, self._idle_seconds, self._call)
                running = _Running(asyncio.get_running_loop(), shared, asyncio.Event())
                self._started.set_result(running)
                await running.stop.wait()
                for passage in self._passages:
                    await passage.close()
        except Exception as problem:
            if self._started.done():
                raise
            self._started.set_exception(problem)

    async def _open(self, watch: Watch, injection: Injection | None) -> Passage:
        passage = Passage(watch, injection, self._started.result().shared)
        self._passages.append(passage)
        await passage.open()
        return passage

    async def _close(self, passage: Passage) -> None:
        await passage.close()
        self._passages.remove(passage)


@contextmanager
def open_gateway(
    upstream: str, keys: Keys | None = None, *, idle_seconds: float = IDLE_SECONDS
) -> Iterator[Gateway]:
    """Yield a gateway to one store, a URL such as http://127.0.0.1:9000, and to no other.

    `keys` are those of the store's owner: requests that were signed and that a fault changes are signed anew
    with them. A connection that is idle, or never says what it wants, is closed after `idle_seconds`.
    """
    gateway = Gateway(upstream, keys, idle_seconds)
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.end()
