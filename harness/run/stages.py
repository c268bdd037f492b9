"""The stages of a run: what may run beside others, what reads what those wrote, and what runs alone."""

from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from harness.run.alone import carry_out_alone
from harness.run.bench import Bench
from harness.run.carry_out import carry_out
from harness.run.faulty import carry_out_faulty
from harness.run.plan import Lane, Trial, lanes
from harness.run.request import Request


def carry_out_all(trials: Sequence[Trial], bench: Bench, request: Request) -> None:
    """Leave a record of every trial, unless the run is stopped."""
    shared = [trial for trial in trials if not trial.alone]
    alone = [trial for trial in trials if trial.alone]
    for these in (
        [trial for trial in shared if not trial.case.written],
        [trial for trial in shared if trial.case.written],
    ):
        _in_parallel(lanes(these), bench, request.jobs)
    carry_out_alone(alone, bench, request.seed)


def _in_parallel(work: Iterable[Lane], bench: Bench, jobs: int) -> None:
    """Carry out lanes, `jobs` at once; an interruption ends the workers of all."""
    if jobs == 1:
        for lane in work:
            _carry_out_lane(lane, bench)
        return
    with ThreadPoolExecutor(jobs) as pool:
        running = [pool.submit(_carry_out_lane, lane, bench) for lane in work]
        try:
            wait(running, return_when=FIRST_EXCEPTION)
            for one in running:
                if one.done():
                    one.result()
        except BaseException:
            bench.stop()
            for one in running:
                one.cancel()
            raise


def _carry_out_lane(lane: Lane, bench: Bench) -> None:
    if lane.faulty:
        carry_out_faulty(lane, bench)
    else:
        carry_out(lane, bench)
