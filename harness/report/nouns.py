"""What every part of a report speaks of: cases, tools, counts, facts.

Texts stand here as they came from tools and datasets; the formats escape them.
"""

from dataclasses import dataclass

from harness.performance.summary import Summary
from harness.results.model import Outcome, ToolId


@dataclass(frozen=True)
class Fact:
    """One line of the head."""

    name: str
    value: str


@dataclass(frozen=True)
class CaseKey:
    """One case, by its parts."""

    case: str
    scenario: str
    dataset: str
    title: str
    store: str
    network: str = "direct"
    fault: str = ""
    operation: str = ""  # unknown where no tool has a record of it
    writer: ToolId | None = None  # who wrote what is read back
    written: str = ""  # the operation that wrote it

    @property
    def place(self) -> str:
        """Store, and network where it is not direct, and the fault."""
        network = "" if self.network == "direct" else self.network
        return ", ".join(filter(None, (self.store, network, self.fault)))

    @property
    def swept(self) -> tuple[str, str, str, str]:
        """What a case shares with those that differ in the network alone."""
        return self.scenario, self.dataset, self.title, self.store


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
    """One tool, version and configuration: a column of the tables. `number` chooses its colour.

    Counts leave out trials with a fault, where it may be right to refuse.
    """

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
