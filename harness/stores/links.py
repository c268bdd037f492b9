"""Links: ways to a server with added latency, by toxiproxy, and with limited bandwidth, by a relay of ours.

Every link goes through toxiproxy, one that adds 0 ms too, so that links differ in nothing but their numbers.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from harness.host.errors import HostError
from harness.host.guard import Guard
from harness.scenario.network import Network
from harness.stores.program import Say, find
from harness.stores.programs import TOXIPROXY
from harness.stores.relay import Relays
from harness.stores.toxiproxy import Toxiproxy, toxiproxy


class Links:
    """The links of a run; may be used from several threads. Nothing is started before the first one."""

    def __init__(self, upstream: str, guard: Guard, say: Say, stack: ExitStack) -> None:
        self._upstream = upstream
        self._guard = guard
        self._say = say
        self._stack = stack
        self._lock = threading.Lock()
        self._toxiproxy: Toxiproxy | None = None
        self._relays: Relays | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What adds the latency: server, version, how it was found; empty while there is no link."""
        return self._toxiproxy.facts if self._toxiproxy else {}

    @contextmanager
    def link(self, network: Network) -> Iterator[str]:
        """Open a link of a session's own; yields the URL to use instead of the server's. Raises HostError."""
        with ExitStack() as stack:
            address = stack.enter_context(self._proxies().proxy(self._address(), network.rtt_ms))
            if network.mbit_per_s is not None:
                bytes_per_s = network.mbit_per_s * 1e6 / 8
                address = stack.enter_context(self._relay().relay(address, bytes_per_s))
            yield f"http://{address}"

    def _address(self) -> str:
        url = urlsplit(self._upstream)
        if url.scheme != "http":
            raise HostError(
                f"there are no links to {self._upstream}: they carry plain http only",
                "leave out the networks, or use a server without TLS",
            )
        return f"{url.hostname}:{url.port or 80}"

    def _proxies(self) -> Toxiproxy:
        with self._lock:
            if self._toxiproxy is None:
                source = find(TOXIPROXY, self._say)
                self._toxiproxy = self._stack.enter_context(toxiproxy(source, self._guard))
            return self._toxiproxy

    def _relay(self) -> Relays:
        with self._lock:
            if self._relays is None:
                self._relays = Relays()
                self._stack.callback(self._relays.end)
            return self._relays


@contextmanager
def open_links(upstream: str, guard: Guard, say: Say) -> Iterator[Links]:
    """Yield the links to a server, a URL; all that they needed is ended with the body."""
    with ExitStack() as stack:
        yield Links(upstream, guard, say, stack)
