"""A trial's operation, ready to be carried out again and again in one worker: what a bout is made of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.run.answers import question_of, says
from harness.run.asking import Asked
from harness.run.bench import Bench, Worker
from harness.run.deciding import NoBoutError
from harness.run.finding import Finding
from harness.run.plan import Trial
from harness.run.walking import come_home, go, set_out, together
from harness.scenario.operation import Walk, Write, WriteRegions
from harness.tools.protocol import Answer, CloseRequest, Timing
from harness.tools.session import Reply

_Once = Callable[[], list[Reply]]


@contextmanager
def repeating(worker: Worker, trial: Trial, bench: Bench) -> Iterator[Callable[[], Timing]]:
    """Yield what carries the operation out once more, and returns the time it took by the worker's clock.

    The operation must have been judged in this worker before: here an answer only has to say the same each
    time, or NoBoutError is raised.
    """
    operation = trial.case.operation
    if isinstance(operation, Write | WriteRegions):
        raise NoBoutError(f"`{operation.operation}` is not timed in bouts")
    if isinstance(operation, Walk) and operation.is_tour:
        raise NoBoutError(f"a walk over {operation.pattern} is not timed in bouts")
    if isinstance(operation, Walk):
        ready = _walking(worker, trial, operation, bench)
    else:
        ready = _asking(worker, trial, operation, bench)
    with ready as once:
        first: list[list[Answer]] = []

        def again() -> Timing:
            replies = once()
            told = [_told(reply) for reply in replies]
            first.append(told)
            timing = together(replies).answer.timing
            if timing is None or told != first[0]:
                raise NoBoutError("it answered otherwise than before")
            del first[1:]
            return timing

        yield again


@contextmanager
def _asking(worker: Worker, trial: Trial, operation: Asked, bench: Bench) -> Iterator[_Once]:
    session, deadlines = worker.session, trial.case.deadlines
    question = question_of(worker, trial, operation, bench)
    handle = None
    if question.needs_a_handle:
        handle = session.ask(question.opening(), deadlines.prepare).answer.handle

    def once() -> list[Reply]:
        reply = session.ask(question.request(handle), deadlines.run)
        if reply.answer.handle:  # of `open`: what was opened is let go, outside of the timer
            session.ask(CloseRequest(handle=reply.answer.handle), deadlines.prepare)
        return [reply]

    yield once
    if handle is not None:
        session.ask(CloseRequest(handle=handle), deadlines.prepare)


@contextmanager
def _walking(worker: Worker, trial: Trial, operation: Walk, bench: Bench) -> Iterator[_Once]:
    route = set_out(worker, trial, operation, bench)
    if isinstance(route, Finding):
        raise NoBoutError(f"{route.outcome}: {route.explanation}")
    yield lambda: go(worker, trial, route)
    come_home(worker, trial, route)


def _told(reply: Reply) -> Answer:
    return says(reply).model_copy(update={"handle": None})
