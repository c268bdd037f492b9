"""What the timing tables say: times of right answers only, cold and warm told apart, and who stands apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.performance.summary import Summary, summarise
from harness.report.grid import Grid
from harness.report.model import Dots, TimedCase, TimingCell, TimingRow
from harness.report.nouns import CaseKey, ToolLine
from harness.report.words import SLOWEST, STEPS, TimedStep
from harness.results.model import Metric, Sample, ToolId

FEWEST = 3  # processes on either side before one tool may be called the fastest of a row


@dataclass(frozen=True)
class Measured:
    """The samples of a run that may be shown: those of right answers on stores that were not a stand-in."""

    samples: dict[tuple[str, str], tuple[Sample, ...]]  # by case and tool, of right answers
    untimed: frozenset[str]

    def of(self, key: CaseKey, tool: ToolId) -> tuple[Sample, ...]:
        """Return the samples of one trial."""
        return self.samples.get((key.case, str(tool)), ())


def measured(grid: Grid, samples: Iterable[Sample], untimed: frozenset[str]) -> Measured:
    """Return the samples that may be shown; `untimed` are the stores whose times mean nothing in this run."""
    right = {
        record.trial: place
        for place, record in grid.records.items()
        if record.outcome == "passed" and record.timed and record.store not in untimed
    }
    found: dict[tuple[str, str], list[Sample]] = {}
    for sample in samples:
        if sample.trial in right:
            found.setdefault(right[sample.trial], []).append(sample)
    return Measured({place: tuple(several) for place, several in found.items()}, untimed)


def timed_cases(grid: Grid, tools: tuple[ToolLine, ...], shown: Measured) -> tuple[TimedCase, ...]:
    """Return the timed cases, in the order of the grid."""
    timed = [
        key
        for key in grid.cases
        if key.store not in shown.untimed
        and any((record := grid.record(key, line.id)) and record.timed for line in tools)
    ]
    return tuple(_timed_case(grid, key, tools, shown) for key in timed)


def start_up(grid: Grid, tool: ToolId, shown: Measured) -> Summary | None:
    """Return how long the tool's process took from spawning to its hello, over all its timed sessions."""
    starts = [
        sample
        for key in grid.cases
        for sample in shown.of(key, tool)
        if sample.step == "start" and sample.metric in ("wall", "host_wall")
    ]
    processes = (
        sample.model_copy(update={"trial": str(tool), "session": place, "metric": "host_wall"})
        for place, sample in enumerate(starts)
    )
    return next(iter(summarise(processes).values()), None)


def peak_memory(samples: Iterable[Sample]) -> float | None:
    """Return the highest resident memory seen in any operation, in bytes."""
    return max((s.value for s in samples if s.metric == "peak_rss" and s.step == "operation"), default=None)


def _timed_case(grid: Grid, key: CaseKey, tools: tuple[ToolLine, ...], shown: Measured) -> TimedCase:
    samples = [shown.of(key, line.id) for line in tools]
    records = [grid.record(key, line.id) for line in tools]
    outcomes = tuple(record.outcome if record else None for record in records)
    # Of doing nothing, the round trip is what matters: the worker's own time would be that of its clock.
    nothing = any(record is not None and record.operation == "null" for record in records)
    metric: Metric = "host_wall" if nothing else "wall"
    rows, dots = [], []
    for step in (*STEPS, SLOWEST):
        walls = [_walls(own, step, metric) for own in samples]
        summaries = [next(iter(summarise(own).values()), None) for own in walls]
        if not any(summaries):
            continue
        best = stands_apart(summaries)
        rows.append(
            TimingRow(
                step,
                tuple(
                    TimingCell(outcome, summary, fastest=place == best)
                    for place, (outcome, summary) in enumerate(zip(outcomes, summaries, strict=True))
                ),
            )
        )
        if step == SLOWEST:
            continue
        dots += [
            Dots(line, step, tuple(sample.value for sample in own), summary.median)
            for line, own, summary in zip(tools, walls, summaries, strict=True)
            if summary
        ]
    return TimedCase(key, outcomes, tuple(rows), tuple(peak_memory(own) for own in samples), tuple(dots))


def stands_apart(summaries: list[Summary | None]) -> int | None:
    """Return the place of the fastest, if its spread ends before that of every other begins; else None.

    Repeats in one process share its luck, so that only a spread over several processes counts.
    """
    there = [(place, one) for place, one in enumerate(summaries) if one]
    if len(there) < 2 or any(one.over != "sessions" or one.n < FEWEST for _, one in there):
        return None
    place, best = min(there, key=lambda pair: pair[1].median)
    return place if all(best.high < one.low for other, one in there if other != place) else None


def _walls(samples: Iterable[Sample], step: TimedStep, metric: Metric) -> tuple[Sample, ...]:
    name, phase = step.split()
    if step == SLOWEST:
        name, metric = "operation", "slowest_step"
    return tuple(s for s in samples if s.step == name and s.phase == phase and s.metric == metric)
