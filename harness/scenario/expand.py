"""From scenarios to cases: one case for each cell of datasets x operations x stores x networks."""

import fnmatch
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.scenario.fault import Fault
from harness.scenario.fit import asked_recipe, target
from harness.scenario.load import Loaded
from harness.scenario.location import StoreKind
from harness.scenario.model import Deadlines, Scenario
from harness.scenario.network import Network
from harness.scenario.operation import Null, Operation, Write
from harness.scenario.recipe import Recipe


@dataclass(frozen=True)
class Case:
    """One cell. `id` is stable: it names the cell, whatever else is in the run."""

    id: str
    scenario: Scenario
    digest: str  # of the scenario
    recipe: Recipe
    operation: Operation
    store: StoreKind
    network: Network
    fault: Fault | None = None

    @property
    def image(self) -> Recipe:
        """The recipe of the image worked on: the dataset's, or that of one of its label images."""
        return target(self.operation, self.recipe)

    @property
    def deadlines(self) -> Deadlines:
        """The scenario's; a fault may have its own for the operation, and for what goes before it."""
        own = self.fault.deadline if self.fault else None
        stated = self.scenario.deadlines
        return stated if own is None else stated.model_copy(update={"prepare": own, "run": own})

    @property
    def counted(self) -> bool:
        """Whether its requests are counted: those on network direct, of what has requests."""
        return self.scenario.wire is not None and self.store != "file" and self.network.is_direct

    @property
    def reads_remotely(self) -> bool:
        """Whether the dataset must be there over the network."""
        return self.store != "file" and not isinstance(self.operation, Write | Null)

    @property
    def form(self) -> tuple[str, bool]:
        """The OME-Zarr version that is read or written, and whether its arrays are sharded."""
        image = self.image
        if isinstance(self.operation, Write):
            image = asked_recipe(self.operation, image)
        return image.ome_zarr, image.shards is not None


def expand(loaded: Loaded) -> Iterator[Case]:
    """Yield the cases of a scenario in its own order."""
    scenario = loaded.scenario
    for recipe in loaded.recipes:
        for operation in scenario.operations:
            for store in scenario.stores:
                for network, fault in _between(scenario, store):
                    parts = [scenario.scenario, recipe.name, operation.title, store]
                    parts += [] if network.is_direct else [network.name]
                    parts += [fault.name] if fault else []
                    yield Case(
                        "/".join(parts), scenario, loaded.digest, recipe, operation, store, network, fault
                    )


def _between(scenario: Scenario, store: StoreKind) -> Iterator[tuple[Network, Fault | None]]:
    """Yield what lies between a tool and this store: every network, or every fault."""
    for network in scenario.networks:
        if store == "file" and not network.is_direct:
            continue
        for fault in scenario.faults or (None,):
            yield network, fault


def choose(cases: Iterable[Case], stores: Sequence[str], globs: Sequence[str]) -> list[Case]:
    """Return the cases on these stores whose ids match one of the globs; none named means all."""
    return [
        case
        for case in cases
        if (not stores or case.store in stores)
        and (not globs or any(fnmatch.fnmatchcase(case.id, glob) for glob in globs))
    ]
