"""What a report says of the wire: requests, clients, waterfalls, faults, round trips and cost.

Texts stand here as they came from tools and servers; the formats escape them.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from harness.performance.cost_model import CostModel, Errors, Observation
from harness.performance.round_trips import RoundTrips
from harness.performance.wire import Span, WireSpans
from harness.report.nouns import CaseKey, ToolLine
from harness.report.words import TimedStep
from harness.results.model import NetworkUsed, Outcome, Problem
from harness.results.wire import FaultSeen, WireRequest
from harness.scenario.fault import FaultClass

FigureStep = Literal["open", "operation", "both"]


@dataclass(frozen=True)
class StepFigures:
    """The figures of one step, over all counting passes of a trial."""

    step: FigureStep
    spans: WireSpans
    amplification: Span | None = None  # of the operation: received / needed


@dataclass(frozen=True)
class RequestLine:
    """One tool in one case. Without steps it was not counted: its outcome says why, or it was not run."""

    tool: ToolLine
    outcome: Outcome | None
    steps: tuple[StepFigures, ...] = ()
    both: StepFigures | None = None  # the two steps together


@dataclass(frozen=True)
class CountedCase:
    """One case of a scenario that counts; without lines it is on a store on which nothing is counted."""

    key: CaseKey
    needed: int | None  # bytes; stored size of the chunks that the operation needs
    lines: tuple[RequestLine, ...] = ()


@dataclass(frozen=True)
class ClientLine:
    """One client that made requests for a tool, by the user agent that it gave."""

    tool: ToolLine
    client: str
    said: str  # one user agent in full
    requests: int
    cases: int
    stores: tuple[str, ...]


@dataclass(frozen=True)
class Waterfall:
    """The requests of the first counting pass of a trial, in the order in which they began."""

    key: CaseKey
    tool: ToolLine
    requests: tuple[WireRequest, ...]
    left_out: int  # of those at the end


@dataclass(frozen=True)
class RequestsPart:
    """All that was counted."""

    notes: tuple[str, ...]
    cases: tuple[CountedCase, ...]
    clients: tuple[ClientLine, ...]
    remarks: tuple[str, ...]  # requests made by another client than usual
    waterfalls: tuple[tuple[CaseKey, tuple[Waterfall, ...]], ...]

    @property
    def sends(self) -> bool:
        """Whether any operation sent bytes."""
        return any(step.spans.sent.high for case in self.cases for line in case.lines for step in line.steps)


@dataclass(frozen=True)
class FaultCell:
    """What one tool made of a fault; `seen` is None where the trial says nothing of it."""

    outcome: Outcome | None
    planned: bool
    expected: bool = True
    seen: FaultSeen | None = None
    problem: int | None = None  # the problem that tells more

    @property
    def allowed(self) -> bool:
        """Whether what the tool made of it is allowed."""
        return self.seen is not None and self.seen.made in self.seen.allowed

    @property
    def tone(self) -> Literal["allowed", "borne", "unmet", "denied"]:
        """How it looks: `borne` is allowed, but nothing to be glad of."""
        if self.seen is None or not self.allowed:
            return "denied"
        if not self.seen.met:
            return "unmet"
        return "borne" if self.seen.made == "wrong" else "allowed"


@dataclass(frozen=True)
class FaultRow:
    """One fault in one case, with one cell for each tool."""

    key: CaseKey
    allowed: tuple[FaultClass, ...]  # empty: nobody came across it
    cells: tuple[FaultCell, ...]

    @property
    def even(self) -> bool:
        """Whether there is nothing to look at."""
        return all(cell.allowed for cell in self.cells if cell.planned)


@dataclass(frozen=True)
class FaultGroup:
    """The faults of one operation of one dataset on one store."""

    key: CaseKey  # of the first
    rows: tuple[FaultRow, ...]

    @property
    def even(self) -> bool:
        """Whether there is nothing to look at in any row."""
        return all(row.even for row in self.rows)


@dataclass(frozen=True)
class FaultTally:
    """How often a tool made what of the faults that it met."""

    tool: ToolLine
    made: tuple[tuple[FaultClass, int], ...]  # every class, in their order
    not_allowed: int
    not_met: int
    untold: int  # trials that say nothing of it: unsupported, not built, not run ...

    @property
    def met(self) -> int:
        """How many faults befell the tool."""
        return sum(number for _, number in self.made)


@dataclass(frozen=True)
class FaultSaying:
    """What a tool said as it raised, and under which faults."""

    tool: ToolLine
    problem: Problem
    faults: tuple[str, ...]


@dataclass(frozen=True)
class FaultsPart:
    """All that was made to fail."""

    groups: tuple[FaultGroup, ...]
    tallies: tuple[FaultTally, ...]
    sayings: tuple[FaultSaying, ...]
    waterfalls: tuple[tuple[CaseKey, tuple[Waterfall, ...]], ...]  # where it was not allowed

    @property
    def writes(self) -> bool:
        """Whether any of the operations wrote."""
        cells = (cell for group in self.groups for row in group.rows for cell in row.cells)
        return any(cell.seen is not None and cell.seen.left is not None for cell in cells)


@dataclass(frozen=True)
class CostLine:
    """What one step of one tool costs on a network: dependent round trips, and the cost model."""

    tool: ToolLine
    step: TimedStep
    observations: tuple[Observation, ...]  # medians over sessions
    trips: RoundTrips | None  # None: not timed on two latencies that are long enough
    handshakes: Span | None  # of a cold step: round trips for connecting, which are not among the trips
    model: CostModel | None
    errors: Errors | None  # of the model, on networks left out in turn
    why: str = ""  # there is no model


@dataclass(frozen=True)
class CostCase:
    """One case on several networks. Its key is that of the first."""

    key: CaseKey
    lines: tuple[CostLine, ...]

    @property
    def by_tool(self) -> tuple[tuple[ToolLine, tuple[CostLine, ...]], ...]:
        """The lines of each tool."""
        return tuple((tool, tuple(same)) for tool, same in groupby(self.lines, key=lambda line: line.tool))


@dataclass(frozen=True)
class NetworkError:
    """How well all models predicted one network without having seen it."""

    network: NetworkUsed
    errors: Errors
    extrapolates: bool  # it lies outside of the others


@dataclass(frozen=True)
class CostsPart:
    """All that times on several networks tell."""

    notes: tuple[str, ...]
    cases: tuple[CostCase, ...]
    errors: Errors | None  # over all lines
    networks: tuple[NetworkError, ...]
