"""The ways from a session to the server: straight, by a link that slows it, or watched by the gateway.

Gateway and links are started when they are first used, once for a run. The server traces only while somebody
counts: what is timed is not traced.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass

from harness.host.guard import Guard
from harness.scenario.network import Network
from harness.stores.gateway import Gateway, Injection, Keys, Passage, Watch, open_gateway
from harness.stores.links import Links, open_links
from harness.stores.program import Say
from harness.stores.server import Server
from harness.stores.trace import Trace, tracing


@dataclass(frozen=True)
class Watched:
    """A way on which every request is recorded, and a fault may be injected."""

    watch: Watch
    injection: Injection | None = None


Way = Network | Watched


@dataclass(frozen=True)
class Opened:
    """An open way: the endpoint that a session is given, and what is seen of it."""

    endpoint: str
    passage: Passage | None = None


class Ways:
    """All ways to one server; may be used from several threads."""

    def __init__(self, server: Server, bucket: str, guard: Guard, say: Say, stack: ExitStack) -> None:
        self._server = server
        self._bucket = bucket
        self._stack = stack
        self._lock = threading.Lock()
        self._gateway: Gateway | None = None
        self.links: Links = stack.enter_context(open_links(server.endpoint, guard, say))

    @contextmanager
    def open(self, way: Way) -> Iterator[Opened]:
        """Open a way for one session; raises HostError where it cannot be had."""
        if isinstance(way, Watched):
            with self._the_gateway().passage(way.watch, way.injection) as passage:
                yield Opened(passage.endpoint, passage)
        elif way.is_direct:
            yield Opened(self._server.endpoint)
        else:
            with self.links.link(way) as endpoint:
                yield Opened(endpoint)

    @contextmanager
    def tracing(self) -> Iterator[Trace | None]:
        """Have the server trace during the body; None where it cannot: only a MinIO of ours is traced."""
        with tracing(self._server, self._bucket) if self._server.keys == "own" else nullcontext() as trace:
            yield trace

    def _keys(self) -> Keys | None:
        """Return the keys of a server of ours; those that a user gave are used for nothing else."""
        server = self._server
        return Keys(server.access_key, server.secret_key) if server.keys == "own" else None

    def _the_gateway(self) -> Gateway:
        with self._lock:
            if self._gateway is None:
                self._gateway = self._stack.enter_context(open_gateway(self._server.endpoint, self._keys()))
            return self._gateway
