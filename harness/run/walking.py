"""Carries out a walk: its reads one after the other in one worker, each judged like any read.

Nothing is done between two steps, so that their times are those of somebody who goes on at once. A walk's
time is the sum of its steps' times; the levels it needs are opened before.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.results.model import Problem
from harness.run.answers import Operated, find, incredible, question_of, says
from harness.run.asking import Question
from harness.run.bench import Bench, Worker
from harness.run.finding import Finding, from_refusal
from harness.run.plan import Trial
from harness.scenario.operation import Walk
from harness.scenario.walk import ground_of, steps, where
from harness.tools.protocol import Answer, CloseRequest, Timing
from harness.tools.session import Reply, SessionEndedError


@dataclass(frozen=True)
class _Step:
    """One read of a walk; `name` says which, for people."""

    name: str
    question: Question


@dataclass(frozen=True)
class Route:
    """A walk for which the levels are open."""

    way: tuple[_Step, ...]
    handles: dict[int, str]  # by level
    opens: tuple[Reply, ...]


def walk(worker: Worker, trial: Trial, operation: Walk, bench: Bench, warm: int) -> Operated:
    """Walk once, and `warm` times more; raises SessionEndedError. The first wrong step is what came of it."""
    route = set_out(worker, trial, operation, bench)
    if isinstance(route, Finding):
        return Operated(route)
    worker.mark("operation")
    walks: list[list[Reply]] = []
    finding = Finding("passed")
    for _ in range(1 + warm):
        walks.append(go(worker, trial, route))
        finding = _first_wrong(worker, trial, route, walks, bench) or finding
        if finding.outcome != "passed":
            break
    come_home(worker, trial, route)
    lie = incredible([*route.opens, *(reply for replies in walks for reply in replies)])
    return Operated(
        lie if lie and finding.outcome == "passed" else finding,
        together(route.opens),
        tuple(together(replies) for replies in walks),
        tuple(slowest(replies) for replies in walks),
    )


def set_out(worker: Worker, trial: Trial, operation: Walk, bench: Bench) -> Route | Finding:
    """Open the levels that a walk needs; return it, or what came of opening one."""
    reads = steps(operation, ground_of(trial.case.image))
    way = tuple(
        _Step(f"step {number} of {len(reads)} ({where(read)})", question_of(worker, trial, read, bench))
        for number, read in enumerate(reads, start=1)
    )
    handles: dict[int, str] = {}
    opens: list[Reply] = []
    for step in way:
        if step.question.level in handles:
            continue
        opens.append(worker.session.ask(step.question.opening(), trial.case.deadlines.prepare))
        refused = from_refusal(opens[-1].answer, "open", worker.session.stderr())
        if refused:
            return refused
        handles[step.question.level] = opens[-1].answer.handle or ""
    return Route(way, handles, tuple(opens))


def come_home(worker: Worker, trial: Trial, route: Route) -> None:
    """Let go of what was opened."""
    for handle in route.handles.values():
        worker.session.ask(CloseRequest(handle=handle), trial.case.deadlines.prepare)


def go(worker: Worker, trial: Trial, route: Route) -> list[Reply]:
    """Ask for every step, up to the first that is refused; `run` seconds are for all of them together."""
    seconds = trial.case.deadlines.run
    end = time.monotonic() + seconds
    replies: list[Reply] = []
    for step in route.way:
        question = step.question
        try:
            left = max(0.001, end - time.monotonic())
            replies.append(worker.session.ask(question.request(route.handles[question.level]), left))
        except SessionEndedError as ended:
            said = f"the walk took longer than {seconds:g} s" if ended.outcome == "timeout" else str(ended)
            problem = Problem(type=ended.problem.type, message=f"{step.name}: {said}")
            raise SessionEndedError(ended.outcome, problem, ended.stderr) from None
        answer = replies[-1].answer
        if answer.error is not None or answer.unsupported is not None:
            break
    return replies


def _first_wrong(
    worker: Worker,
    trial: Trial,
    route: Route,
    walks: Sequence[Sequence[Reply]],
    bench: Bench,
) -> Finding | None:
    """Return what came of the last walk: its first wrong step, or that of the first walk that all are right.

    None where a later walk says what the first did.
    """
    first, last = walks[0], walks[-1]
    warnings: dict[str, None] = {}
    notes: dict[str, None] = {}
    for number, (step, reply) in enumerate(zip(route.way, last, strict=False)):
        if len(walks) > 1 and says(reply) == says(first[number]):
            continue
        handle = route.handles[step.question.level]
        finding = find(worker, trial, step.question, handle, reply.answer, bench)
        if finding.outcome != "passed":
            said = f"{step.name}: {finding.explanation}"
            return replace(finding, explanation=said, evidence={**finding.evidence, "step": number + 1})
        warnings |= dict.fromkeys(finding.warnings)
        notes |= dict.fromkeys(finding.notes)
    return Finding("passed", warnings=tuple(warnings), notes=tuple(notes)) if len(walks) == 1 else None


def together(replies: Sequence[Reply]) -> Reply:
    """Return one reply for several: times summed, the highest memory; no timing where one has none."""
    timings = [reply.answer.timing for reply in replies]
    told = [timing for timing in timings if timing is not None]
    peaks = [timing.peak_rss_bytes for timing in told if timing.peak_rss_bytes is not None]
    timing = None
    if told and len(told) == len(timings):
        timing = Timing(
            wall_ns=sum(one.wall_ns for one in told),
            cpu_ns=sum(one.cpu_ns for one in told),
            peak_rss_bytes=max(peaks, default=None),
        )
    return Reply(Answer(id=0, timing=timing), sum(reply.host_ns for reply in replies))


def slowest(replies: Sequence[Reply]) -> int:
    """Return the time of the slowest of several replies, in ns."""
    return max((reply.answer.timing.wall_ns for reply in replies if reply.answer.timing), default=0)
