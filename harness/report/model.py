"""What a report says, as plain facts: every format is made from one `Report`, so that they all say the same.

Texts stand here as they came from tools and datasets; the formats escape them.
"""

from dataclasses import dataclass
from typing import Literal

from harness.performance.summary import Summary
from harness.report.agreement_model import ExchangePart, ValidatorsPart
from harness.report.nouns import CaseKey, Counts, Fact, ToolLine
from harness.report.verdicts import VerdictsPart
from harness.report.wire_model import CostsPart, FaultsPart, RequestsPart
from harness.report.words import TimedStep, several
from harness.results.model import OUTCOMES, Outcome

NAMED_NETWORKS = 3  # in one row of the matrix
NAMED_DATASETS = 6


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
    note: Literal["reasons", "fixed"] | None = None  # where in the report a note on a right answer stands


def _place(store: str, keys: list[CaseKey]) -> str:
    if len(keys) == 1:
        return keys[0].place
    names = ", ".join(key.network for key in keys)
    return f"{store} ({names if len(keys) <= NAMED_NETWORKS else f'{len(keys)} networks'})"


@dataclass(frozen=True)
class MatrixRow:
    """The stores on which one operation went alike, with one cell for each tool; `keys` are its cases."""

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

    @property
    def right(self) -> bool:
        """Whether every tool that takes part is right: others do not claim to, or could not be built."""
        planned = [cell for cell in self.cells if cell.planned]
        others = all(cell.outcome in ("passed", "unsupported", "not_built") for cell in planned)
        return others and all(cell.expected for cell in planned) and self._any_passed

    @property
    def _any_passed(self) -> bool:
        return any(cell.outcome == "passed" for cell in self.cells)


@dataclass(frozen=True)
class DatasetRows:
    """The cases of one dataset in one scenario, those of one operation together.

    In a large scenario, of all datasets on which everything went alike; operations that went alike too.
    """

    datasets: tuple[str, ...]
    operations: tuple[tuple[str, tuple[MatrixRow, ...]], ...]

    @property
    def dataset(self) -> str:
        """The name of the dataset; of several, the first few."""
        return several(self.datasets, NAMED_DATASETS)

    @property
    def even(self) -> bool:
        """Whether there is nothing to look at in any row."""
        return all(row.even for _, rows in self.operations for row in rows)


@dataclass(frozen=True)
class ScenarioRows:
    """The cases of one scenario. `tools` are the numbers of the tools that take part in it.

    Of a large one, datasets of which every tool that takes part is right in every case are not listed.
    """

    scenario: str
    title: str
    datasets: tuple[DatasetRows, ...]
    tools: tuple[int, ...]
    counts: tuple[Counts, ...]  # of these tools
    all_datasets: int
    left_out: int = 0

    @property
    def left_out_text(self) -> str:
        """What is to be said of the datasets that are not listed."""
        if not self.left_out:
            return ""
        return (
            f"{self.left_out:,} of {self.all_datasets:,} datasets: every tool right in every case that it "
            "supports. Only the others are listed."
        )


@dataclass(frozen=True)
class ProblemEntry:
    """One difference, and every trial that shows it in the same words, or in words like these.

    What is said is said of the `example`; `others` are texts like it.
    """

    number: int
    tool: ToolLine
    outcome: Outcome
    expected: bool
    example: CaseKey
    cases: tuple[CaseKey, ...]
    others: tuple[str, ...]
    explanation: str
    problem: str  # type and message
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    url: str | None
    evidence: tuple[Fact, ...]
    stderr: str
    saved: str = ""  # the folder with what was expected and what came back, below that of the run
    again: str = ""  # the command that does it again

    @property
    def arrays(self) -> tuple[str, ...]:
        """Where what was expected and what came back lie, below the run's folder."""
        return tuple(f"{self.saved}/{name}.npy" for name in ("expected", "got")) if self.saved else ()

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets in which it shows."""
        return tuple(dict.fromkeys(key.dataset for key in self.cases))


@dataclass(frozen=True)
class Remark:
    """Why something is unsupported, or what was noted about a right answer; with how many cases say so.

    `others` is how many more texts there are like this one.
    """

    tool: ToolLine
    outcome: Outcome
    text: str
    url: str | None
    cases: int
    others: int = 0


@dataclass(frozen=True)
class Fixed:
    """A known issue that did not appear in these cases, which are all that its tool's manifest names."""

    tool: ToolLine
    text: str
    url: str | None
    cases: tuple[CaseKey, ...]

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets on which it did not appear."""
        return tuple(dict.fromkeys(key.dataset for key in self.cases))


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
    fixed: tuple[Fixed, ...] = ()
    exchange: ExchangePart | None = None  # where any tool's writes were read back
    validators: ValidatorsPart | None = None  # where any were asked
    verdicts: VerdictsPart | None = None  # of a comparison of two arms

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
