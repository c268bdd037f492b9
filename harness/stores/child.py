"""A server process of ours: in its own group, its output in a file, and ended for certain."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from harness.host.errors import HostError
from harness.host.guard import Guard

GRACE_SECONDS = 10
READY_SECONDS = 60
_KEPT = ("PATH", "TMPDIR", "LANG", "LC_ALL", "SYSTEMROOT")


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a server: of ours only what every program needs, no keys and no proxies."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "HOME": str(home), **settings}


def spawn(command: list[str], environ: dict[str, str], folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, working in `folder`, with its output in `log`."""
    with log.open("wb") as output:
        try:
            return subprocess.Popen(
                command,
                env=environ,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as problem:
            raise HostError(f"{command[0]} does not start: {problem}", "see whether it may run") from problem


@contextlib.contextmanager
def running(
    command: list[str], environ: dict[str, str], folder: Path, log: Path, guard: Guard
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process for as long as the body; the guard ends it should we not get to it."""
    process = spawn(command, environ, folder, log)
    try:
        guard.watch_group(process.pid)
        yield process
    finally:
        end(process)
        guard.forget_group(process.pid)


def end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM to the process's group, and SIGKILL if it is still there after a moment."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)


def wait_until(ready: Callable[[], bool], failed: Callable[[], str | None], what: str) -> None:
    """Ask `ready` until it says yes; raises HostError once `failed` says why, or after a minute."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        why = failed()
        if why is not None:
            raise HostError(f"{what} ended while it started: {why}", "see its last lines above")
        if ready():
            return
        if time.monotonic() > deadline:
            raise HostError(
                f"{what} was not ready after {READY_SECONDS} s", "see whether the machine is busy"
            )
        time.sleep(0.02)


def last_lines(log: bytes, count: int = 6) -> str:
    """Return the end of a log in one line."""
    lines = [line.strip() for line in log.decode("utf-8", "replace").splitlines() if line.strip()]
    return " / ".join(lines[-count:]) or "it said nothing"
