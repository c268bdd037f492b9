"""What a report says, as plain facts: every format is made from one `Report`, so that they all say the same.

Texts stand here as they came from tools and datasets; the formats escape them.
"""

from dataclasses import dataclass
from typing import Literal

from harness.performance.summary import Summary
from harness.report.words import TimedStep
from harness.results.model import Outcome, ToolId


@dataclass(frozen=True)
class Fact:
    """One line of the head."""

    name: str
    value: str


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
class CaseKey:
    """One case, by its parts."""

    case: str
    scenario: str
    dataset: str
    title: str
    store: str
    network: str = "direct"

    @property
    def place(self) -> str:
        """Store, and network where it is not direct."""
        return self.store if self.network == "direct" else f"{self.store}, {self.network}"


@dataclass(frozen=True)
class Counts:
    """How many trials ended how."""

    planned: int
    outcomes: tuple[tuple[Outcome, int], ...]  # in the order of OUTCOMES, those that occurred
    unexpected: int

    @property
    def passed(self) -> int:
        """How many answers were right."""
        return dict(self.outcomes).get("passed", 0)

    @property
    def missing(self) -> int:
        """How many planned trials have no record."""
        return self.planned - sum(count for _, count in self.outcomes)


@dataclass(frozen=True)
class ToolLine:
    """One tool, version and configuration: a column of the tables. `number` chooses its colour."""

    number: int
    id: ToolId
    label: str
    counts: Counts
    stores: tuple[tuple[str, Counts], ...]
    scenarios: tuple[tuple[str, Counts], ...]
    title: str = ""
    homepage: str | None = None
    language: str | None = None
    packages: tuple[Fact, ...] = ()
    settings: tuple[Fact, ...] = ()
    lock_hash: str | None = None
    not_built: str | None = None
    start: Summary | None = None  # from spawning the process to its hello
    peak: float | None = None  # bytes; the highest of all its right answers

    @property
    def qualifier(self) -> str:
        """Version, and the configuration where it is not the default."""
        extra = "" if self.id.configuration == "default" else f" · {self.id.configuration}"
        return self.id.version + extra


@dataclass(frozen=True)
class Cell:
    """One trial in the matrix. An outcome of None: not planned, or planned and not yet run."""

    outcome: Outcome | None
    planned: bool
    expected: bool = True
    problem: int | None = None  # the problem that tells more
    note: bool = False


@dataclass(frozen=True)
class MatrixRow:
    """The stores on which one operation went alike, with one cell for each tool."""

    keys: tuple[CaseKey, ...]
    cells: tuple[Cell, ...]

    @property
    def places(self) -> str:
        """The stores, e.g. `file, http, s3`."""
        return " · ".join(key.place for key in self.keys)

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
    counts: Counts
    matrix: tuple[ScenarioRows, ...]
    problems: tuple[ProblemEntry, ...]
    remarks: tuple[Remark, ...]
    timings: tuple[TimedCase, ...]  # of stores whose times mean something
    timing_notes: tuple[str, ...]
