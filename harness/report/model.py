"""What a report says, as plain facts: every format is made from one `Report`, so that they all say the same.

Texts stand here as they came from tools and datasets; the formats escape them.
"""

from dataclasses import dataclass
from typing import Literal

from harness.performance.summary import Summary
from harness.report.nouns import CaseKey, Counts, Fact, ToolLine
from harness.report.wire_model import CostsPart, FaultsPart, RequestsPart
from harness.report.words import TimedStep
from harness.results.model import OUTCOMES, Outcome

NAMED_NETWORKS = 3  # in one row of the matrix


@dataclass(frozen=True)
class Banner:
    """What a reader must know before anything else."""

    kind: Literal["stand-in", "torn", "unexpected"]
    title: str
    text: str


@dataclass(frozen=True)
class Head:
    """What this run was."""

    run: str
    started: str  # ISO 8601, UTC
    facts: tuple[Fact, ...]  # what comes first: date, machine, stores
    more: tuple[Fact, ...]  # seed, command, digests and the like
    banners: tuple[Banner, ...]


@dataclass(frozen=True)
class Cell:
    """One trial in the matrix. An outcome of None: not planned, or planned and not yet run."""

    outcome: Outcome | None
    planned: bool
    expected: bool = True
    problem: int | None = None  # the problem that tells more
    note: bool = False


def _place(store: str, keys: list[CaseKey]) -> str:
    if len(keys) == 1:
        return keys[0].place
    names = ", ".join(key.network for key in keys)
    return f"{store} ({names if len(keys) <= NAMED_NETWORKS else f'{len(keys)} networks'})"


@dataclass(frozen=True)
class MatrixRow:
    """The stores on which one operation went alike, with one cell for each tool."""

    keys: tuple[CaseKey, ...]
    cells: tuple[Cell, ...]

    @property
    def places(self) -> str:
        """The stores, e.g. `file · http · s3 (direct, lan)`; of many networks, how many."""
        stores: dict[str, list[CaseKey]] = {}
        for key in self.keys:
            stores.setdefault(key.store, []).append(key)
        return " · ".join(_place(store, keys) for store, keys in stores.items())

    @property
    def even(self) -> bool:
        """Whether there is nothing to look at: every planned cell passed, as expected."""
        return all(cell.outcome == "passed" and cell.expected for cell in self.cells if cell.planned)


@dataclass(frozen=True)
class DatasetRows:
    """The cases of one dataset in one scenario, those of one operation together."""

    dataset: str
    operations: tuple[tuple[str, tuple[MatrixRow, ...]], ...]

    @property
    def even(self) -> bool:
        """Whether there is nothing to look at in any row."""
        return all(row.even for _, rows in self.operations for row in rows)


@dataclass(frozen=True)
class ScenarioRows:
    """The cases of one scenario."""

    scenario: str
    title: str
    datasets: tuple[DatasetRows, ...]


@dataclass(frozen=True)
class ProblemEntry:
    """One difference, and every trial that shows it in the same words."""

    number: int
    tool: ToolLine
    outcome: Outcome
    expected: bool
    cases: tuple[CaseKey, ...]
    explanation: str
    problem: str  # type and message
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    url: str | None
    evidence: tuple[Fact, ...]  # of the first case
    stderr: str  # of the first case


@dataclass(frozen=True)
class Remark:
    """Why something is unsupported, or what was noted about a right answer; with how many cases say so."""

    tool: ToolLine
    outcome: Outcome
    text: str
    url: str | None
    cases: int


@dataclass(frozen=True)
class TimingCell:
    """One tool's time: a summary only if the answer was right."""

    outcome: Outcome | None
    summary: Summary | None = None
    fastest: bool = False


@dataclass(frozen=True)
class TimingRow:
    """One step of a timed case, with one cell for each tool."""

    step: TimedStep
    cells: tuple[TimingCell, ...]


@dataclass(frozen=True)
class Dots:
    """The single measurements behind one number of the timing table, in ns."""

    tool: ToolLine
    step: TimedStep
    values: tuple[float, ...]
    median: float


@dataclass(frozen=True)
class TimedCase:
    """One timed case: outcomes, the rows of its steps, peak memory in bytes by tool, and its dots."""

    key: CaseKey
    outcomes: tuple[Outcome | None, ...]
    rows: tuple[TimingRow, ...]
    peaks: tuple[float | None, ...]
    dots: tuple[Dots, ...]

    @property
    def has_peaks(self) -> bool:
        """Whether any tool's peak memory is known."""
        return any(peak is not None for peak in self.peaks)


@dataclass(frozen=True)
class Report:
    """All of it."""

    head: Head
    sentences: tuple[str, ...]
    tools: tuple[ToolLine, ...]
    stores: tuple[str, ...]
    counts: Counts  # of all trials
    matrix: tuple[ScenarioRows, ...]
    problems: tuple[ProblemEntry, ...]
    remarks: tuple[Remark, ...]
    timings: tuple[TimedCase, ...]  # of stores whose times mean something
    timing_notes: tuple[str, ...]
    requests: RequestsPart | None = None  # where any were counted
    faults: FaultsPart | None = None  # where there were any
    costs: CostsPart | None = None  # where anything was timed on several networks

    @property
    def matrix_outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes that stand in the matrix."""
        rows = (
            row
            for one in self.matrix
            for dataset in one.datasets
            for _, rows in dataset.operations
            for row in rows
        )
        found = {cell.outcome for row in rows for cell in row.cells}
        return tuple(outcome for outcome in OUTCOMES if outcome in found)

    @property
    def near_timings(self) -> tuple[TimedCase, ...]:
        """Of the timed cases that differ in the network alone, the first: on `direct`, if there is one."""
        first: dict[tuple[str, ...], TimedCase] = {}
        for case in self.timings:
            first.setdefault(case.key.swept, case)
        return tuple(first.values())

    @property
    def far_timings(self) -> tuple[TimedCase, ...]:
        """The timed cases on all other networks."""
        near = {case.key for case in self.near_timings}
        return tuple(case for case in self.timings if case.key not in near)
