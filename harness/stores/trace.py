"""MinIO's own trace: each request as the server saw it, between two beacons, told apart by access key.

MinIO publishes a record when a request's handler has ended, to who listens at that moment; so listening has
begun when a beacon (a request of ours for a key that is not there) was heard. A client may have its answer a
moment before the record is published, so a record may come after that of a later beacon: a window is told by
the times at which requests began, on MinIO's clock, and closes when nothing late was heard up to one more
beacon. MinIO drops records while 10,000 wait to be written; it writes them faster than it answers requests,
and a window of fewer can lose none.
"""

import itertools
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

import urllib3

from harness.host.errors import HostError
from harness.stores.server import Server, store_errors
from harness.stores.signed import signed_headers
from harness.stores.traced import Traced, traced

# internal: requests that are refused before they reach S3, e.g. with a clock that is wrong
_PATH = "/minio/admin/v3/trace?internal=true&s3=true"
_SECONDS = 20.0  # MinIO says something every second
_AGAIN_SECONDS = 0.05
_QUIET_SECONDS = 0.05
_MEND = "see whether the server runs, then run again"


class Window:
    """What was asked of MinIO during a body, known at its end."""

    def __init__(self) -> None:
        self._requests: tuple[Traced, ...] | None = None

    @property
    def requests(self) -> tuple[Traced, ...]:
        """All requests but the harness's own, in the order in which they began; ValueError before the end."""
        if self._requests is None:
            raise ValueError("the window is still open")
        return self._requests

    def of(self, access_key: str) -> tuple[Traced, ...]:
        """Return the requests signed with one key; with "", the anonymous ones."""
        return tuple(one for one in self.requests if one.access_key == access_key)


class Trace:
    """A trace that is being heard; it may be used from several threads, and windows may overlap."""

    def __init__(self, server: Server, bucket: str, http: urllib3.PoolManager) -> None:
        self._server = server
        self._http = http
        self._beacons = f"/{bucket}/ozh-beacon-{secrets.token_hex(8)}-"
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._heard_beacons: dict[str, Traced] = {}
        self._listeners: list[list[Traced]] = []
        self._answer: urllib3.BaseHTTPResponse | None = None
        self._ended: str | None = None  # why nothing more will be heard
        self._thread = threading.Thread(target=self._listen, name="trace")

    @contextmanager
    def window(self) -> Iterator[Window]:
        """Yield a window that holds what is asked during the body, if that is all over when the body ends.

        Raises HostError if the trace ended, before or meanwhile.
        """
        heard: list[Traced] = []
        with self._changed:
            self._listeners.append(heard)
        try:
            begin = self._beacon()
            window = Window()
            yield window
            end = self._last(heard)
        finally:
            with self._changed:
                self._listeners = [one for one in self._listeners if one is not heard]
        inside = (one for one in heard if begin.time <= one.time <= end.time and not self._is_ours(one))
        window._requests = tuple(sorted(inside, key=lambda one: one.time))  # noqa: SLF001 - its other half

    def _last(self, heard: list[Traced]) -> Traced:
        """Return the beacon that ends a window, once all that began before it was heard."""
        end = self._beacon()
        while True:
            known = len(heard)
            time.sleep(_QUIET_SECONDS)
            self._beacon()
            if not any(one.time < end.time for one in heard[known:]):
                return end

    def _is_ours(self, one: Traced) -> bool:
        """Tell whether the harness asked: with the server's own key, or for its health."""
        return (
            one.access_key == self._server.access_key
            or one.path.startswith("/minio/")
            or (one.path == "/" and not one.access_key)
        )

    def begin(self) -> None:
        """Listen from now on; raises HostError if MinIO lets us not, or counts otherwise than we know."""
        self._thread.start()
        deadline = time.monotonic() + _SECONDS
        first = None
        while first is None:
            first = self._try_beacon(_AGAIN_SECONDS)
            if first is None and time.monotonic() > deadline:
                raise HostError(f"MinIO's trace told nothing in {_SECONDS:.0f} s", _MEND)
        if first.received != 0:
            raise HostError(
                f"this MinIO's trace counts {first.received} bytes in a request without a body",
                "use the MinIO that the harness finds",
            )

    def end(self) -> None:
        """Listen no more."""
        with self._changed:
            self._ended = self._ended or "it is over"
            # A response that ended by itself cannot be shut down.
            with suppress(ValueError, RuntimeError, OSError):
                if self._answer is not None:
                    self._answer.shutdown()
        self._thread.join()

    def _beacon(self) -> Traced:
        beacon = self._try_beacon(_SECONDS)
        if beacon is None:
            raise HostError(f"MinIO's trace lost a request, or is {_SECONDS:.0f} s late", "run again")
        return beacon

    def _try_beacon(self, seconds: float) -> Traced | None:
        """Send a beacon and return what the trace says of it; None if it says nothing in time."""
        path = f"{self._beacons}{next(self._numbers)}"
        with store_errors("asking MinIO for a beacon of its trace"):
            status = self._ask("HEAD", path).status
        if status != 404:
            raise HostError(f"MinIO answered a beacon of its trace with {status}", _MEND)
        with self._changed:
            self._changed.wait_for(lambda: path in self._heard_beacons or self._ended, seconds)
            if path not in self._heard_beacons and self._ended:
                raise HostError(f"MinIO's trace ended: {self._ended}", _MEND)
            return self._heard_beacons.pop(path, None)

    def _listen(self) -> None:
        """Hear all that MinIO says, until it ends or we do."""
        why = "the server closed it"
        try:
            with closing(self._ask("GET", _PATH, preload_content=False)) as answer:
                if answer.status != 200:
                    why = f"the server refused it with {answer.status}"
                elif self._may_hear(answer):
                    for line in answer:
                        self._hear(line)
        except (urllib3.exceptions.HTTPError, OSError, HostError) as problem:
            why = str(problem)
        with self._changed:
            self._answer = None
            self._ended = self._ended or why
            self._changed.notify_all()

    def _may_hear(self, answer: urllib3.BaseHTTPResponse) -> bool:
        with self._changed:
            self._answer = answer
            return self._ended is None

    def _hear(self, line: bytes) -> None:
        one = traced(line) if line.strip() else None
        if one is None:
            return
        with self._changed:
            for listener in self._listeners:
                listener.append(one)
            if one.path.startswith(self._beacons):
                self._heard_beacons[one.path] = one
                self._changed.notify_all()

    def _ask(self, method: str, path: str, *, preload_content: bool = True) -> urllib3.BaseHTTPResponse:
        """Send a request without a body, signed with the server's own key."""
        url = urlsplit(f"{self._server.endpoint}{path}")
        server = self._server
        headers = signed_headers(method, url, server.access_key, server.secret_key)
        return self._http.request(
            method,
            url.geturl(),
            headers=headers,
            preload_content=preload_content,
        )


@contextmanager
def tracing(server: Server, bucket: str) -> Iterator[Trace]:
    """Yield the trace of a server, heard for as long as the body; `bucket` is one that it has.

    Raises HostError if it is no MinIO of ours, or does not trace.
    """
    if server.keys != "own":
        raise HostError("only a MinIO of our own is traced", "leave --s3-endpoint and the stand-in out")
    timeout = urllib3.Timeout(connect=_SECONDS, read=_SECONDS)
    with urllib3.PoolManager(maxsize=4, timeout=timeout, retries=False) as http:
        trace = Trace(server, bucket, http)
        try:
            trace.begin()
            yield trace
        finally:
            trace.end()
