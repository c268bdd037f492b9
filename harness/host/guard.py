"""The guard: a small process beside each run that ends what the run started, even if the run is killed.

It hangs on a pipe. When the pipe closes, for whatever reason, what is still registered goes: process groups,
Docker containers, temporary folders. harness/host/_guard_main.py is that process.
"""

import contextlib
import json
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil

from harness.host import _guard_main
from harness.host.errors import HostError

_CLEANING_SECONDS = 60


class Guard:
    """What a run tells its guard; all of it may be called from any thread."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._lock = threading.Lock()

    def watch_group(self, pgid: int) -> None:
        """Register a process group whose leader runs; raises HostError if the guard is gone."""
        try:
            started = psutil.Process(pgid).create_time()
        except psutil.NoSuchProcess:
            return  # already ended, and waited for
        self._watch("group", pgid, started)

    def forget_group(self, pgid: int) -> None:
        """Take a process group back; nothing happens if it was not registered."""
        self._forget("group", pgid)

    def watch_container(self, container: str) -> None:
        """Register a Docker container by its id; raises HostError if the guard is gone."""
        self._watch("container", container)

    def forget_container(self, container: str) -> None:
        """Take a Docker container back."""
        self._forget("container", container)

    @contextlib.contextmanager
    def folder(self, prefix: str) -> Iterator[Path]:
        """Yield a new folder in the system's place for temporary ones, for us alone, removed at the end.

        Raises HostError if it cannot be made or the guard is gone.
        """
        path = Path(tempfile.gettempdir()).resolve() / f"{prefix}{secrets.token_hex(8)}"
        self._watch("folder", str(path))  # first, so that there is no moment in which it could be left behind
        try:
            path.mkdir(mode=0o700)
        except OSError as problem:
            raise HostError(
                f"no temporary folder can be made: {problem}", "set TMPDIR to another"
            ) from problem
        try:
            yield path
        finally:
            _guard_main.remove_folder(path)
            if not path.exists():  # else the guard tries again
                self._forget("folder", str(path))

    def _watch(self, *what: str | float) -> None:
        try:
            self._tell("watch", what)
        except OSError as problem:
            raise HostError(
                f"the guard process is gone ({problem}), so nothing new may be started", "run again"
            ) from problem

    def _forget(self, *what: str | float) -> None:
        # A guard that is gone remembers nothing.
        with contextlib.suppress(OSError):
            self._tell("forget", what)

    def _tell(self, verb: str, what: tuple[str | float, ...]) -> None:
        stdin = self._process.stdin
        if stdin is None or stdin.closed:
            raise OSError("its pipe is closed")
        with self._lock:
            stdin.write(json.dumps([verb, *what]).encode() + b"\n")
            stdin.flush()


@contextlib.contextmanager
def guard() -> Iterator[Guard]:
    """Start a guard, and let it clean up at the end what was not taken back.

    It has a session of its own, so that Ctrl-C in a terminal reaches the run and not the guard, and it holds
    no file of the run's. Do not fork without exec below it: a copy of the pipe would keep it waiting.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", _guard_main.__file__, tempfile.gettempdir()],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield Guard(process)
    finally:
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        try:
            process.wait(_CLEANING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
