"""From samples to medians with their spread. Never a mean: one hiccup of the machine would move it.

Repeats within one process share its luck, so the spread of several sessions is that of their medians.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal, NamedTuple

from harness.results.model import Sample

CONFIDENCE = 0.95
FAR_OUT = 3  # interquartile ranges beyond the quartiles (Tukey's "far out")


class Key(NamedTuple):
    """What was measured."""

    trial: str
    phase: str  # "cold", "warm", "single"
    step: str  # "start", "open", "operation"
    metric: str  # "wall", "cpu", "peak_rss", "host_wall"


@dataclass(frozen=True)
class Summary:
    """A median with its spread, in `unit`.

    `interval` says what low and high are: an interval that holds the true median with at least 95 %, or,
    where `n` is too small for one, the smallest and the largest value. `n` counts what the spread is over:
    sessions, or the repeats of the only session.
    """

    median: float
    low: float
    high: float
    interval: Literal["95 %", "range"]
    n: int
    over: Literal["sessions", "repeats"]
    samples: int
    outliers: int  # of all samples; they are counted, never removed
    unit: str


def summarise(samples: Iterable[Sample]) -> dict[Key, Summary]:
    """Return a summary per trial, phase, step and metric."""
    groups: dict[Key, list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[Key(sample.trial, sample.phase, sample.step, sample.metric)].append(sample)
    return {key: _summary(group) for key, group in groups.items()}


def median_interval(values: Sequence[float]) -> tuple[float, float, Literal["95 %", "range"]]:
    """Return the two values that hold the median of any distribution with at least 95 %, or min and max.

    The number of values below the true median is binomial (n, 1/2), which is all that this rests on.
    """
    ordered, n = sorted(values), len(values)
    tail, rank = 0.0, 0  # the chance that at most rank - 1 values lie below the median
    while rank < n // 2 and 2 * (tail + math.comb(n, rank) / 2**n) <= 1 - CONFIDENCE:
        tail += math.comb(n, rank) / 2**n
        rank += 1
    if rank == 0:
        return ordered[0], ordered[-1], "range"
    return ordered[rank - 1], ordered[n - rank], "95 %"


def outliers(values: Sequence[float]) -> int:
    """Count the values further than three interquartile ranges beyond the quartiles; needs four values."""
    if len(values) < 4:
        return 0
    lower, _, upper = quantiles(values, n=4, method="inclusive")
    reach = FAR_OUT * (upper - lower)
    return sum(not lower - reach <= value <= upper + reach for value in values)


def _summary(samples: Sequence[Sample]) -> Summary:
    sessions: dict[int, list[float]] = defaultdict(list)
    for sample in samples:
        sessions[sample.session].append(sample.value)
    alone = len(sessions) == 1
    values = next(iter(sessions.values())) if alone else [median(each) for each in sessions.values()]
    low, high, interval = median_interval(values)
    return Summary(
        median=median(values),
        low=low,
        high=high,
        interval=interval,
        n=len(values),
        over="repeats" if alone else "sessions",
        samples=len(samples),
        outliers=outliers([sample.value for sample in samples]),
        unit=samples[0].unit,
    )
