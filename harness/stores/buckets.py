"""The buckets and keys of one run on one server: one bucket of datasets, and one to write to per session."""

import io
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.stores import provision
from harness.stores.minio_server import fresh_keys
from harness.stores.server import Server, store_errors


class Buckets:
    """What a run has on a server; only buckets that it made itself are ever removed."""

    def __init__(self, server: Server, run_id: str) -> None:
        self.server = server
        self.client = server.client()
        self.data = provision.bucket_name(run_id, "data")
        self._admin = server.admin() if server.keys == "own" else None
        self._run_id = run_id
        self._lock = threading.Lock()
        self._made: set[str] = set()

    def make(self, bucket: str) -> None:
        """Make a bucket, once."""
        with self._lock:
            if bucket not in self._made:
                provision.make_bucket(self.client, bucket)
                self._made.add(bucket)

    def remove(self, bucket: str) -> None:
        """Remove a bucket, if this run made it."""
        with self._lock:
            if bucket in self._made:
                provision.remove_bucket(self.client, bucket)
                self._made.remove(bucket)

    def remove_all(self) -> None:
        """Remove every bucket that this run made."""
        for bucket in sorted(self._made):
            self.remove(bucket)

    def own(self, session: int) -> str:
        """Return the name of the bucket that a session may write to."""
        return provision.bucket_name(self._run_id, f"w{session}")

    def add_key(self, session: int) -> tuple[str, str]:
        """Return the access key and secret key that a session signs with."""
        if self.server.keys == "given":
            return self.server.access_key, self.server.secret_key
        keys = fresh_keys()
        if self._admin:
            provision.add_key(self._admin, keys, self.data, self.own(session))
        return keys

    def end_session(self, session: int, access_key: str) -> None:
        """Take back the key and the bucket of a session; a server that is gone has taken them with it."""
        if not self.server.healthy():
            return
        if self._admin:
            provision.remove_key(self._admin, access_key)
        self.remove(self.own(session))

    def put(self, bucket: str, prefix: str, entries: Iterable[tuple[str, bytes]]) -> None:
        """Put objects under `prefix/` into a bucket."""
        with store_errors(f"putting objects into {bucket}"):
            for key, data in entries:
                self.client.put_object(bucket, f"{prefix}/{key}", io.BytesIO(data), len(data))

    def upload(self, prefix: str, path: Path) -> None:
        """Put a folder, or a file, into the bucket of datasets."""
        provision.upload(self.client, self.data, prefix, path)


@contextmanager
def open_buckets(server: Server, run_id: str, *, anonymous: bool) -> Iterator[Buckets]:
    """Yield the buckets of a run; at the end they are removed, unless the server itself goes then."""
    buckets = Buckets(server, run_id)
    try:
        buckets.make(buckets.data)
        if anonymous:
            provision.allow_anonymous_reading(buckets.client, buckets.data)
        yield buckets
    finally:
        if server.keys == "given":
            buckets.remove_all()
