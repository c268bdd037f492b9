"""A MinIO of ours for the length of a run: on loopback, with fresh keys and a data folder of its own.

MinIO takes port 0, but says which port it got only in its log, in words that differ between releases; so the
system is asked for a free port first, and on a clash the start is tried again.
"""

import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import urllib3
from minio.error import MinioAdminException

from harness.host.errors import HostError
from harness.host.guard import Guard
from harness.stores import child, docker_server
from harness.stores.docker_server import Image
from harness.stores.program import Binary
from harness.stores.server import Server

_TRIES = 5


@dataclass(frozen=True)
class Start:
    """All that is needed to start one MinIO."""

    server: Server
    command: list[str]
    environment: dict[str, str] = field(repr=False)
    log: Path


@contextmanager
def minio(source: Binary | Image, guard: Guard) -> Iterator[Server]:
    """Run MinIO for as long as the body; raises HostError, with the end of its log, if it does not start."""
    run = from_image(source, guard) if isinstance(source, Image) else from_binary(source, guard)
    with run as server:
        yield server


@contextmanager
def from_binary(binary: Binary, guard: Guard) -> Iterator[Server]:
    """Run a MinIO program for as long as the body."""
    with guard.folder("ozh-minio-") as folder:
        for _ in range(_TRIES):
            start = prepare(binary, folder)
            with child.running(start.command, start.environment, folder, start.log, guard) as process:
                if ready_or_clash(start, process.poll):
                    yield start.server
                    return
    raise HostError(f"MinIO found no free port in {_TRIES} tries", "run again")


@contextmanager
def from_image(image: Image, guard: Guard) -> Iterator[Server]:
    """Run MinIO in a container for as long as the body."""
    access_key, secret_key = fresh_keys()
    environment = {"MINIO_ROOT_USER": access_key, "MINIO_ROOT_PASSWORD": secret_key}
    with docker_server.running(image, environment, guard) as container:
        endpoint = f"http://127.0.0.1:{container.ports[9000]}"
        log = _without((access_key, secret_key), container.log)
        facts = {"server": "MinIO", "version": image.version, "found": "docker"}
        server = Server(endpoint, access_key, secret_key, "own", facts, log)
        child.wait_until(lambda: _is_ours(server), container.ended, "MinIO in Docker")
        yield server


def prepare(binary: Binary, folder: Path) -> Start:
    """Return how to start MinIO with its data below `folder`, with new keys, on a port that is free now."""
    access_key, secret_key = fresh_keys()
    port, log = free_port(), folder / "minio.log"
    return Start(
        server=Server(
            endpoint=f"http://127.0.0.1:{port}",
            access_key=access_key,
            secret_key=secret_key,
            keys="own",
            facts={"server": "MinIO", "version": binary.version, "found": binary.how},
            read_log=_without((access_key, secret_key), log.read_bytes),
        ),
        command=[str(binary.path), "server", "--address", f"127.0.0.1:{port}", str(folder / "data")],
        environment=child.environment(
            folder,
            MINIO_ROOT_USER=access_key,
            MINIO_ROOT_PASSWORD=secret_key,
            MINIO_BROWSER="off",
            MINIO_UPDATE="off",
        ),
        log=log,
    )


def ready_or_clash(start: Start, ended: Callable[[], int | None]) -> bool:
    """Wait until the server answers; False if another program took its port; else raises HostError."""

    def failed() -> str | None:
        return None if ended() is None else child.last_lines(start.server.read_log())

    try:
        child.wait_until(lambda: _is_ours(start.server), failed, "MinIO")
    except HostError as problem:
        if "already in use" in str(problem):
            return False
        raise
    return True


def fresh_keys() -> tuple[str, str]:
    """Return a new access key and secret key, within the lengths that S3 servers take."""
    return f"ozh{secrets.token_hex(8)}", secrets.token_hex(20)


def _is_ours(server: Server) -> bool:
    """Tell whether the server is ready and knows our keys: on a clash another MinIO might answer.

    S3 itself is asked: MinIO's /minio/health/ready says yes some milliseconds before it serves.
    """
    if not server.healthy():
        return False
    try:
        server.admin().info()
    except (MinioAdminException, urllib3.exceptions.HTTPError):
        return False
    return True


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _without(keys: tuple[str, str], read: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return a reader that leaves keys out; some releases of MinIO print theirs when they start."""

    def scrubbed() -> bytes:
        log = read()
        for key in keys:
            log = log.replace(key.encode(), b"***")
        return log

    return scrubbed
