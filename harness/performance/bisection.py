"""Where in a row of versions something changed: which one to look at next, and what counts as changed.

The first version of the row is as it was, the last one is changed. A version may also tell nothing, because
it cannot be built, does not run, or its time cannot be told from that of the first one; then its neighbours
are looked at. What is found is a place where it changed: that there is no other one is not known, for not all
versions are looked at.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from harness.performance.changes import compare
from harness.results.baseline import Baseline, TrialFigures
from harness.results.bisected import Metric, Telling


@dataclass(frozen=True)
class Interval:
    """It changed after version `before`, and by version `after`; `next` is to be looked at, if any."""

    before: int
    after: int
    next: int | None

    @property
    def is_found(self) -> bool:
        """Whether it is known which version changed it: those that tell nothing may lie between."""
        return self.candidates == 1

    @property
    def candidates(self) -> int:
        """How many versions may be the one that changed it."""
        return self.after - self.before


def interval(count: int, known: Mapping[int, Telling]) -> Interval:
    """Return the interval in a row of `count` versions, by what is known of them; the ends are known by rule.

    `next` is the one nearest to the middle that was not looked at. Raises ValueError for less than two.
    """
    if count < 2:
        raise ValueError("something changes between two versions at least")
    after = min((place for place, said in known.items() if said == "changed"), default=count - 1)
    before = max((place for place, said in known.items() if said == "as before" and place < after), default=0)
    left = [place for place in range(before + 1, after) if place not in known]
    middle = (before + after) / 2
    return Interval(before, after, min(left, key=lambda place: abs(place - middle), default=None))


def differ(metric: Metric, one: Baseline, other: Baseline) -> bool | None:
    """Tell whether two versions differ in a metric, by the rules of `ozh gate`; None where that is not known.

    Each baseline is of one trial. Requests and bytes count in sum, memory beyond its margin; time is not told
    by baselines.
    """
    found = compare(one, other, "versions")
    if not found.compared:
        return None
    return any(
        change.metric == metric and (metric == "outcome" or change.direction != "neutral")
        for change in found.changes
    )


def nearer(between: tuple[float, float], whole: float) -> bool | None:
    """Tell whether a ratio is nearer to the `whole` change than to none; None where its interval holds both.

    All are ratios of times, above 0, and the whole change is one above 1. Near and far are meant on a
    logarithmic scale. For an undecided verdict: a large change is seen before a small one can be ruled out.
    """
    low, high = between
    middle = math.sqrt(whole)
    return False if high < middle else True if low > middle else None


def tells_nothing(metric: Metric, trial: TrialFigures) -> str:
    """Return why a trial has nothing to say about the metric, or nothing: a wrong answer has no figures."""
    if trial.outcome == "infrastructure":
        return "our store or host failed"
    has = {"memory": trial.memory, "requests": trial.counted, "bytes": trial.counted}
    if metric == "outcome" or has.get(metric) is not None:
        return ""
    said = f"{trial.outcome} ({trial.kind})" if trial.kind else trial.outcome
    return said if trial.outcome != "passed" else f"its {metric} could not be measured"
