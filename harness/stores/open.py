"""The door of the room: opens what a run needs of file, http and s3, and closes it all at the end.

MinIO is started only where http or s3 is among the kinds. Datasets are shared and only read; what a session
writes goes to places of its own.
"""

import itertools
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harness.host.errors import HostError
from harness.host.guard import Guard
from harness.scenario.location import FileLocation, HttpLocation, Location, S3Location, StoreKind
from harness.scenario.network import NETWORKS
from harness.stores.buckets import Buckets, open_buckets
from harness.stores.gateway import Passage
from harness.stores.given import given_server
from harness.stores.minio_server import minio
from harness.stores.program import find
from harness.stores.programs import MINIO
from harness.stores.server import Server
from harness.stores.stand_in import stand_in
from harness.stores.trace import Trace
from harness.stores.tree import BucketTree, FolderTree
from harness.stores.ways import Way, Ways

Say = Callable[[str], None]


@dataclass(frozen=True)
class StoreChoice:
    """What the user said about S3."""

    endpoint: str | None = None
    credentials_file: Path | None = None
    allow_stand_in: bool = False


@dataclass(frozen=True)
class SessionAccess:
    """What one session may use: its own key, its own folder and, by its number, its own bucket."""

    number: int
    folder: Path
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    endpoint: str = ""  # of http and s3, as this session is to see it
    passage: Passage | None = None  # what is seen of its requests, if it is watched


class Stores:
    """The stores of one run; all of it may be called from several threads."""

    def __init__(
        self,
        kinds: Collection[StoreKind],
        guard: Guard,
        buckets: Buckets | None = None,
        ways: Ways | None = None,
    ) -> None:
        self.kinds = frozenset(kinds)
        self._guard = guard
        self._buckets = buckets
        self._ways = ways
        self._published: dict[str, Path] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count()

    @property
    def facts(self) -> dict[str, Any]:
        """For the manifest: by kind, the server, its version, how it was found, whether it stands in."""
        server = dict(self._buckets.server.facts) if self._buckets else {}
        if self._ways and self._ways.links.facts:
            server["latency_by"] = self._ways.links.facts
        return {kind: {} if kind == "file" else dict(server) for kind in sorted(self.kinds)}

    def publish(self, name: str, place: Path, *, remotely: bool = True) -> None:
        """Make a built dataset available under a name; the second time nothing happens. Raises HostError.

        `place` is its folder, or its file. `remotely`: over http and s3 too, which means an upload.
        """
        with self._lock:
            if name in self._published:
                return
            if self._buckets and remotely:
                self._buckets.upload(name, place)
            self._published[name] = place

    def location(self, kind: StoreKind, name: str, session: SessionAccess) -> Location:
        """Return where a session reads a published dataset."""
        if kind == "file":
            return FileLocation(path=str(self._published[name]))
        buckets = self._remote()
        if kind == "http":
            return HttpLocation(url=f"{session.endpoint}/{buckets.data}/{quote(name)}")
        return self._s3(buckets.data, name, session)

    def prefix(self, name: str) -> str:
        """Return what the paths of a published dataset's requests begin with: `<bucket>/<name>`."""
        return f"{self._remote().data}/{quote(name)}"

    def tracing(self) -> AbstractContextManager[Trace | None]:
        """Have the server trace all requests during the body; None where it cannot. Raises HostError."""
        return self._ways.tracing() if self._ways else nullcontext()

    @contextmanager
    def session(self, kinds: Collection[StoreKind], way: Way = NETWORKS["direct"]) -> Iterator[SessionAccess]:
        """Yield the access of one session to these stores; its key and what it wrote are removed at the end.

        `way` is what lies between it and the server. Look at what was written before the end. Without a key
        if the server is gone, for file is still there; raises HostError if it fails otherwise.
        """
        number = next(self._numbers)
        with ExitStack() as stack:
            access = SessionAccess(number, stack.enter_context(self._guard.folder("ozh-session-")))
            if self._buckets and "s3" in kinds and self._buckets.server.healthy():
                access_key, secret_key = self._buckets.add_key(number)
                stack.callback(self._buckets.end_session, number, access_key)
                access = replace(access, access_key=access_key, secret_key=secret_key)
            if self._ways:
                opened = stack.enter_context(self._ways.open(way))
                access = replace(access, endpoint=opened.endpoint, passage=opened.passage)
            yield access

    def write_location(self, kind: StoreKind, name: str, session: SessionAccess) -> Location:
        """Return a place of the session's own where nothing is yet, another with each call.

        The last part of its path is `name`. For file, the folder above it is there and it is not; for s3, the
        bucket is there. http is for reading only: ValueError.
        """
        number = next(self._numbers)
        if kind == "file":
            folder = session.folder / str(number)
            folder.mkdir()
            return FileLocation(path=str(folder / name))
        if kind == "http":
            raise ValueError("nothing is written over http")
        buckets = self._remote()
        bucket = buckets.own(session.number)
        buckets.make(bucket)
        return self._s3(bucket, f"{number}/{name}", session)

    def put(self, location: Location, entries: Iterable[tuple[str, bytes]]) -> None:
        """Put objects below a place that `write_location` gave, on the session's behalf; raises HostError."""
        if isinstance(location, FileLocation):
            for key, data in entries:
                path = Path(location.path) / key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        elif isinstance(location, S3Location):
            self._remote().put(location.bucket, location.key, entries)
        else:
            raise ValueError("nothing is written over http")  # noqa: TRY004 - the use is wrong, not the kind

    def written(self, location: Location) -> FolderTree | BucketTree:
        """Return a view of what is at a place that `write_location` gave."""
        if isinstance(location, FileLocation):
            return FolderTree(Path(location.path))
        if isinstance(location, HttpLocation):
            raise ValueError("nothing is written over http")  # noqa: TRY004 - the use is wrong, not the kind
        return BucketTree(self._remote().client, location.bucket, location.key)

    def healthy(self, kind: StoreKind) -> bool:
        """Tell whether a store answers, so that its own failure is not held against a tool."""
        return kind == "file" or self._remote().server.healthy()

    def save_log(self, path: Path) -> None:
        """Write what a server of ours said so far to a file, without its keys."""
        if self._buckets and self._buckets.server.keys != "given":
            path.write_bytes(self._buckets.server.read_log())

    def _remote(self) -> Buckets:
        if self._buckets is None:
            raise ValueError(f"only {sorted(self.kinds)} were opened")
        return self._buckets

    def _s3(self, bucket: str, key: str, session: SessionAccess) -> S3Location:
        return S3Location(
            endpoint=session.endpoint,
            bucket=bucket,
            key=key,
            access_key=session.access_key,
            secret_key=session.secret_key,
        )


@contextmanager
def open_stores(
    kinds: Collection[StoreKind], choice: StoreChoice, guard: Guard, run_id: str, say: Say
) -> Iterator[Stores]:
    """Yield the stores of a run; raises HostError if a server cannot be had, InputError for a bad choice."""
    with ExitStack() as stack:
        buckets, ways = None, None
        if "http" in kinds or "s3" in kinds:
            server = stack.enter_context(_server(choice, guard, say))
            buckets = stack.enter_context(open_buckets(server, run_id, anonymous="http" in kinds))
            ways = Ways(server, buckets.data, guard, say, stack.enter_context(ExitStack()))
        yield Stores(kinds, guard, buckets, ways)


def _server(choice: StoreChoice, guard: Guard, say: Say) -> AbstractContextManager[Server]:
    """Return the user's server, else MinIO, else moto if that is allowed."""
    if choice.endpoint is not None or choice.credentials_file is not None:
        return nullcontext(given_server(choice.endpoint, choice.credentials_file))
    try:
        return minio(find(MINIO, say), guard)
    except HostError as problem:
        if not choice.allow_stand_in:
            raise
        say(f"{problem.args[0]}; moto stands in, for conformance only")
        return stand_in(guard, say)
