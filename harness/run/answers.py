"""What came of one answer: judged, and where it is wrong, the pixels asked for once more and explained."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from harness.conformance.digest import from_canonical_bytes
from harness.conformance.verdict import Verdict, wrong
from harness.performance.credible import disbelieve
from harness.results.pairs import Pairs
from harness.run.asking import Asked, Question
from harness.run.bench import Bench, Worker, name_of
from harness.run.finding import Finding, from_refusal, from_verdict
from harness.run.judging import explain, judge, may_refuse
from harness.run.plan import Trial
from harness.scenario.location import below
from harness.scenario.operation import Null
from harness.tools.protocol import Answer
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
    slowest: tuple[int, ...] = ()  # of walks, for each the time of its slowest step, in ns


def question_of(
    worker: Worker, trial: Trial, operation: Asked, bench: Bench, field: str | None = None
) -> Question:
    """Return what is asked of a worker in a trial that reads; of a plate, in the image at this path."""
    place = None
    if not isinstance(operation, Null):
        place = bench.stores.location(
            trial.case.store, name_of(bench.built(trial), trial.form), worker.access
        )
        place = below(place, f"labels/{operation.label}") if operation.label else place
        place = below(place, field) if field else place
    convention = trial.tool.adapter.conventions.get("downsample")
    known = bench.dataset(trial).fields[field] if field else bench.known(trial)
    return Question(operation, known, place, convention, bench.others(trial))


def says(reply: Reply) -> Answer:
    """Return what an answer says, without what may differ from one right answer to the next."""
    return reply.answer.model_copy(update={"id": 0, "timing": None, "warnings": ()})


def find(
    worker: Worker, trial: Trial, question: Question, handle: str | None, answer: Answer, bench: Bench
) -> Finding:
    """Return what an answer means; for wrong pixels the worker is asked once more, to explain them."""
    refused = from_refusal(answer, question.operation.operation, worker.session.stderr())
    if refused:
        return rightly(refused) if may_refuse(question) else refused
    verdict = judge(question, answer)
    if worth_a_look(question, verdict):
        verdict = _with_pixels(worker, trial, question, handle, bench) or verdict
    return from_verdict(verdict, answer.warnings)


def worth_a_look(question: Question, verdict: Verdict) -> bool:
    """Tell whether the pixels themselves tell more of a wrong answer; what is said of metadata has none."""
    is_wrong_of_pixels = not verdict.right and verdict.evidence.get("kind") in _WORTH_A_LOOK
    return question.needs_a_handle and is_wrong_of_pixels


def rightly(finding: Finding) -> Finding:
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


def incredible(replies: Sequence[Reply]) -> Finding | None:
    """Return the finding that the worker's clock is not to be believed, if so."""
    for reply in replies:
        timing = reply.answer.timing
        said = disbelieve(timing.wall_ns, reply.host_ns) if timing else None
        if said:
            return Finding("failed", said, {"kind": "clock"})
    return None
