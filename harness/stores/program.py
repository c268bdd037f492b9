"""Where a server program comes from: PATH, our cache, Docker, or a build with Go; the first that there is."""

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

_BUILD_SECONDS = 1800
_ASIDE = "building-"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Program:
    """A server that is written in Go: how it is called, and where it comes from."""

    title: str  # as it calls itself in what `--version` prints
    command: str  # on PATH; the service of docker/compose.yml has the first word of it
    module: str  # what `go install` is given
    version: str  # of the module
    takes: str  # how long building takes
    mend: str  # what to do where there is none

    @property
    def name(self) -> str:
        """The name of its service, and of its folder in the cache."""
        return self.command.partition("-")[0]


@dataclass(frozen=True)
class Binary:
    """A program of this machine."""

    path: Path
    version: str
    how: str  # "PATH", "cache", "go install"


def find(program: Program, say: Say) -> Binary | Image:
    """Return where to start a program from; raises HostError with all the ways if there is none."""
    found = on_path(program, say) or cached(program, say)
    if found:
        return found
    image = find_image(program.name, say)
    if isinstance(image, Image):
        return image
    return build(program, say, tried=image)


def find_binary(program: Program, say: Say) -> Binary:
    """Return a program of this machine, without Docker; raises HostError if there is none."""
    return on_path(program, say) or cached(program, say) or build(program, say, tried="Docker was not asked")


def on_path(program: Program, say: Say) -> Binary | None:
    """Return the user's own, if there is one that runs."""
    path = shutil.which(program.command)
    return _probe(program, Path(path), "PATH", say) if path else None


def cached(program: Program, say: Say) -> Binary | None:
    """Return the one that we built before, if it runs."""
    path = _cache_path(program)
    return _probe(program, path, "cache", say) if path.exists() else None


def build(program: Program, say: Say, tried: str) -> Binary:
    """Build the pinned version with Go into the cache, once; raises HostError where that cannot be done."""
    if offline():
        raise HostError(
            f"no {program.title} here: {tried}, and OZH_OFFLINE forbids building it", program.mend
        )
    go = shutil.which("go")
    if go is None:
        raise HostError(
            f"no {program.title} here: {tried}, and there is no Go to build it with", program.mend
        )
    with _one_at_a_time(program, say):
        return cached(program, say) or _install(program, go, say)


def _probe(program: Program, path: Path, how: str, say: Say) -> Binary | None:
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
    if not version or program.title not in answer.stdout:
        say(f"passing over {path}, which is no {program.title}: it says {answer.stdout[:80]!r}")
        return None
    return Binary(path, program.version if how == "cache" else version, how)


def _cache_path(program: Program) -> Path:
    # A home folder may be shared by machines of several kinds.
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    return cache(program.name) / f"{program.name}-{program.version}-{machine}"


@contextmanager
def _one_at_a_time(program: Program, say: Say) -> Iterator[None]:
    lock = FileLock(cache(program.name) / "build.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"waiting for another run that builds {program.title}")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _install(program: Program, go: str, say: Say) -> Binary:
    """Build aside, then put in place by a rename; what an interrupted build left is swept first."""
    target = _cache_path(program)
    for left in target.parent.glob(f"{_ASIDE}*"):
        shutil.rmtree(left)
    say(f"building {program.title} with go ({program.takes}, once)")
    with tempfile.TemporaryDirectory(prefix=_ASIDE, dir=target.parent) as aside:
        _go_install(program, go, Path(aside))
        built = Path(aside) / program.module.rpartition("/")[2]
        built.replace(target)
    say(f"{program.title} is built: {target}")
    return Binary(target, program.version, "go install")


def _go_install(program: Program, go: str, folder: Path) -> None:
    crossing = ("GOOS", "GOARCH")  # Go does not install what it builds for another machine
    environment = {name: value for name, value in os.environ.items() if name not in crossing}
    try:
        done = subprocess.run(
            [go, "install", "-trimpath", "-ldflags", "-s -w", f"{program.module}@{program.version}"],
            env={**environment, "GOBIN": str(folder), "CGO_ENABLED": "0"},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_BUILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise HostError(
            f"building {program.title} took longer than {_BUILD_SECONDS} s", program.mend
        ) from None
    if done.returncode:
        raise HostError(f"building {program.title} with go failed: {last_lines(done.stdout)}", program.mend)
