"""Carries out one trial in one worker: asks, has the answer judged, asks for the pixels of a wrong one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from harness.conformance.digest import from_canonical_bytes
from harness.conformance.verdict import Verdict, wrong
from harness.host.errors import HostError
from harness.performance.credible import disbelieve
from harness.results.pairs import Pairs
from harness.run.asking import Asked, Question
from harness.run.bench import Bench, Worker, name_of
from harness.run.finding import Finding, from_refusal, from_verdict
from harness.run.judging import explain, judge, may_refuse, may_refuse_to_open
from harness.run.plan import Trial
from harness.run.writing import write
from harness.scenario.location import below
from harness.scenario.operation import Null, Write
from harness.tools.protocol import Answer, CloseRequest
from harness.tools.session import Reply

Array = np.ndarray[Any, np.dtype[Any]]

MAX_SAVED_BYTES = 4 * 1024**3
_WORTH_A_LOOK = ("digest", "shape", "dtype")  # the pixels tell more


@dataclass(frozen=True)
class Operated:
    """What came of a trial in one session: the finding, and the replies it rests on."""

    finding: Finding
    opened: Reply | None = None
    replies: tuple[Reply, ...] = ()


def operate(worker: Worker, trial: Trial, bench: Bench, warm: int) -> Operated:
    """Carry out the trial's operation once, and `warm` times more; raises SessionEndedError.

    What our own side cannot do (give a place to write to, look at what is there) is `infrastructure`.
    """
    gone = bench.store_is_gone(trial)
    if gone is not None:
        return Operated(gone)
    try:
        return _operate(worker, trial, bench, warm)
    except HostError as problem:
        return Operated(Finding("infrastructure", str(problem)))


def _operate(worker: Worker, trial: Trial, bench: Bench, warm: int) -> Operated:
    operation = trial.case.operation
    if isinstance(operation, Write):
        worker.mark("operation")
        return Operated(write(worker, trial, operation, bench))
    return _answer(worker, trial, question_of(worker, trial, operation, bench), bench, warm)


def question_of(worker: Worker, trial: Trial, operation: Asked, bench: Bench) -> Question:
    """Return what is asked of a worker in a trial that reads."""
    place = None
    if not isinstance(operation, Null):
        place = bench.stores.location(trial.case.store, name_of(bench.built(trial)), worker.access)
        place = below(place, f"labels/{operation.label}") if operation.label else place
    convention = trial.tool.adapter.conventions.get("downsample")
    return Question(operation, bench.known(trial), place, convention, bench.others(trial))


def _answer(worker: Worker, trial: Trial, question: Question, bench: Bench, warm: int) -> Operated:
    session, deadlines = worker.session, trial.case.deadlines
    opened = None
    if question.needs_a_handle:
        opened = session.ask(question.opening(), deadlines.prepare)
        refused = from_refusal(opened.answer, "open", session.stderr())
        if refused:
            return Operated(_rightly(refused) if may_refuse_to_open(question) else refused, opened)
    worker.mark("operation")
    handle = opened.answer.handle if opened else None
    replies: list[Reply] = []
    finding = Finding("passed")
    for _ in range(1 + warm):
        replies.append(session.ask(question.request(handle), deadlines.run))
        if len(replies) > 1 and _says(replies[-1]) == _says(replies[0]):
            continue
        finding = _find(worker, trial, question, handle, replies[-1].answer, bench)
        if finding.outcome != "passed":
            break
    if handle is not None:
        session.ask(CloseRequest(handle=handle), deadlines.prepare)
    lie = _incredible([opened, *replies] if opened else replies)
    return Operated(lie if lie and finding.outcome == "passed" else finding, opened, tuple(replies))


def _says(reply: Reply) -> Answer:
    """Return what an answer says, without what may differ from one right answer to the next."""
    return reply.answer.model_copy(update={"id": 0, "timing": None, "warnings": ()})


def _find(
    worker: Worker, trial: Trial, question: Question, handle: str | None, answer: Answer, bench: Bench
) -> Finding:
    refused = from_refusal(answer, trial.case.operation.operation, worker.session.stderr())
    if refused:
        return _rightly(refused) if may_refuse(question) else refused
    verdict = judge(question, answer)
    if worth_a_look(question, verdict):
        verdict = _with_pixels(worker, trial, question, handle, bench) or verdict
    return from_verdict(verdict, answer.warnings)


def worth_a_look(question: Question, verdict: Verdict) -> bool:
    """Tell whether the pixels themselves tell more of a wrong answer; what is said of metadata has none."""
    is_wrong_of_pixels = not verdict.right and verdict.evidence.get("kind") in _WORTH_A_LOOK
    return question.needs_a_handle and is_wrong_of_pixels


def _rightly(finding: Finding) -> Finding:
    """Return the finding that to refuse was right; what the tool said is kept as a note."""
    note = f"refused: {finding.explanation}"
    return Finding("passed", notes=(note,), warnings=finding.warnings, refused=True)


def _with_pixels(
    worker: Worker, trial: Trial, question: Question, handle: str | None, bench: Bench
) -> Verdict | None:
    """Ask again, look at the pixels themselves, and explain; None if this time there is no answer."""
    saved = bench.scratch / f"pixels-{worker.access.number}.raw"
    try:
        request = question.request(handle, save_to=saved)
        answer = worker.session.ask(request, trial.case.deadlines.run).answer
        if answer.error is not None or answer.unsupported is not None:
            return None
        return explain_saved(question, answer, saved, (bench.pairs, str(trial.tool_id)))
    finally:
        saved.unlink(missing_ok=True)


def explain_saved(
    question: Question, answer: Answer, saved: Path, keep: tuple[Pairs, str] | None = None
) -> Verdict:
    """Explain wrong pixels by what the worker saved of them.

    `keep` is where what was read is kept beside what was expected, and the tool's name.
    """
    if not saved.is_file() or saved.stat().st_size > MAX_SAVED_BYTES:
        return wrong("other", "the pixels are wrong, and were not saved when asked for")
    expected = question.true_pixels() if question.has_true_pixels else None
    try:
        pixels = read_saved(saved, answer, expected)
        verdict = explain(question, answer, pixels)
    except ValueError as problem:
        return wrong(
            "other", f"the pixels are wrong, and what was saved of them is not what was answered: {problem}"
        )
    if verdict.right or keep is None or expected is None:
        return verdict
    pairs, tool = keep
    folder = pairs.keep(f"{tool} {verdict.explanation}", expected, pixels)
    return replace(verdict, evidence={**verdict.evidence, "saved": folder}) if folder else verdict


def read_saved(saved: Path, answer: Answer, expected: Array | None) -> Array:
    """Return the array that a worker saved; raises ValueError where it is not what the worker answered."""
    raw, dtype = saved.read_bytes(), answer.dtype or ""
    hint = expected.dtype if expected is not None else None
    return from_canonical_bytes(raw, dtype, answer.shape or (), hint)


def _incredible(replies: Sequence[Reply]) -> Finding | None:
    """Return the finding that the worker's clock is not to be believed, if so."""
    for reply in replies:
        timing = reply.answer.timing
        said = disbelieve(timing.wall_ns, reply.host_ns) if timing else None
        if said:
            return Finding("failed", said, {"kind": "clock"})
    return None
