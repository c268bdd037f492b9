"""What a comparison of two arms leaves behind: bouts.jsonl, with every time measured, and verdicts.json."""

from typing import Literal

from pydantic import Field

from harness.results.model import ToolId
from harness.scenario.strict import Strict

BOUTS, VERDICTS = "bouts.jsonl", "verdicts.json"
FORMAT: Literal[1] = 1

Purpose = Literal["verdict", "confirmation", "null"]
Word = Literal["slower", "faster", "not slower", "inconclusive"]

# (arm, quantum, operation), in ns by the workers' clocks
Times = tuple[tuple[tuple[int, ...], ...], ...]


class ArmOf(Strict):
    """One side of a comparison: a tool, working on a case."""

    case: str
    tool: ToolId


class BoutSeen(Strict):
    """Fresh processes, one of each arm, measured by turns. Of `null` bouts two are of the same arm."""

    format: Literal[1] = FORMAT
    arms: tuple[ArmOf, ...] = Field(min_length=2)
    purpose: Purpose
    number: int = Field(ge=0)  # of these arms and this purpose, from 0
    spawned: tuple[int, ...]  # arms, in the order in which their processes were started
    orders: tuple[tuple[int, ...], ...]  # of the arms' quanta: one after the other, then the next of each
    wall_ns: Times
    cpu_ns: Times
    seconds: float = Field(ge=0)  # from spawning to the end of the last quantum


class Verdict(Strict):
    """What the bouts of one pair say. Ratios are times of the second arm to those of the first."""

    arms: tuple[ArmOf, ArmOf]
    purpose: Purpose = "verdict"
    word: Word
    why: str = ""  # where there is no verdict: what came in between
    confirmed: bool | None = None  # of a "slower": whether fresh bouts said so again
    ratio: float | None = None  # of the quickest operations of each quantum
    low: float | None = None  # its interval, 95 %
    high: float | None = None
    total_ratio: float | None = None  # of whole quanta, which sees what is slow only now and then
    cpu_ratio: float | None = None  # of CPU time: a diagnostic, no verdict
    p: float | None = None  # of the test that decided
    bouts: int = Field(ge=0)
    seconds: float = Field(ge=0)
    detectable: float | None = None  # share: a slow-down so large would be found 95 times of 100


class Verdicts(Strict):
    """verdicts.json."""

    format: Literal[1] = FORMAT
    arms: tuple[str, str]  # as the user named them
    seed: int
    verdicts: tuple[Verdict, ...]
    nulls: tuple[Verdict, ...]  # each tool against itself, on its noisiest case
    left_out: dict[str, str] = {}  # case -> why it was not timed

    @property
    def void(self) -> bool:
        """Whether a tool seemed to differ from itself: then no verdict on time counts."""
        return any(verdict.word in ("slower", "faster") for verdict in self.nulls)

    @property
    def regressed(self) -> bool:
        """Whether a slow-down is confirmed, and counts."""
        return not self.void and any(verdict.confirmed for verdict in self.verdicts)
