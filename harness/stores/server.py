"""A server that answers S3: where it is, with which keys, and whether it still answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException, MinioException, S3Error
from minio.minioadmin import MinioAdmin

from harness.host.errors import HostError
from harness.stores.signed import REGION

Keys = Literal["own", "any", "given"]
# What a session signs with: a key of its own | any key, none is checked | the user's, for all sessions

CONNECTIONS = 16


def _no_log() -> bytes:
    return b""


@dataclass(frozen=True)
class Server:
    """An S3 server; `endpoint` is a URL without a path; its keys are never shown."""

    endpoint: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    keys: Keys
    facts: dict[str, Any]  # for the manifest: what it is, its version, how it was found
    read_log: Callable[[], bytes] = field(default=_no_log, repr=False)  # of a server of ours

    def healthy(self) -> bool:
        """Tell whether S3 is served: any answer but a fault of the server's own, e.g. `not initialized`."""
        with _pool(retries=False, seconds=3) as http:
            try:
                return http.request("GET", f"{self.endpoint}/").status < 500
            except urllib3.exceptions.HTTPError:
                return False

    def client(self) -> Minio:
        """Return a client with the server's own keys; it may be shared by threads."""
        url = urlsplit(self.endpoint)
        return Minio(
            url.netloc,
            access_key=self.access_key,
            secret_key=self.secret_key,
            region=REGION,
            secure=url.scheme == "https",
            http_client=_pool(),
        )

    def admin(self) -> MinioAdmin:
        """Return a client of MinIO's administration interface."""
        url = urlsplit(self.endpoint)
        return MinioAdmin(
            endpoint=url.netloc,
            credentials=StaticProvider(self.access_key, self.secret_key),
            secure=url.scheme == "https",
            http_client=_pool(retries=False, seconds=30),
        )


def _pool(*, retries: bool = True, seconds: float = 120) -> urllib3.PoolManager:
    return urllib3.PoolManager(
        maxsize=CONNECTIONS,
        timeout=urllib3.Timeout(connect=min(seconds, 10), read=seconds),
        # A server that is starting would have us wait for a minute.
        retries=urllib3.Retry(3, backoff_factor=0.2, respect_retry_after_header=False) if retries else False,
    )


@contextmanager
def store_errors(doing: str, mend: str = "see whether the server runs, then run again") -> Iterator[None]:
    """Turn what a client raises into one HostError: "the store failed while <doing>: why"."""
    try:
        yield
    except (MinioException, MinioAdminException, urllib3.exceptions.HTTPError, OSError) as problem:
        why = f"{problem.code}: {problem.message}" if isinstance(problem, S3Error) else str(problem)
        raise HostError(f"the store failed while {doing}: {why}", mend) from problem
