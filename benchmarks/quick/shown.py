"""What the views beside this show: chosen scenarios, planned and run by the harness, as figures.

The environment chooses: `OZH_BENCH_TIMED` and `OZH_BENCH_COUNTED` name scenarios for times and for requests,
`OZH_BENCH_TOOLS` tools, `OZH_BENCH_STORES` the stores of what is timed; several are parted by spaces.
"""

import os
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

from harness.performance.exact import baseline_of
from harness.performance.ratio import paired_ratio
from harness.results.baseline import TrialFigures
from harness.results.load import Run
from harness.results.model import Selection
from harness.run.plan import Trial
from harness.run.progress import Progress
from harness.run.request import Request, work_out
from harness.run.run import run
from harness.stores.open import StoreChoice
from harness.tools.registry import adapters, select


def _chosen(name: str, default: str) -> tuple[str, ...]:
    return tuple(os.environ.get(f"OZH_BENCH_{name}", default).split())


_TOOLS = _chosen("TOOLS", "")
TIMED = Selection(scenarios=_chosen("TIMED", "quick/speed"), tools=_TOOLS, stores=_chosen("STORES", "file"))
COUNTED = Selection(scenarios=_chosen("COUNTED", "wire/small"), tools=_TOOLS)

Place = tuple[str, str]  # tool, case


def trials(selection: Selection) -> tuple[Trial, ...]:
    """Return what will be run; without tools chosen, every version of every tool."""
    return work_out(selection, seed=0).trials


def tools_of(planned: tuple[Trial, ...]) -> list[str]:
    """Return the tools by name; the one that is named first in the environment comes first of all."""
    first = next((str(tool) for tool in select(adapters(), _TOOLS[:1])), "")
    return sorted({str(trial.tool_id) for trial in planned}, key=lambda name: (name != first, name))


def measured(selection: Selection, out: Path) -> Run:
    """Run it all, into a run folder; a trial that has not passed has no figures."""
    return run(Request(selection, out, StoreChoice(), command=("benchmarks/quick",)), Progress(print))


def found(selection: Selection) -> tuple[dict[Place, TrialFigures], Run]:
    """Return the figures of a run of its own, by tool and case, and the run, whose folder is gone."""
    with tempfile.TemporaryDirectory() as folder:
        finished = measured(selection, Path(folder) / "run")
    return {(str(one.tool), one.case): one for one in baseline_of(finished).trials}, finished


def ratios(finished: Run, first: str) -> dict[Place, float]:
    """Return how many times as long each tool took as the first, warm, in pairs of sessions of one round."""
    cases = {record.trial: (str(record.tool), record.case) for record in finished.records}
    warm: dict[Place, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for sample in finished.samples:
        if (sample.phase, sample.step, sample.metric) == ("warm", "operation", "wall"):
            warm[cases[sample.trial]][sample.session].append(sample.value)
    ratio = {}
    for (tool, case), own in warm.items():
        other = warm.get((first, case), {})
        rounds = sorted(own.keys() & other.keys())
        if rounds:
            ours, theirs = ([median(side[one]) for one in rounds] for side in (own, other))
            ratio[tool, case] = paired_ratio(ours, theirs).centre
    return ratio
