"""Carries out a walk from image to image of a plate: each is opened, and read if that is asked for.

Opening is part of each step's time. Nothing is judged or closed before the end of a walk.
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
from harness.run.walking import slowest, together
from harness.scenario.operation import Walk
from harness.scenario.walk import tour
from harness.tools.protocol import CloseRequest, Request
from harness.tools.session import Reply, SessionEndedError


@dataclass(frozen=True)
class _Stop:
    """One image on the way; `name` says which, for people."""

    name: str
    question: Question


@dataclass(frozen=True)
class _Visit:
    """What the worker answered at one stop: to opening, and to reading where that was asked for."""

    opened: Reply
    read: Reply | None = None

    @property
    def replies(self) -> list[Reply]:
        return [self.opened, self.read] if self.read else [self.opened]


def tour_images(worker: Worker, trial: Trial, operation: Walk, bench: Bench, warm: int) -> Operated:
    """Go over the images once, and `warm` times more; raises SessionEndedError."""
    planned = tour(operation, bench.dataset(trial).recipe)
    stops = [
        _Stop(f"image {number} of {len(planned)} ({path})", question_of(worker, trial, step, bench, path))
        for number, (path, step) in enumerate(planned, start=1)
    ]
    worker.mark("operation")
    tours: list[list[_Visit]] = []
    finding = Finding("passed")
    for _ in range(1 + warm):
        tours.append(_go(worker, trial, stops))
        finding = _first_wrong(worker, trial, stops, tours, bench) or finding
        for visit in tours[-1]:
            if visit.opened.answer.handle is not None:
                worker.session.ask(
                    CloseRequest(handle=visit.opened.answer.handle), trial.case.deadlines.prepare
                )
        if finding.outcome != "passed":
            break
    lie = incredible([reply for visits in tours for visit in visits for reply in visit.replies])
    each = [[together(visit.replies) for visit in visits] for visits in tours]
    return Operated(
        lie if lie and finding.outcome == "passed" else finding,
        None,
        tuple(together(visits) for visits in each),
        tuple(slowest(visits) for visits in each),
    )


def _go(worker: Worker, trial: Trial, stops: Sequence[_Stop]) -> list[_Visit]:
    """Visit every image, up to the first that is refused; `run` seconds are for all of them together."""
    seconds = trial.case.deadlines.run
    end = time.monotonic() + seconds
    visits: list[_Visit] = []

    def ask(stop: _Stop, request: Request) -> Reply:
        try:
            return worker.session.ask(request, max(0.001, end - time.monotonic()))
        except SessionEndedError as ended:
            said = f"all images took longer than {seconds:g} s" if ended.outcome == "timeout" else str(ended)
            problem = Problem(type=ended.problem.type, message=f"{stop.name}: {said}")
            raise SessionEndedError(ended.outcome, problem, ended.stderr) from None

    for stop in stops:
        opened = ask(stop, stop.question.opening())
        handle = opened.answer.handle
        if handle is None or not stop.question.needs_a_handle:
            visits.append(_Visit(opened))
        else:
            visits.append(_Visit(opened, ask(stop, stop.question.request(handle))))
        answer = visits[-1].replies[-1].answer
        if answer.error is not None or answer.unsupported is not None:
            break
    return visits


def _first_wrong(
    worker: Worker, trial: Trial, stops: Sequence[_Stop], tours: Sequence[Sequence[_Visit]], bench: Bench
) -> Finding | None:
    """Return what came of the last tour: its first wrong stop; None where it says what the first did."""
    warnings: dict[str, None] = {}
    for number, (stop, visit) in enumerate(zip(stops, tours[-1], strict=False)):
        last = visit.replies[-1]
        if len(tours) > 1 and _same(last, tours[0][number].replies[-1]):
            continue
        finding = from_refusal(visit.opened.answer, "open", worker.session.stderr()) or find(
            worker, trial, stop.question, visit.opened.answer.handle, last.answer, bench
        )
        if finding.outcome != "passed":
            said = f"{stop.name}: {finding.explanation}"
            return replace(finding, explanation=said, evidence={**finding.evidence, "step": number + 1})
        warnings |= dict.fromkeys(finding.warnings)
    return Finding("passed", warnings=tuple(warnings)) if len(tours) == 1 else None


def _same(one: Reply, other: Reply) -> bool:
    """Tell whether two replies say the same, but for the name of the handle."""
    first, second = (says(reply).model_copy(update={"handle": None}) for reply in (one, other))
    return first == second
