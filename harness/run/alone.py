"""Carries out trials that are timed or counted: fresh processes, tools taking turns, nothing beside them.

A timed session gives one cold operation (new process, new connections) and then the warm repeats; nothing
watches it. Requests are counted afterwards, in passes of their own. A trial's record is written when both are
done; a wrong answer ends its measuring, for a wrong answer is never ranked.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from harness.performance.schedule import interleave
from harness.results.model import Metric, Phase, Sample, Step, Unit
from harness.results.wire import WireRequest
from harness.run.answers import Operated
from harness.run.bench import Bench, Clock
from harness.run.carry_out import settled_unasked
from harness.run.counting import count
from harness.run.finding import Finding, from_end
from harness.run.operate import operate
from harness.run.plan import Trial
from harness.scenario.model import Timing
from harness.tools.session import Reply, SessionEndedError


@dataclass
class _Measuring:
    started: str
    sessions_left: int
    seconds: float = 0  # of its own sessions, not of those of others in between
    samples: list[Sample] = field(default_factory=list)


def carry_out_alone(trials: Iterable[Trial], bench: Bench, seed: int) -> None:
    """Leave a record of every one of these trials, unless the run is stopped."""
    scenarios: dict[str, list[Trial]] = {}
    for trial in trials:  # tool by tool, so that those of one scenario are not together
        scenarios.setdefault(trial.case.scenario.scenario, []).append(trial)
    for group in scenarios.values():
        waiting = [trial for trial in group if not settled_unasked(trial, bench)]
        timing = waiting[0].case.scenario.timing if waiting else None
        if timing is not None:
            _timed(waiting, timing, bench, seed)
        else:
            _only_counted(waiting, bench)


def _only_counted(trials: list[Trial], bench: Bench) -> None:
    for trial in trials:
        if bench.stopping.is_set():
            return
        clock = bench.begin(trial)
        finding, requests = count(trial, bench)
        bench.record(trial, finding, clock, requests=requests)


def _timed(trials: list[Trial], timing: Timing, bench: Bench, seed: int) -> None:
    measuring: dict[str, _Measuring] = {}
    over: set[str] = set()
    for number, trial in interleave(trials, timing.sessions, seed):
        if bench.stopping.is_set():
            return
        if trial.id in over:
            continue
        clock = bench.begin(trial)
        state = measuring.setdefault(trial.id, _Measuring(clock.started, timing.sessions))
        finding, samples = _one_session(trial, bench, number, timing.warm)
        bench.progress.end(trial.id)
        state.samples += samples
        state.seconds += time.monotonic() - clock.begun
        state.sessions_left -= 1
        if finding.outcome != "passed" or not state.sessions_left:
            over.add(trial.id)
            requests: list[WireRequest] = []
            if finding.outcome == "passed" and trial.case.counted:
                finding, requests = count(trial, bench)
            own = Clock(state.started, time.monotonic() - state.seconds)
            bench.record(trial, finding, own, state.samples, requests)


def _one_session(trial: Trial, bench: Bench, number: int, warm: int) -> tuple[Finding, list[Sample]]:
    try:
        with bench.worker([trial]) as worker:
            done = operate(worker, trial, bench, warm=warm)
            return done.finding, list(_samples(trial, number, worker.session.start_ns, done))
    except SessionEndedError as ended:
        return from_end(ended), []


def _samples(trial: Trial, number: int, start_ns: int, done: Operated) -> Iterator[Sample]:
    start = _Place(trial.id, number, 0, "cold", "start")
    yield start.sample("host_wall", start_ns, "ns")
    if done.opened is not None:
        yield from _of_reply(_Place(trial.id, number, 0, "cold", "open"), done.opened)
    for repeat, reply in enumerate(done.replies):
        phase: Phase = "warm" if repeat else "cold"
        place = _Place(trial.id, number, repeat, phase, "operation")
        yield from _of_reply(place, reply)
        if done.slowest:
            yield place.sample("slowest_step", done.slowest[repeat], "ns")


@dataclass(frozen=True)
class _Place:
    """What a sample is of, before it has a number."""

    trial: str
    session: int
    repeat: int
    phase: Phase
    step: Step

    def sample(self, metric: Metric, value: float, unit: Unit) -> Sample:
        return Sample(
            trial=self.trial,
            session=self.session,
            repeat=self.repeat,
            phase=self.phase,
            step=self.step,
            metric=metric,
            value=value,
            unit=unit,
        )


def _of_reply(place: _Place, reply: Reply) -> Iterator[Sample]:
    yield place.sample("host_wall", reply.host_ns, "ns")
    timing = reply.answer.timing
    if timing is not None:
        yield place.sample("wall", timing.wall_ns, "ns")
        yield place.sample("cpu", timing.cpu_ns, "ns")
        if timing.peak_rss_bytes is not None:
            yield place.sample("peak_rss", timing.peak_rss_bytes, "bytes")
