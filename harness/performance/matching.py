"""Which trial of one baseline is which of another."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal

from harness.results.baseline import TrialFigures

# What may differ between a trial and the one that it is compared with, beside the day.
Across = Literal["nothing", "versions", "arms"]

Pair = tuple[TrialFigures | None, TrialFigures | None]


def matched(before: Iterable[TrialFigures], after: Iterable[TrialFigures], across: Across) -> Iterator[Pair]:
    """Yield each trial with its like; what has none comes with None.

    The like is the same case, tool, version and configuration. Across versions, it may also be the only one
    left of that case, tool and configuration; across arms, the only one left of that case.
    """
    groups: dict[tuple[str, ...], tuple[list[TrialFigures], list[TrialFigures]]] = defaultdict(
        lambda: ([], [])
    )
    for side, trials in enumerate((before, after)):
        for trial in trials:
            groups[_group(trial, across)][side].append(trial)
    for ours, theirs in groups.values():
        left = {str(trial.tool): trial for trial in theirs}
        gone = []
        for trial in ours:
            same = left.pop(str(trial.tool), None)
            if same is None:
                gone.append(trial)
            else:
                yield trial, same
        if len(gone) == len(left) == 1:
            yield gone[0], next(iter(left.values()))
        else:
            yield from ((trial, None) for trial in gone)
            yield from ((None, trial) for trial in left.values())


def _group(trial: TrialFigures, across: Across) -> tuple[str, ...]:
    if across == "arms":
        return (trial.case,)
    name = (trial.case, trial.tool.name, trial.tool.configuration)
    return name if across == "versions" else (*name, trial.tool.version)
