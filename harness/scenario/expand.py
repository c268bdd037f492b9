"""From scenarios to cases: one case for each cell of datasets x operations x stores x networks."""

import fnmatch
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.scenario.fit import asked_recipe, target
from harness.scenario.load import Loaded
from harness.scenario.location import StoreKind
from harness.scenario.model import Scenario
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
    network: str

    @property
    def image(self) -> Recipe:
        """The recipe of the image worked on: the dataset's, or that of one of its label images."""
        return target(self.operation, self.recipe)

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
                for network in scenario.networks:
                    parts = [scenario.scenario, recipe.name, operation.title, store]
                    parts += [network] if network != "direct" else []
                    yield Case("/".join(parts), scenario, loaded.digest, recipe, operation, store, network)


def choose(cases: Iterable[Case], stores: Sequence[str], globs: Sequence[str]) -> list[Case]:
    """Return the cases on these stores whose ids match one of the globs; none named means all."""
    return [
        case
        for case in cases
        if (not stores or case.store in stores)
        and (not globs or any(fnmatch.fnmatchcase(case.id, glob) for glob in globs))
    ]
