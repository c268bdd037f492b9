"""From scenarios to cases: one case for each cell of datasets x operations x stores x networks."""

import fnmatch
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from harness.scenario.fault import Fault
from harness.scenario.fit import asked_recipe, fits_specimen, target
from harness.scenario.load import AnyDataset, Loaded
from harness.scenario.location import StoreKind
from harness.scenario.model import Deadlines, Scenario
from harness.scenario.network import Network
from harness.scenario.operation import Inspect, Null, Operation, Read, Validate, Write, WriteRegions
from harness.scenario.recipe import Recipe
from harness.scenario.specimen import Specimen


@dataclass(frozen=True)
class Written:
    """What a case reads back: the operation that wrote it, the trial that did so, and the tool in it."""

    by: Write
    trial: str
    tool: str  # name@version, +configuration


@dataclass(frozen=True)
class Case:
    """One cell. `id` is stable: it names the cell, whatever else is in the run."""

    id: str
    scenario: Scenario
    digest: str  # of the scenario
    recipe: AnyDataset
    operation: Operation
    store: StoreKind
    network: Network
    fault: Fault | None = None
    written: Written | None = None  # read what a tool wrote, not the dataset itself

    @property
    def image(self) -> Recipe:
        """The recipe of the image worked on: the dataset's, or that of one of its label images."""
        if isinstance(self.recipe, Specimen):
            raise TypeError(f"{self.recipe.name} is written out node by node: it has no recipe")
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
        return (
            self.store != "file"
            and not isinstance(self.operation, Write | WriteRegions | Null)
            and not self.written
        )

    @property
    def form(self) -> tuple[str, bool]:
        """The OME-Zarr version that is read or written, and whether its arrays are sharded."""
        if isinstance(self.recipe, Specimen):
            return self.recipe.ome_zarr, self.recipe.sharded
        image = self.image
        writing = self.written.by if self.written else self.operation
        if isinstance(writing, Write):
            image = asked_recipe(writing, image)
        return image.ome_zarr, image.shards is not None


def expand(loaded: Loaded) -> Iterator[Case]:
    """Yield the cases of a scenario in its own order."""
    scenario = loaded.scenario
    for recipe in loaded.recipes:
        for operation in scenario.operations:
            if isinstance(recipe, Specimen) and not fits_specimen(operation, recipe):
                continue
            for store in _written_to(scenario) if scenario.exchange else scenario.stores:
                for network, fault in _between(scenario, store):
                    parts = [scenario.scenario, recipe.name, operation.title, store]
                    parts += [] if network.is_direct else [network.name]
                    parts += [fault.name] if fault else []
                    yield Case(
                        "/".join(parts), scenario, loaded.digest, recipe, operation, store, network, fault
                    )


def _written_to(scenario: Scenario) -> list[StoreKind]:
    """Return the stores that an exchange writes to: over http, what is on s3 is read."""
    kinds: list[StoreKind] = ["file", "s3"]
    return [kind for kind in kinds if kind in scenario.stores or (kind == "s3" and "http" in scenario.stores)]


def read_back(writing: Case, trial: str, tool: str) -> Iterator[Case]:
    """Yield the cases that look at what a trial of an exchange wrote."""
    if not isinstance(writing.operation, Write):
        raise TypeError("only what was written is read back")
    written = Written(writing.operation, trial, tool)
    looks: tuple[Operation, ...] = (
        Read(operation="read", name="pixels"),
        Inspect(operation="inspect", name="metadata"),
        Validate(operation="validate", name="validity"),
    )
    on_s3: tuple[StoreKind, ...] = ("http", "s3")
    stores = ("file",) if writing.store == "file" else on_s3
    for look in looks:
        for store in writing.scenario.stores:
            if store not in stores:
                continue
            title = f"{writing.operation.title}--{tool}--{look.name}"
            name = f"{writing.scenario.scenario}/{writing.recipe.name}/{title}/{store}"
            yield replace(writing, id=name, operation=look, store=store, written=written)


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
