"""Carries out the untimed trials of one lane: one worker after another, within a restart budget."""

from collections import deque
from dataclasses import replace

from harness.run.bench import Bench
from harness.run.budget import RestartBudget
from harness.run.finding import Finding, from_end
from harness.run.operate import operate
from harness.run.plan import Lane, Trial
from harness.run.settle import unsupported_by_manifest
from harness.tools.session import SessionEndedError


def carry_out(lane: Lane, bench: Bench) -> None:
    """Leave a record of every trial of the lane, unless the run is stopped."""
    waiting = deque(trial for trial in lane.trials if not settled_unasked(trial, bench))
    budget = RestartBudget()
    last = Finding("crashed")
    while waiting and not bench.stopping.is_set():
        why = budget.exhausted()
        if why is not None:
            _give_up(
                waiting, replace(last, explanation=f"not tried, because {why}: {last.explanation}"), bench
            )
            return
        started = False
        try:
            with bench.worker(waiting) as worker:
                started = True
                while waiting and not bench.stopping.is_set():
                    trial = waiting[0]
                    clock = bench.begin(trial)
                    bench.record(trial, operate(worker, trial, bench, warm=0).finding, clock)
                    waiting.popleft()
        except SessionEndedError as ended:
            budget.worker_ended(had_started=started)
            last = from_end(ended)
            trial = waiting.popleft()
            bench.record(trial, last, bench.begin(trial))
            if ended.problem.type == "Excluded":
                _give_up(waiting, last, bench)


def settled_unasked(trial: Trial, bench: Bench) -> bool:
    """Record a trial that needs no worker: its tool is not built, or says that it cannot do this."""
    finding = unsupported_by_manifest(trial)
    if finding is None and str(trial.tool) in bench.tools.not_built:
        finding = Finding("not_built", bench.tools.not_built[str(trial.tool)])
    finding = finding or bench.exchange.nothing_to_read(trial.case)
    if finding is None:
        return False
    bench.record(trial, finding, bench.begin(trial))
    return True


def _give_up(waiting: deque[Trial], finding: Finding, bench: Bench) -> None:
    while waiting:
        trial = waiting.popleft()
        bench.record(trial, finding, bench.begin(trial))
