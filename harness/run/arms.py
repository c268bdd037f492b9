"""The arms of a comparison: two tools, versions or configurations on one case, or one tool on two cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.datasets.catalogue import catalogue
from harness.datasets.known import known_specimens
from harness.host.errors import InputError
from harness.host.uv import Say
from harness.run.plan import Trial, concerns
from harness.run.settle import unsupported_by_manifest
from harness.scenario.expand import Case, choose, expand
from harness.scenario.find import find_scenarios
from harness.scenario.load import Loaded, load_scenario
from harness.scenario.model import Timing, Wire
from harness.scenario.operation import Write, WriteRegions
from harness.tools.registry import ToolVersion, adapters, select

# What is measured of each arm besides its bouts, where the scenario does not say it.
_TIMING = Timing(sessions=3, warm=3)
_WIRE = Wire(repeats=1)


@dataclass(frozen=True)
class Arm:
    """A tool in one version and one configuration."""

    tool: ToolVersion
    configuration: str


@dataclass(frozen=True)
class Pair:
    """Two trials that are compared: the second one with the first one."""

    a: Trial
    b: Trial

    @property
    def names(self) -> tuple[str, str]:
        """The ids of both."""
        return self.a.id, self.b.id


@dataclass(frozen=True)
class Paired:
    """What is to be compared, and the scenarios it is from."""

    scenarios: tuple[Loaded, ...]
    pairs: tuple[Pair, ...]
    tools: tuple[str, ...]  # NAME@VERSION


def parse_arm(text: str, say: Say) -> Arm:
    """Return the arm that `NAME[@VERSION][+CONFIGURATION]` names; raises InputError for what there isn't."""
    named, _, configuration = text.partition("+")
    (tool,) = select(adapters(), [named], say)
    configuration = configuration or "default"
    have = tool.adapter.configurations_of(tool.version)
    if configuration not in have:
        raise InputError(f"{tool} has no configuration '{configuration}'", f"it has {', '.join(have)}")
    return Arm(tool, configuration)


def pair_arms(
    arms: tuple[Arm, Arm], names: Sequence[str], stores: Sequence[str], only: Sequence[str]
) -> Paired:
    """Return both arms on each case of these scenarios that is for both; raises InputError for none."""
    a, b = arms
    loaded = tuple(_load(name) for name in find_scenarios(names))
    cases = choose((case for one in loaded for case in _cases(one)), stores, only)
    pairs = [
        Pair(Trial(case, a.tool, a.configuration), Trial(case, b.tool, b.configuration))
        for case in cases
        if concerns(a.tool, case) and concerns(b.tool, case)
    ]
    return Paired(loaded, _some(pairs), tuple(dict.fromkeys((str(a.tool), str(b.tool)))))


def pair_scenarios(arm: Arm, names: tuple[str, str], stores: Sequence[str], only: Sequence[str]) -> Paired:
    """Return one tool on the like cases of two scenarios: same operation, store, network, n-th dataset.

    Raises InputError where they have none in common.
    """
    before, after = (_load(_one_file(name)) for name in names)
    later = {_likeness(case, after): case for case in _cases(after)}
    pairs = [
        Pair(Trial(case, arm.tool, arm.configuration), Trial(like, arm.tool, arm.configuration))
        for case in choose(_cases(before), stores, only)
        for like in [later.get(_likeness(case, before))]
        if like is not None and concerns(arm.tool, case) and concerns(arm.tool, like)
    ]
    if before.scenario.scenario == after.scenario.scenario:
        raise InputError(f"both scenarios are called '{after.scenario.scenario}'", "give one another name")
    return Paired((before, after), _some(pairs), (str(arm.tool),))


def untimed(pair: Pair) -> str | None:
    """Return why a pair's times can't be compared, or None."""
    case = pair.a.case
    if case.fault:
        return "it has a fault"
    if not pair.a.timed or not pair.b.timed:
        return f"`{case.operation.operation}` is judged, not timed"
    for trial in (pair.a, pair.b):
        finding = unsupported_by_manifest(trial)
        if finding:
            return f"{trial.tool_id}: {finding.explanation}"
    return None


def _load(path: Path) -> Loaded:
    return load_scenario(path, catalogue(), known_specimens)


def _one_file(name: str) -> Path:
    found = find_scenarios([name])
    if len(found) != 1:
        raise InputError(f"{name} holds {len(found)} scenarios", "name one file")
    return found[0]


def _cases(loaded: Loaded) -> Iterator[Case]:
    """Yield the cases; time and requests are measured where that can be done, whatever the scenario says."""
    for case in expand(loaded):
        scenario = case.scenario
        if case.fault or scenario.exchange or isinstance(case.operation, Write | WriteRegions):
            yield case
        else:
            more = {"timing": scenario.timing or _TIMING, "wire": scenario.wire or _WIRE}
            yield replace(case, scenario=scenario.model_copy(update=more))


def _likeness(case: Case, loaded: Loaded) -> tuple[object, ...]:
    place = [recipe.name for recipe in loaded.recipes].index(case.recipe.name)
    return place, case.operation.title, case.store, case.network.name, case.fault.name if case.fault else ""


def _some(pairs: list[Pair]) -> tuple[Pair, ...]:
    if not pairs:
        raise InputError("nothing to compare: no case is for both arms", "see `ozh list cases`")
    return tuple(pairs)
