"""A worker's process: its own group, a bare environment, stderr kept, memory watched, its end certain."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from harness.host.errors import HostError
from harness.host.guard import Guard

STDERR_KEPT = 64 * 1024
_POLL_SECONDS = 0.1
_READ = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """What a worker may use: seconds until its hello, bytes of memory for its whole process group."""

    start_seconds: float = 60
    memory_bytes: int = 8 * 1024**3


class OutOfMemoryLimitError(Exception):
    """The process group used more memory than it may."""


class DeadlineError(Exception):
    """Nothing came before the deadline."""


class TooLongError(Exception):
    """A line grew longer than allowed."""


class EndedError(Exception):
    """The process closed its answers: it has ended, or is about to."""


class Process:
    """One worker process. Not for several threads at once."""

    def __init__(
        self, command: tuple[str, ...], variables: dict[str, str], scratch: Path, guard: Guard
    ) -> None:
        self._guard = guard
        self._popen = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=scratch,
            env={**bare_environment(command[0], scratch), **variables},
            start_new_session=True,
            bufsize=0,
        )
        try:
            guard.watch_group(self._popen.pid)
        except HostError:
            self.kill()
            with self._popen:  # closes the pipes and waits
                raise
        if self._popen.stdin is None or self._popen.stdout is None or self._popen.stderr is None:
            raise RuntimeError("pipes were asked for")
        self._stdin, self._stdout, self._stderr = self._popen.stdin, self._popen.stdout, self._popen.stderr
        self._buffer = bytearray()
        self._tail = bytearray()
        self._selector = selectors.DefaultSelector()
        for pipe, keep in ((self._stdout, self._buffer), (self._stderr, self._tail)):
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ, keep)
        self._open = True

    def send(self, line: bytes) -> None:
        """Write a request; raises EndedError where nobody reads any more."""
        try:
            self._stdin.write(line)
        except BrokenPipeError:
            raise EndedError from None

    def receive(self, seconds: float, memory_bytes: int, longest: int) -> bytes:
        """Return the next line; raises one of this module's errors instead of waiting for ever."""
        deadline = time.monotonic() + seconds
        next_look = time.monotonic() + _POLL_SECONDS
        searched = 0
        while True:
            end = self._buffer.find(b"\n", searched)
            if 0 <= end <= longest:
                line = bytes(self._buffer[: end + 1])
                del self._buffer[: end + 1]
                return line
            searched = len(self._buffer)
            if searched > longest:
                raise TooLongError
            now = time.monotonic()
            if now >= deadline:
                raise DeadlineError
            if now >= next_look:
                if self.memory() > memory_bytes:
                    raise OutOfMemoryLimitError
                next_look = now + _POLL_SECONDS
            if not self._pump(min(deadline, next_look) - now):
                raise EndedError

    def _pump(self, seconds: float) -> bool:
        """Take in what the pipes hold; tell whether answers can still come."""
        for key, _ in self._selector.select(max(0, seconds)):
            data = os.read(key.fd, _READ)
            keep: bytearray = key.data
            keep += data
            if keep is self._tail:
                del keep[:-STDERR_KEPT]
            if not data:
                self._selector.unregister(key.fileobj)
                self._open = self._open and key.fileobj is not self._stdout
        return self._open

    def memory(self) -> int:
        """Return the bytes of memory that the process and its descendants hold."""
        return sum(_resident(one) for one in self._family())

    def _family(self) -> list[psutil.Process]:
        """Return the process and its descendants, in sessions of their own too; none once it has ended."""
        try:
            leader = psutil.Process(self._popen.pid)
            return [leader, *leader.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def how_it_ended(self) -> str:
        """Wait briefly for the process, and say how it ended."""
        try:
            code = self._popen.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return "closed its answers and stayed"
        if code >= 0:
            return f"ended with exit code {code}"
        named = -code in set(signal.Signals)  # real-time signals have no name
        return f"was ended by {signal.Signals(-code).name if named else f'signal {-code}'}"

    def stderr(self) -> str:
        """Return the end of what it wrote to stderr."""
        return self._tail.decode("utf-8", "replace")

    def stop(self, patience_seconds: float = 0) -> None:
        """Kill the whole group, after waiting `patience_seconds` for the process to end by itself."""
        family = self._family()  # once it has ended, nobody knows who they were
        self._wait(patience_seconds)
        self._kill(family)
        _despite_being_gone(self._stdin.close)
        self._popen.wait()
        self._guard.forget_group(self._popen.pid)
        while self._selector.get_map() and self._selector.select(0):
            self._pump(0)
        self._selector.close()
        self._stdout.close()
        self._stderr.close()

    def kill(self) -> None:
        """Kill the whole group, and descendants that left it."""
        self._kill(self._family())

    def _kill(self, family: list[psutil.Process]) -> None:
        _despite_being_gone(lambda: os.killpg(self._popen.pid, signal.SIGKILL))
        for one in family:
            _despite_being_gone(one.kill)

    def _wait(self, seconds: float) -> None:
        if seconds:
            try:
                self._popen.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                return


def bare_environment(program: str, scratch: Path) -> dict[str, str]:
    """Return the environment every worker gets: no proxies, no cloud settings, no home of the user."""
    home = str(scratch)
    return {
        "PATH": os.pathsep.join((str(Path(program).parent), "/usr/local/bin", "/usr/bin", "/bin")),
        "HOME": home,
        "TMPDIR": home,
        "XDG_CACHE_HOME": home,
        "XDG_CONFIG_HOME": home,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _despite_being_gone(ending: Callable[[], object]) -> None:
    try:
        ending()
    except (ProcessLookupError, BrokenPipeError, PermissionError, psutil.NoSuchProcess):
        # Gone already (macOS says EPERM of a group of zombies): what was wanted.
        return
