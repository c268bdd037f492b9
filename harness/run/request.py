"""What a user wants to have run, and the plan that it works out to."""

from dataclasses import dataclass
from pathlib import Path

from harness.datasets.catalogue import catalogue
from harness.datasets.known import known_specimens
from harness.host.uv import Say
from harness.results.model import Selection
from harness.run.plan import Trial, plan
from harness.scenario.expand import choose, expand
from harness.scenario.find import find_scenarios
from harness.scenario.load import Loaded, load_scenario
from harness.stores.open import StoreChoice
from harness.tools.registry import adapters, select, versions_of


@dataclass(frozen=True)
class Request:
    """What a user wants to have run."""

    selection: Selection
    out: Path
    store: StoreChoice
    command: tuple[str, ...]
    resume: bool = False
    jobs: int = 1
    seed: int = 0


@dataclass(frozen=True)
class Planned:
    """A request worked out: nothing has been built or started yet."""

    scenarios: tuple[Loaded, ...]
    trials: tuple[Trial, ...]
    seed: int


def work_out(selection: Selection, seed: int, say: Say = lambda _: None) -> Planned:
    """Return the plan of a selection; raises InputError.

    A tool's version that is had on demand gets its lock here: HostError is raised where that fails.
    """
    known = catalogue()
    loaded = tuple(
        load_scenario(path, known, known_specimens) for path in find_scenarios(selection.scenarios)
    )
    cases = [case for scenario in loaded for case in expand(scenario)]
    tools = adapters()
    chosen = select(tools, selection.tools, say) if selection.tools else versions_of(tools)
    return Planned(loaded, tuple(plan(choose(cases, selection.stores, selection.only), chosen, seed)), seed)
