"""Carries out trials with a fault: each in a process of its own, through the gateway that injects it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.conformance.fault_class import fault_class, outcome_of
from harness.results.wire import FaultSeen, WireRequest
from harness.run.answers import explain_saved, question_of, worth_a_look
from harness.run.bench import Bench, Worker
from harness.run.carry_out import settled_unasked
from harness.run.finding import Finding, from_end, from_refusal, from_verdict
from harness.run.judging import judge
from harness.run.plan import Lane, Trial
from harness.run.watching import befallen_keys, watch_of
from harness.run.writing import left_at, place_for, write_to
from harness.scenario.fault import Fault, Left
from harness.scenario.operation import Walk, Write, WriteRegions
from harness.stores.gateway import Injection
from harness.stores.ways import Watched
from harness.tools.session import Session, SessionEndedError


def carry_out_faulty(lane: Lane, bench: Bench) -> None:
    """Leave a record of every trial of the lane, unless the run is stopped."""
    for trial in lane.trials:
        if bench.stopping.is_set():
            return
        if settled_unasked(trial, bench):
            continue
        clock = bench.begin(trial)
        finding, requests = _befall(trial, bench)
        bench.record(trial, finding, clock, requests=requests)


@dataclass(frozen=True)
class _Endured:
    """How the operation ended, how long it took, and what a write left."""

    finding: Finding
    ms: float
    left: Left | None = None


def _befall(trial: Trial, bench: Bench) -> tuple[Finding, Sequence[WireRequest]]:
    fault = trial.case.fault
    if fault is None:
        raise ValueError("only a trial with a fault has one")
    gone = bench.store_is_gone(trial) or bench.only_stands_in(trial)
    if gone is not None:
        return gone, ()
    started: list[Session] = []

    def met() -> None:
        if fault.deed.does == "kill":
            for one in started:
                one.kill()

    writing = isinstance(trial.case.operation, Write)
    injection = Injection(fault, befallen_keys(trial, fault, bench), writing, met)
    try:
        with bench.worker([trial], Watched(watch_of(trial, bench), injection)) as worker:
            started.append(worker.session)
            endured = _endure(worker, trial, bench)
            passage = worker.access.passage
            if passage is None:
                raise ValueError("a watched session has a passage")
            requests = passage.requests(trial.id, 0)
            seen = passage.met, passage.attempts
    except SessionEndedError as ended:
        return from_end(ended), ()
    return _settle(endured, fault, *seen), requests


def _endure(worker: Worker, trial: Trial, bench: Bench) -> _Endured:
    """Have the operation carried out, however it ends."""
    operation, left = trial.case.operation, None
    if isinstance(operation, Write):
        place = place_for(worker, trial, operation, bench)
        begun = time.monotonic()
        try:
            finding = write_to(place, worker, trial, operation, bench).finding
        except SessionEndedError as ended:
            finding = from_end(ended)
        ms = (time.monotonic() - begun) * 1000
        left = left_at(place, trial, operation, bench)
        return _Endured(finding, ms, left)
    begun = time.monotonic()
    try:
        finding = _ask(worker, trial, bench)
    except SessionEndedError as ended:
        finding = from_end(ended)
    return _Endured(finding, (time.monotonic() - begun) * 1000)


def _ask(worker: Worker, trial: Trial, bench: Bench) -> Finding:
    """Ask once: a second answer, after a fault that happens once, would tell nothing about the first."""
    operation, deadlines = trial.case.operation, trial.case.deadlines
    if isinstance(operation, Write | Walk | WriteRegions):
        raise TypeError("writes and walks are not one question")
    question, session = question_of(worker, trial, operation, bench), worker.session
    handle = None
    if question.needs_a_handle:
        opened = session.ask(question.opening(), deadlines.prepare).answer
        refused = from_refusal(opened, "open", session.stderr())
        if refused:
            return refused
        handle = opened.handle
    worker.mark("operation")
    saved: Path = bench.scratch / f"pixels-{worker.access.number}.raw"
    try:
        answer = session.ask(question.request(handle, save_to=saved), deadlines.run).answer
        refused = from_refusal(answer, operation.operation, session.stderr())
        if refused:
            return refused
        verdict = judge(question, answer)
        if worth_a_look(question, verdict):
            verdict = explain_saved(question, answer, saved)
        return from_verdict(verdict, answer.warnings)
    finally:
        saved.unlink(missing_ok=True)


def _settle(endured: _Endured, fault: Fault, met: int, attempts: int) -> Finding:
    """Return the finding: what the tool made of the fault, and whether that is allowed."""
    finding = endured.finding
    made = fault_class(finding.outcome, finding.evidence)
    if made is None:
        return finding
    # A fault that the tool never met asks nothing of it but the true answer.
    allowed = fault.expect if met else ("right",)
    seen = FaultSeen(
        name=fault.name, made=made, allowed=allowed, met=met, attempts=attempts, ms=endured.ms,
        left=endured.left,
    )  # fmt: skip
    outcome = outcome_of(made, allowed)
    said = finding.explanation
    if outcome == "failed" and made == "right":
        said = f"the true answer came back, where {' or '.join(allowed)} was to be expected: {fault.because}"
    return replace(finding, outcome=outcome, explanation=said, fault=seen)
