"""The verdict on a comparison: the second arm is slower, faster, not slower, or we can't tell (yet).

Bouts are looked at after 10, 15, 20, ... of them, so that a clear case ends early; the limits are strict
enough that all looks together rarely call identical code slower. How rarely, and how much of a slow-down is
found, was measured on real bouts of identical and of slowed readers: benchmarks/README.md has the figures.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.performance.signed_rank import centre, p_above
from harness.results.bouts import Word


@dataclass(frozen=True)
class Procedure:
    """When bouts are looked at, and what it takes to decide. Shares are of the first arm's time."""

    looks: tuple[int, ...] = (10, 15, 20, 30, 40, 60, 90)  # numbers of bouts
    differs_p: float = 0.001  # at most, for "slower" and "faster"
    least: float = 0.02  # a difference that is smaller is none, however sure
    not_slower_p: float = 0.005
    margin: float = 0.05  # "not slower" means: not by so much


STANDARD = Procedure()
# A "slower" is repeated on fresh bouts before it fails anything. It has been found once already, and only in
# one direction, so that less is asked of the second time.
CONFIRMATION = Procedure(looks=(10, 15, 20, 30), differs_p=0.02)

_SEEMS = 0.01  # p at which it is worth going on


@dataclass(frozen=True)
class Look:
    """What the bouts so far say. Ratios are of the second arm's time to the first's."""

    bouts: int
    ratio: float  # the Hodges-Lehmann centre
    slower_p: float
    faster_p: float
    not_slower_p: float


def look(log_ratios: Sequence[float], procedure: Procedure = STANDARD) -> Look:
    """Return what these bouts say; raises ValueError where there is none."""
    mirrored = [-value for value in log_ratios]
    return Look(
        bouts=len(log_ratios),
        ratio=math.exp(centre(log_ratios)),
        slower_p=p_above(log_ratios, 0),
        faster_p=p_above(mirrored, 0),
        not_slower_p=p_above(mirrored, -math.log1p(procedure.margin)),
    )


def decide(seen: Look, procedure: Procedure = STANDARD, among: int = 1, *, last: bool = False) -> Word | None:
    """Return the verdict of a look, or None to go on.

    `among`: of how many comparisons this is one; the more there are, the surer a difference must be. What is
    not slower, but may well be faster, is looked at again, unless this is the `last` look.
    """
    limit = procedure.differs_p / among
    if seen.slower_p <= limit and seen.ratio > 1 + procedure.least:
        return "slower"
    if seen.faster_p <= limit and seen.ratio < 1 / (1 + procedure.least):
        return "faster"
    seems_faster = seen.faster_p <= _SEEMS and seen.ratio < 1 / (1 + procedure.least)
    if seen.not_slower_p <= procedure.not_slower_p and (last or not seems_faster):
        return "not slower"
    return None


def decide_together(
    looks: Sequence[Look], procedure: Procedure, among: int, *, last: bool = False
) -> tuple[tuple[Word | None, ...], int]:
    """Return the verdicts of comparisons made together, and among how many the undecided ones still are.

    `among` are all comparisons for which no difference was found yet. The surest comes first, and each
    difference found leaves one fewer to the next (Holm, Scandinavian Journal of Statistics 1979).
    """
    words: list[Word | None] = [None] * len(looks)
    surest_first = sorted(range(len(looks)), key=lambda at: min(looks[at].slower_p, looks[at].faster_p))
    for at in surest_first:
        words[at] = decide(looks[at], procedure, among, last=last)
        among -= words[at] in ("slower", "faster")
    return tuple(words), among


def p_of(seen: Look, word: Word) -> float | None:
    """Return the p-value of the test that decided."""
    by_word = {"slower": seen.slower_p, "faster": seen.faster_p, "not slower": seen.not_slower_p}
    return by_word.get(word)
