"""Which trials a run has: cases x tools x configurations, in an order drawn from the seed. Pure."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.host.errors import InputError
from harness.results.model import ToolId
from harness.scenario.expand import Case, read_back
from harness.scenario.form import Form
from harness.tools.registry import ToolVersion


@dataclass(frozen=True)
class Trial:
    """One thing to run."""

    case: Case
    tool: ToolVersion
    configuration: str

    @property
    def tool_id(self) -> ToolId:
        """How results name the tool."""
        name = self.tool.adapter.tool.name
        return ToolId(name=name, version=self.tool.version, configuration=self.configuration)

    @property
    def id(self) -> str:
        """The name of this trial, unique in a run."""
        return f"{self.case.id}::{self.tool_id}"

    @property
    def form(self) -> Form:
        """The stored form that the tool opens."""
        return self.tool.form

    @property
    def alone(self) -> bool:
        """Whether nothing else may run beside it: it is timed, or its requests are counted."""
        return self.timed or self.case.counted

    @property
    def timed(self) -> bool:
        """Whether time is measured."""
        return self.case.scenario.timing is not None


@dataclass(frozen=True)
class Lane:
    """Trials of one tool in one configuration, for one worker after another; or just one with a fault."""

    tool: ToolVersion
    configuration: str
    trials: tuple[Trial, ...]

    @property
    def faulty(self) -> bool:
        """Whether its trial has a fault, which takes a worker of its own."""
        return self.trials[0].case.fault is not None


def plan(cases: Iterable[Case], tools: Sequence[ToolVersion], seed: int) -> list[Trial]:
    """Return all trials: tool by tool in an order drawn from the seed, the cases of each in their own order.

    Raises InputError where a scenario names a configuration that none of the tools has, or nothing is left.
    """
    cases = list(cases)
    arms = [(tool, name) for tool in tools for name in tool.adapter.configurations_of(tool.version)]
    random.Random(seed).shuffle(arms)  # noqa: S311 -- an order to repeat, not a secret
    trials = [
        Trial(case, tool, configuration)
        for tool, configuration in arms
        for case in cases
        if configuration in case.scenario.configurations
        and concerns(tool, case)
        and (not case.scenario.tools or tool.adapter.tool.name in case.scenario.tools)
    ]
    trials += [
        Trial(case, reader, "default")
        for reader in tools
        for writing in trials
        if writing.case.scenario.exchange
        for case in read_back(writing.case, writing.id, str(writing.tool_id))
        if concerns(reader, case)
    ]
    if not trials:
        raise InputError(
            "nothing to run: no case is left by --store and --only, or no tool for it", "try --dry-run"
        )
    doubled = _doubled(trial.id for trial in trials)
    if doubled:
        raise InputError(f"two cases have the id '{doubled}'", "two scenarios have the same name")
    return trials


def concerns(tool: ToolVersion, case: Case) -> bool:
    """Tell whether a case is for such a tool: one of its form, and what only validates does that alone."""
    if tool.form not in case.scenario.forms:
        return False
    operations = set(tool.adapter.can(tool.version).operations)
    if case.operation.operation == "validate":
        return "validate" in operations
    return not operations <= {"null", "validate"} or case.operation.operation == "null"


def lanes(trials: Iterable[Trial]) -> list[Lane]:
    """Group trials by tool, configuration, network and what a worker may use, keeping their order.

    One with a fault stands alone: it shares no worker, and mostly waits, so that others may go on beside it.
    """
    grouped = groupby(trials, key=_lane)
    return [Lane(group[0].tool, group[0].configuration, group) for group in (tuple(g) for _, g in grouped)]


def _lane(trial: Trial) -> tuple[str, int, str, str]:
    case = trial.case
    alone = case.id if case.fault else "read back" if case.written else ""
    return str(trial.tool_id), case.scenario.memory_mib, case.network.name, alone


def _doubled(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
