"""Measures pairs of arms bout by bout until each has its verdict, or its time is up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from harness.performance.bout import BoutRatio
from harness.performance.verdict import STANDARD, Look, Procedure, decide, decide_together, look
from harness.results.bouts import Word

CAP_SECONDS = 240.0  # of measuring one pair

P = TypeVar("P")


class NoBoutError(Exception):
    """A bout could not be measured: one sentence of why."""


@dataclass(frozen=True)
class Timed:
    """What a bout says, and how long it took with all that belongs to it."""

    ratio: BoutRatio
    cpu: float  # natural logarithm of the ratio of CPU times
    seconds: float


@dataclass
class Decided(Generic[P]):
    """The bouts of a pair, and what was decided by them."""

    pair: P
    word: Word = "inconclusive"
    why: str = ""
    seen: Look | None = None  # the last look
    bouts: list[Timed] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long all bouts took."""
        return sum(bout.seconds for bout in self.bouts)

    @property
    def log_ratios(self) -> list[float]:
        """Return what the verdict rests on, bout by bout."""
        return [bout.ratio.fastest for bout in self.bouts]


def decide_pairs(
    pairs: Sequence[P],
    measure: Callable[[P, int], Timed],
    procedure: Procedure = STANDARD,
    cap_seconds: float = CAP_SECONDS,
) -> list[Decided[P]]:
    """Return each pair's verdict. `measure` carries out bout number so-and-so of a pair.

    Pairs take turns, a bout each, so that the machine's moods are shared; all are looked at together.
    """
    decided = [Decided(pair) for pair in pairs]
    undecided, among = list(decided), len(decided)
    for bouts in procedure.looks:
        undecided = _measured(undecided, measure, bouts, procedure, cap_seconds)
        looks = [look(one.log_ratios, procedure) for one in undecided]
        words, among = decide_together(looks, procedure, among, last=bouts == procedure.looks[-1])
        for one, seen, word in zip(undecided, looks, words, strict=True):
            one.seen, one.word = seen, word or "inconclusive"
        undecided = [one for one, word in zip(undecided, words, strict=True) if word is None]
        if not undecided:
            break
    for one in undecided:
        one.why = one.why or f"{len(one.bouts)} bouts don't tell"
    return decided


def _measured(
    undecided: Sequence[Decided[P]],
    measure: Callable[[P, int], Timed],
    bouts: int,
    procedure: Procedure,
    cap_seconds: float,
) -> list[Decided[P]]:
    """Measure on until all have so many bouts; return those that have, for a look at fewer is not planned."""
    going = list(undecided)
    while going and min(len(one.bouts) for one in going) < bouts:
        for one in list(going):
            if len(one.bouts) >= bouts:
                continue
            if _too_long(one, bouts, cap_seconds):
                one.word = (one.seen and decide(one.seen, procedure, last=True)) or "inconclusive"
                one.why = f"{bouts} bouts would take longer than {cap_seconds:g} s"
            else:
                try:
                    one.bouts.append(measure(one.pair, len(one.bouts)))
                    continue
                except NoBoutError as problem:
                    one.why = str(problem)
            going.remove(one)
    return going


def _too_long(one: Decided[P], bouts: int, cap_seconds: float) -> bool:
    """Tell whether so many bouts won't fit, by those that there are."""
    return bool(one.bouts) and one.seconds / len(one.bouts) * bouts > cap_seconds
