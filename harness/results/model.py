"""What a run leaves behind: one record per trial, samples, a manifest, a footer."""

from typing import Any, Literal, get_args

from pydantic import Field

from harness.results.wire import FaultSeen, WireSeen
from harness.scenario.form import OME_ZARR, Form
from harness.scenario.strict import Strict

FORMAT: Literal[1] = 1

Outcome = Literal[
    "passed",
    "failed",
    "errored",
    "unsupported",
    "known_issue",
    "timeout",
    "crashed",
    "not_built",
    "infrastructure",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

# cold: new process and connections, first time; warm: repeated in the same process
Phase = Literal["cold", "warm"]
Step = Literal["start", "open", "operation"]  # start: from spawning the process to its hello
# host_wall: seen by the harness, digesting included; slowest_step: the wall of a walk's slowest step
Metric = Literal["wall", "cpu", "peak_rss", "host_wall", "slowest_step"]
Unit = Literal["ns", "bytes"]


class ToolId(Strict):
    """A tool in one version and one configuration."""

    name: str
    version: str
    configuration: str = "default"

    def __str__(self) -> str:
        base = f"{self.name}@{self.version}"
        return base if self.configuration == "default" else f"{base}+{self.configuration}"


def parse_tool(text: str) -> ToolId:
    """Return the tool whose `str` this is; a text without a version has an empty one."""
    name, _, rest = text.rpartition("@")
    version, _, configuration = rest.partition("+")
    return ToolId(name=name or text, version=version, configuration=configuration or "default")


class Problem(Strict):
    """What a tool raised, or how its process ended."""

    type: str
    message: str


class Record(Strict):
    """How one trial ended. `trial` is unique in a run; of two records of a trial, the later counts."""

    format: Literal[1] = FORMAT
    trial: str  # "<case>::<tool>"
    case: str  # "<scenario>/<dataset>/<operation title>/<store>"
    scenario: str
    dataset: str
    operation: str  # e.g. "read"
    title: str  # the operation's name in the scenario, e.g. "plane"
    store: str
    network: str = "direct"
    tool: ToolId
    lock_hash: str | None = None  # of the tool's environment
    scenario_digest: str
    host: str = ""  # tells hosts apart without naming them
    outcome: Outcome
    expected: bool  # by scenario or manifest; of an unexpected one the run says so, and exits with 1
    explanation: str = ""  # one sentence for a biologist
    evidence: dict[str, Any] = {}
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()  # the tool's own
    problem: Problem | None = None
    url: str | None = None  # of a known issue, or of the documentation of what is unsupported
    stderr: str = ""  # the end of it, kept with an error
    timed: bool = False
    written_by: ToolId | None = None  # who wrote what was read, where it was not the harness
    written: str = ""  # the name of the operation that wrote it
    fault: FaultSeen | None = None  # of a case with a fault
    wire: WireSeen | None = None  # where requests were counted
    started: str  # ISO 8601, UTC
    duration_ms: float = Field(ge=0)


class Sample(Strict):
    """One measured number."""

    trial: str
    session: int  # which process of this trial, from 0
    repeat: int  # which repetition in that process, from 0
    phase: Phase
    step: Step
    metric: Metric
    value: float
    unit: Unit


class ToolUsed(Strict):
    """A tool as it was in this run."""

    tool: ToolId
    lock_hash: str | None = None
    title: str = ""
    homepage: str = ""
    language: str | None = None
    packages: dict[str, str] = {}
    settings: dict[str, Any] = {}
    form: Form = OME_ZARR  # what it opens
    not_built: str | None = None  # why


class NetworkUsed(Strict):
    """A network as it was in this run."""

    name: str
    rtt_ms: float
    mbit_per_s: float | None = None


class ScenarioUsed(Strict):
    """A scenario as it was in this run."""

    name: str
    title: str
    path: str
    digest: str
    networks: tuple[NetworkUsed, ...] = ()


class Selection(Strict):
    """What the user asked for."""

    scenarios: tuple[str, ...]
    tools: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


class Manifest(Strict):
    """run.json: everything needed to know what a run was."""

    format: Literal[1] = FORMAT
    run: str  # id
    started: str
    harness: str  # version
    command: tuple[str, ...]
    seed: int
    jobs: int
    scenarios: tuple[ScenarioUsed, ...]
    selection: Selection
    tools: tuple[ToolUsed, ...] = ()  # as planned; the footer has them as they introduced themselves
    planned: tuple[str, ...]  # trials
    provenance: dict[str, Any]  # host, kernel, CPU, memory, Python, git state
    stores: dict[
        str, Any
    ] = {}  # kind -> server, version, how it was found; {"stand_in": true} where it applies


class Footer(Strict):
    """footer.json: closes a run; a run without one was torn and can be resumed."""

    format: Literal[1] = FORMAT
    ended: str
    records: int
    outcomes: dict[str, int]
    unexpected: int
    tools: tuple[ToolUsed, ...] = ()
    stores: dict[str, Any] = {}
