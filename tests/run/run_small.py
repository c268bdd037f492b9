"""Runs the small scenario through fake tools, in this process."""

from pathlib import Path

from harness.results.load import Run
from harness.results.model import Record, Selection
from harness.run.progress import Progress
from harness.run.request import Request
from harness.run.run import run
from harness.stores.open import StoreChoice


def request(scenario: Path, out: Path, *tools: str, **more: object) -> Request:
    only = more.pop("only", ())
    selection = Selection(scenarios=(str(scenario),), tools=tools, only=only)
    return Request(selection=selection, out=out, store=StoreChoice(), command=("ozh", "run"), **more)


def run_small(scenario: Path, out: Path, *tools: str, **more: object) -> Run:
    return run(request(scenario, out, *tools, **more), Progress())


def by_title(finished: Run) -> dict[str, Record]:
    """Records of the 0.4 image by the operation's title."""
    return {record.title: record for record in finished.records if record.dataset == "ramp-0.4"}
