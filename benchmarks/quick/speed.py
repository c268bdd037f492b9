"""scenarios/quick/speed.yaml on the file store, for the views beside this: its plan, and one run of it."""

from pathlib import Path

from harness.results.load import Run
from harness.results.model import Selection
from harness.run.plan import Trial
from harness.run.progress import Progress
from harness.run.request import Request, work_out
from harness.run.run import run
from harness.stores.open import StoreChoice

SELECTION = Selection(scenarios=("quick/speed",), stores=("file",))


def trials() -> tuple[Trial, ...]:
    """Return what will be measured: every version of every tool."""
    return work_out(SELECTION, seed=0).trials


def measure(out: Path) -> Run:
    """Measure it all, into a run folder; a trial that has not passed has no samples."""
    return run(Request(SELECTION, out, StoreChoice(), command=("benchmarks/quick",)), Progress(print))
