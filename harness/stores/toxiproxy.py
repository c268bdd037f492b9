"""A toxiproxy of ours: it adds latency to what comes back, in a proxy of its own for each session.

It delays data but not connecting, and adds whole milliseconds.
"""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import urllib3

from harness.host.errors import HostError
from harness.host.guard import Guard
from harness.stores import child, docker_server
from harness.stores.docker_server import Image
from harness.stores.minio_server import free_port
from harness.stores.program import Binary

_TRIES = 5
_MEND = "see whether the machine is busy, then run again"


@dataclass(frozen=True)
class Toxiproxy:
    """A running server, by its administration interface; may be used from several threads."""

    port: int
    facts: dict[str, Any]
    _http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False), repr=False)
    _numbers: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def answers(self) -> bool:
        """Tell whether the server is ready."""
        try:
            return self._http.request("GET", f"http://127.0.0.1:{self.port}/version", timeout=3).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    @contextmanager
    def proxy(self, upstream: str, rtt_ms: int) -> Iterator[str]:
        """Proxy to an address (host:port) with a latency; yields the address to connect to instead."""
        name = f"link-{next(self._numbers)}"
        made = {"name": name, "listen": "127.0.0.1:0", "upstream": upstream, "enabled": True}
        address = str(self._ask("POST", "/proxies", made)["listen"])
        try:
            if rtt_ms:
                latency = {"latency": rtt_ms, "jitter": 0}
                toxic = {"type": "latency", "stream": "downstream", "attributes": latency}
                self._ask("POST", f"/proxies/{name}/toxics", toxic)
            yield address
        finally:
            self._ask("DELETE", f"/proxies/{name}")

    def close(self) -> None:
        """Close the connections to it."""
        self._http.clear()

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self._http.request(
                method,
                f"http://127.0.0.1:{self.port}{path}",
                body=None if body is None else json.dumps(body),
                headers={"User-Agent": "ome-zarr-harness", "Content-Type": "application/json"},
                timeout=30,
            )
        except urllib3.exceptions.HTTPError as problem:
            raise HostError(f"toxiproxy does not answer: {problem}", _MEND) from problem
        if answer.status >= 400:
            said = answer.data.decode("utf-8", "replace").strip()
            raise HostError(f"toxiproxy refuses {method} {path}: {said}", _MEND)
        return dict(json.loads(answer.data)) if answer.data else {}


@contextmanager
def toxiproxy(source: Binary | Image, guard: Guard) -> Iterator[Toxiproxy]:
    """Run toxiproxy for as long as the body; raises HostError if it does not start."""
    run = _from_image(source, guard) if isinstance(source, Image) else _from_binary(source, guard)
    with run as server:
        try:
            yield server
        finally:
            server.close()


@contextmanager
def _from_binary(binary: Binary, guard: Guard) -> Iterator[Toxiproxy]:
    """Run a program; its port is free when it is chosen, and on a clash another one is tried."""
    facts = {"server": "toxiproxy", "version": binary.version, "found": binary.how}
    with guard.folder("ozh-toxiproxy-") as folder:
        log = folder / "toxiproxy.log"
        for _ in range(_TRIES):
            server = Toxiproxy(free_port(), facts)
            command = [str(binary.path), "-host", "127.0.0.1", "-port", str(server.port)]
            with child.running(command, child.environment(folder), folder, log, guard) as process:

                def ended() -> str | None:
                    return None if process.poll() is None else child.last_lines(log.read_bytes())

                try:
                    child.wait_until(server.answers, ended, "toxiproxy")
                except HostError as problem:
                    if "already in use" not in str(problem):
                        raise
                    continue
                yield server
                return
    raise HostError(f"toxiproxy found no free port in {_TRIES} tries", "run again")


@contextmanager
def _from_image(image: Image, guard: Guard) -> Iterator[Toxiproxy]:
    """Run a container on the host's own network: its proxies listen on loopback, as those of a program do."""
    facts = {"server": "toxiproxy", "version": image.version, "found": "docker"}
    server = Toxiproxy(free_port(), facts)
    with docker_server.running(image, {}, guard, arguments=(f"-port={server.port}",)) as container:
        child.wait_until(server.answers, container.ended, "toxiproxy in Docker")
        yield server
