"""A session: one worker's life, from start to exit, as the client of its protocol.

Whatever a worker does wrong ends as `SessionEndedError` with the outcome that it stands for; the process is
gone then.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.host.guard import Guard
from harness.results.model import Outcome, Problem
from harness.tools import protocol
from harness.tools.environment import Built
from harness.tools.process import (
    DeadlineError,
    EndedError,
    Limits,
    OutOfMemoryLimitError,
    Process,
    TooLongError,
)
from harness.tools.protocol import Answer, Bye, Hello, ProbeRequest, ProtocolError, Request

_PATIENCE_SECONDS = 2


class SessionEndedError(Exception):
    """The session is over before its time: with which outcome, why, and what stderr held."""

    def __init__(self, outcome: Outcome, problem: Problem, stderr: str) -> None:
        super().__init__(problem.message)
        self.outcome = outcome
        self.problem = problem
        self.stderr = stderr


@dataclass(frozen=True)
class Reply:
    """An answer, and how long the harness waited for it."""

    answer: Answer
    host_ns: int


class Session:
    """A worker that has said hello. Ask it one thing at a time."""

    def __init__(self, process: Process, limits: Limits) -> None:
        self._process = process
        self.limits = limits
        self._number = 0
        self.hello: Answer
        self.start_ns = 0  # from spawning the process to its hello
        self.over = False

    def ask(self, request: Request, seconds: float) -> Reply:
        """Send a request and return the reply; raises SessionEndedError where there will be none in time."""
        self._number += 1
        begun = time.perf_counter_ns()
        try:
            self._process.send(protocol.encode(self._number, request))
            line = self._process.receive(seconds, self.limits.memory_bytes, protocol.MAX_LINE)
            host_ns = time.perf_counter_ns() - begun
            return Reply(protocol.decode(self._number, line), host_ns)
        except DeadlineError:
            raise self._end(
                "timeout", "Timeout", f"no answer to '{request.operation}' within {seconds:g} s"
            ) from None
        except OutOfMemoryLimitError:
            limit = self.limits.memory_bytes / 1024**2
            raise self._end(
                "crashed", "memory", f"used more than {limit:.0f} MiB of memory and was killed"
            ) from None
        except TooLongError:
            raise self._end(
                "errored", "Protocol", f"answered with a line longer than {protocol.MAX_LINE} bytes"
            ) from None
        except ProtocolError as problem:
            raise self._end("errored", "Protocol", str(problem)) from None
        except EndedError:
            how = self._process.how_it_ended()
            raise self._end("crashed", "Crash", f"the worker {how} during '{request.operation}'") from None

    def exclude(self, outcome: Outcome, why: str) -> SessionEndedError:
        """End the session because the worker cannot be believed; the caller raises what is returned."""
        return self._end(outcome, "Excluded", why)

    def _end(self, outcome: Outcome, kind: str, message: str) -> SessionEndedError:
        self.close(0)
        return SessionEndedError(outcome, Problem(type=kind, message=message), self._process.stderr())

    def stderr(self) -> str:
        """Return the end of what the worker wrote to stderr so far."""
        return self._process.stderr()

    def kill(self) -> None:
        """End the worker at once; may be called from another thread, whose `ask` then raises."""
        self._process.kill()

    def close(self, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        """End the worker, by `bye` where it has time for it, and its whole group in any case."""
        if self.over:
            return
        if patience_seconds:
            self._number += 1
            try:
                self._process.send(protocol.encode(self._number, Bye()))
            except EndedError:
                patience_seconds = 0
        self._process.stop(patience_seconds)
        self.over = True


@contextmanager
def session(
    built: Built, configuration: str, settings: dict[str, Any], limits: Limits, guard: Guard
) -> Iterator[Session]:
    """Start a worker, have it say hello, probe its honesty; end it on the way out."""
    with guard.folder("ozh-worker-") as scratch:
        begun = time.perf_counter_ns()
        one = _start(built, limits, scratch, guard)
        try:
            hello = one.ask(
                Hello(configuration=configuration, settings=settings), limits.start_seconds
            ).answer
            one.start_ns = time.perf_counter_ns() - begun
            one.hello = _believe(one, hello, built)
            yield one
        finally:
            one.close()


def _start(built: Built, limits: Limits, scratch: Path, guard: Guard) -> Session:
    try:
        return Session(Process(built.command, built.variables, scratch, guard), limits)
    except OSError as problem:
        message = f"cannot start {built.command[0]}: {problem.strerror}"
        raise SessionEndedError("crashed", Problem(type="Start", message=message), "") from None


def _believe(one: Session, hello: Answer, built: Built) -> Answer:
    """Return the hello, if it is that of the tool we started, and of an honest worker."""
    if hello.error is not None:
        raise one.exclude("errored", f"could not start: {hello.error.type}: {hello.error.message}")
    if hello.protocol != protocol.PROTOCOL:
        raise one.exclude("errored", f"speaks protocol {hello.protocol}, not {protocol.PROTOCOL}")
    wanted = built.tool
    if (hello.tool, hello.version) != (wanted.adapter.tool.name, wanted.version):
        raise one.exclude("errored", f"says it is {hello.tool}@{hello.version}, but {wanted} was started")
    probe = f"probe-{secrets.token_hex(4)}"
    if one.ask(ProbeRequest(operation=probe), one.limits.start_seconds).answer.unsupported is None:
        raise one.exclude(
            "failed", "excluded: it did not answer `unsupported` to an operation that does not exist"
        )
    return hello
