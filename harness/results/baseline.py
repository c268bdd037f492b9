"""A baseline: what a run found, in figures. Small enough to be committed, and to be read in a diff."""

from typing import Any, Literal

from pydantic import Field

from harness.results.model import Outcome, Selection, ToolId
from harness.scenario.strict import Strict

FORMAT: Literal[1] = 1

Range = tuple[int, int]  # the least and the most of all passes; mostly the same


class Counted(Strict):
    """What crossed the wire in the counting passes of a trial. Bytes are those of bodies."""

    passes: int = Field(ge=1)
    requests: Range
    requests_of: dict[str, Range] = {}  # "<step> <method> <kind>", e.g. "open GET metadata"
    bytes: Range  # received and sent
    bytes_of: dict[str, Range] = {}  # "<step> received", "<step> sent"
    again: Range  # requests for what had been fetched before


class Middle(Strict):
    """A median with its spread, as `harness.performance.summary` tells it; in ns or bytes."""

    median: float
    low: float
    high: float
    interval: Literal["95 %", "range"]
    n: int = Field(ge=1)
    over: Literal["sessions", "repeats"]


class TrialFigures(Strict):
    """The figures of one trial."""

    case: str
    tool: ToolId
    store: str
    outcome: Outcome
    kind: str = ""  # of a difference, a problem or what a tool made of a fault: stable, unlike its sentence
    counted: Counted | None = None  # None: not counted, or not passed
    memory: Middle | None = None  # peak resident memory of the operation, in bytes
    times: dict[str, Middle] = {}  # "open cold", "operation cold", "operation warm"; in ns


class ToolFound(Strict):
    """A tool's environment: where the lock differs, so may all that it does."""

    name: str
    version: str
    lock_hash: str | None = None


class ScenarioFound(Strict):
    """A scenario, all of whose text is in its digest."""

    name: str
    digest: str


class Baseline(Strict):
    """What a run found, with all that tells whether another belongs to it."""

    format: Literal[1] = FORMAT
    made: str  # when the run was started: ISO 8601, UTC
    harness: str  # version
    host: str  # tells hosts apart without naming them
    selection: Selection  # what to run for another like it; each tool with its version
    scenarios: tuple[ScenarioFound, ...]
    tools: tuple[ToolFound, ...]
    stores: dict[str, dict[str, Any]] = {}  # kind -> server, version; {"stand_in": true} where it applies
    trials: tuple[TrialFigures, ...]
