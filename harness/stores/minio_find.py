"""Where a MinIO server comes from: PATH, our cache, Docker, or a build with Go; the first that there is."""

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from harness.host.errors import HostError
from harness.host.places import cache, offline
from harness.stores.child import last_lines
from harness.stores.docker_server import Image, find_image

VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"
MODULE = "github.com/minio/minio"
_BUILD_SECONDS = 1800
_ASIDE = "building-"
_MEND = (
    "put a minio binary on PATH, start Docker, install Go, give --s3-endpoint, "
    "or --allow-stand-in for conformance only"
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Binary:
    """A MinIO program of this machine."""

    path: Path
    version: str
    how: str  # "PATH", "cache", "go install"


def find(say: Say) -> Binary | Image:
    """Return where to start MinIO from; raises HostError with all the ways if there is none."""
    found = on_path(say) or cached(say)
    if found:
        return found
    image = find_image("minio", say)
    if isinstance(image, Image):
        return image
    return build(say, tried=image)


def find_binary(say: Say) -> Binary:
    """Return a MinIO program, without Docker; raises HostError if there is none."""
    return on_path(say) or cached(say) or build(say, tried="Docker was not asked")


def on_path(say: Say) -> Binary | None:
    """Return the user's own MinIO, if there is one that runs."""
    path = shutil.which("minio")
    return _probe(Path(path), "PATH", say) if path else None


def cached(say: Say) -> Binary | None:
    """Return the MinIO that we built before, if it runs."""
    path = _cache_path()
    return _probe(path, "cache", say) if path.exists() else None


def build(say: Say, tried: str) -> Binary:
    """Build the pinned MinIO with Go into the cache, once; raises HostError where that cannot be done."""
    if offline():
        raise HostError(f"no MinIO here: {tried}, and OZH_OFFLINE forbids building it", _MEND)
    go = shutil.which("go")
    if go is None:
        raise HostError(f"no MinIO here: {tried}, and there is no Go to build it with", _MEND)
    with _one_at_a_time(say):
        return cached(say) or _install(go, say)


def _probe(path: Path, how: str, say: Say) -> Binary | None:
    try:
        answer = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as problem:
        say(f"passing over {path}, which does not run: {problem}")
        return None
    version = answer.stdout.partition("\n")[0].partition(" version ")[2]  # it calls itself by its file's name
    if not version or "MinIO" not in answer.stdout:
        say(f"passing over {path}, which is no MinIO: it says {answer.stdout[:80]!r}")
        return None
    return Binary(path, VERSION if how == "cache" else version, how)


def _cache_path() -> Path:
    # A home folder may be shared by machines of several kinds.
    return cache("minio") / f"minio-{VERSION}-{platform.system().lower()}-{platform.machine().lower()}"


@contextmanager
def _one_at_a_time(say: Say) -> Iterator[None]:
    lock = FileLock(cache("minio") / "build.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("waiting for another run that builds MinIO")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _install(go: str, say: Say) -> Binary:
    """Build aside, then put in place by a rename; what an interrupted build left is swept first."""
    target = _cache_path()
    for left in target.parent.glob(f"{_ASIDE}*"):
        shutil.rmtree(left)
    say("building MinIO with go (about 3 minutes, once)")
    with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=target.parent) as aside:
        _go_install(go, Path(aside))
        (Path(aside) / "minio").replace(target)
    say(f"MinIO is built: {target}")
    return Binary(target, VERSION, "go install")


def _go_install(go: str, folder: Path) -> None:
    crossing = ("GOOS", "GOARCH")  # Go does not install what it builds for another machine
    environment = {name: value for name, value in os.environ.items() if name not in crossing}
    try:
        done = subprocess.run(
            [go, "install", "-trimpath", "-ldflags", "-s -w", f"{MODULE}@{VERSION}"],
            env={**environment, "GOBIN": str(folder), "CGO_ENABLED": "0"},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_BUILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise HostError(f"building MinIO took longer than {_BUILD_SECONDS} s", _MEND) from None
    if done.returncode:
        raise HostError(f"building MinIO with go failed: {last_lines(done.stdout)}", _MEND)
