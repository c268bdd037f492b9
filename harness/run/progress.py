"""How far a run is: what is under way, how many trials remain, the time left. Drawing it is the CLI's."""

import threading
import time
from collections.abc import Callable

from harness.results.model import Outcome, Record
from harness.run.plan import Trial

_GUESS_SECONDS = 3.0  # for a kind of trial of which none is done yet


class Progress:
    """The state of a run, told by the run and read by whoever shows it, from any thread."""

    def __init__(self, listener: Callable[[str], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._listener = listener
        self._seconds: dict[bool, list[float]] = {True: [], False: []}
        self._left: dict[bool, int] = {True: 0, False: 0}
        self._jobs = 1
        self.running: dict[str, float] = {}  # what is under way -> since when
        self.outcomes: dict[Outcome, int] = {}
        self.planned = 0
        self.done = 0

    def say(self, text: str) -> None:
        """Report something that takes time or needs to be known."""
        if self._listener:
            self._listener(text)

    def plan(self, shared: int, alone: int, jobs: int) -> None:
        """Learn how many trials there are to carry out: `jobs` at once, and with nothing beside them."""
        with self._lock:
            self._left = {False: shared, True: alone}
            self._jobs = jobs
            self.planned = shared + alone

    def begin(self, what: str) -> None:
        """Something starts: a trial, a build."""
        with self._lock:
            self.running[what] = time.monotonic()

    def end(self, what: str) -> None:
        """Learn that it is over."""
        with self._lock:
            self.running.pop(what, None)

    def finished(self, trial: Trial, record: Record) -> None:
        """Learn that a trial has its record."""
        with self._lock:
            self.running.pop(record.trial, None)
            self.done += 1
            self._left[trial.alone] -= 1
            self._seconds[trial.alone].append(record.duration_ms / 1000)
            self.outcomes[record.outcome] = self.outcomes.get(record.outcome, 0) + 1

    def seconds_left(self) -> float | None:
        """Estimate what remains from the mean of what was done; None before there is anything to go by."""
        with self._lock:
            if not any(self._seconds.values()):
                return None
            total = 0.0
            for alone, left in self._left.items():
                known = self._seconds[alone] or [_GUESS_SECONDS]
                total += left * sum(known) / len(known) / (1 if alone else self._jobs)
            return total
