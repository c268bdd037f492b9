"""Carries out one trial in one worker: asks, has the answers judged, and times them where that is wanted."""

from harness.host.errors import HostError
from harness.run.answers import Operated, find, incredible, question_of, rightly, says
from harness.run.asking import Question
from harness.run.bench import Bench, Worker
from harness.run.finding import Finding, from_refusal
from harness.run.judging import may_refuse_to_open
from harness.run.plan import Trial
from harness.run.region_writes import write_regions
from harness.run.touring import tour_images
from harness.run.walking import walk
from harness.run.writing import write
from harness.scenario.operation import Walk, Write, WriteRegions
from harness.tools.protocol import CloseRequest
from harness.tools.session import Reply


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
        return write(worker, trial, operation, bench, warm)
    if isinstance(operation, WriteRegions):
        return write_regions(worker, trial, operation, bench)
    if isinstance(operation, Walk):
        if operation.is_tour:
            return tour_images(worker, trial, operation, bench, warm)
        return walk(worker, trial, operation, bench, warm)
    return _answer(worker, trial, question_of(worker, trial, operation, bench), bench, warm)


def _answer(worker: Worker, trial: Trial, question: Question, bench: Bench, warm: int) -> Operated:
    session, deadlines = worker.session, trial.case.deadlines
    opened = None
    if question.needs_a_handle:
        opened = session.ask(question.opening(), deadlines.prepare)
        refused = from_refusal(opened.answer, "open", session.stderr())
        if refused:
            return Operated(rightly(refused) if may_refuse_to_open(question) else refused, opened)
    worker.mark("operation")
    handle = opened.answer.handle if opened else None
    replies: list[Reply] = []
    finding = Finding("passed")
    for _ in range(1 + warm):
        replies.append(session.ask(question.request(handle), deadlines.run))
        if len(replies) > 1 and says(replies[-1]) == says(replies[0]):
            continue
        finding = find(worker, trial, question, handle, replies[-1].answer, bench)
        if finding.outcome != "passed":
            break
    if handle is not None:
        session.ask(CloseRequest(handle=handle), deadlines.prepare)
    lie = incredible([opened, *replies] if opened else replies)
    return Operated(lie if lie and finding.outcome == "passed" else finding, opened, tuple(replies))
