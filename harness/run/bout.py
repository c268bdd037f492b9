"""Carries out one bout: fresh workers, one of each arm, warmed, then measured by turns in shortest quanta."""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from statistics import median

import numpy as np

from harness.performance.bout import bout_ratio, log_ratio_of_totals
from harness.performance.schedule import Rhythm, block_orders, rhythm
from harness.results.bouts import BoutSeen, Purpose, Times
from harness.run.bench import Bench, Worker
from harness.run.deciding import NoBoutError, Timed
from harness.run.operate import operate
from harness.run.plan import Trial
from harness.run.repeating import repeating
from harness.run.verdicts import arm_of
from harness.tools.protocol import Timing
from harness.tools.session import SessionEndedError

_WARM_SECONDS = 0.1  # of one arm, or so many operations
_WARM_OPERATIONS = 15

_Once = Callable[[], Timing]


def carry_out_bout(
    trials: Sequence[Trial], purpose: Purpose, number: int, bench: Bench, seed: int
) -> BoutSeen:
    """Return what was measured; raises NoBoutError where an arm failed, which is then no matter of time."""
    names = "/".join(trial.id for trial in trials)
    draw = random.Random(f"{seed}/{purpose}/{names}/{number}")  # noqa: S311 -- an order
    begun = time.monotonic()
    spawned = draw.sample(range(len(trials)), len(trials))
    with ExitStack() as stack:
        try:
            workers = _spawned(trials, spawned, bench, stack)
            once = [
                _judged(worker, trial, bench, stack) for worker, trial in zip(workers, trials, strict=True)
            ]
            beat = rhythm([_warmed(one) for one in once])
            orders = block_orders(len(trials), beat.blocks, draw)
            wall, cpu = _quanta(once, orders, beat)
            seconds = time.monotonic() - begun
        except SessionEndedError as ended:
            raise NoBoutError(f"a worker ended: {ended}") from None
    return BoutSeen(
        arms=tuple(arm_of(trial) for trial in trials),
        purpose=purpose,
        number=number,
        spawned=tuple(spawned),
        orders=tuple(orders),
        wall_ns=wall,
        cpu_ns=cpu,
        seconds=seconds,
    )


def timed(bout: BoutSeen, a: int = 0, b: int = 1) -> Timed:
    """Return what a bout says of two of its arms."""
    wall = [np.asarray(bout.wall_ns[arm], np.int64) for arm in (a, b)]
    cpu = [np.asarray(bout.cpu_ns[arm], np.int64) for arm in (a, b)]
    # Of more arms, the time that two alone would have taken.
    seconds = bout.seconds * 2 / len(bout.arms)
    return Timed(bout_ratio(*wall), log_ratio_of_totals(*cpu), seconds)


def _spawned(trials: Sequence[Trial], order: Sequence[int], bench: Bench, stack: ExitStack) -> list[Worker]:
    """Start all workers at once, each a moment after the one before it."""
    contexts = [bench.worker([trial]) for trial in trials]
    with ThreadPoolExecutor(len(trials)) as pool:
        starting = {at: pool.submit(contexts[at].__enter__) for at in order}
    # All have started or failed: what has started is ended on the way out, even if another has not.
    for at, one in starting.items():
        if one.exception() is None:
            stack.push(contexts[at].__exit__)
    return [starting[at].result() for at in range(len(trials))]


def _judged(worker: Worker, trial: Trial, bench: Bench, stack: ExitStack) -> _Once:
    """Have the operation judged once in this worker, then return what repeats it."""
    finding = operate(worker, trial, bench, warm=0).finding
    if finding.outcome != "passed":
        raise NoBoutError(f"{trial.tool_id} {finding.outcome}: {finding.explanation}")
    return stack.enter_context(repeating(worker, trial, bench))


def _warmed(once: _Once) -> float:
    """Repeat until warm; return about how long one operation takes then, in seconds."""
    times: list[float] = []
    while len(times) < _WARM_OPERATIONS and (not times or sum(times) < _WARM_SECONDS):
        times.append(once().wall_ns / 1e9)
    return median(times[len(times) // 2 :])


def _quanta(once: Sequence[_Once], orders: Sequence[Sequence[int]], beat: Rhythm) -> tuple[Times, Times]:
    timings: list[list[list[Timing]]] = [[] for _ in once]
    for order in orders:
        for arm in order:
            timings[arm].append([once[arm]() for _ in range(beat.operations)])
    return _numbers(timings, "wall_ns"), _numbers(timings, "cpu_ns")


def _numbers(timings: Sequence[Sequence[Sequence[Timing]]], what: str) -> Times:
    return tuple(
        tuple(tuple(int(getattr(one, what)) for one in quantum) for quantum in arm) for arm in timings
    )
