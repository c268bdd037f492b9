"""What tools wrote, kept for others to read: the truth about it is what our own decoder finds there."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.datasets.specimen import SpecimenDataset, found_image
from harness.datasets.zarr.errors import FormatError
from harness.datasets.zarr.tree import FolderTree, checked
from harness.run.finding import Finding
from harness.scenario.expand import Case
from harness.scenario.location import FileLocation, Location
from harness.stores.open import Stores


@dataclass(frozen=True)
class Exchange:
    """By trial, what was written, or why there is nothing to read. Shared by threads."""

    folder: Path
    kept: dict[str, SpecimenDataset] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def keep(self, case: Case, trial: str, place: Location, stores: Stores) -> None:
        """Keep what a trial wrote, before its session ends and the place goes; raises HostError."""
        folder = self.folder / f"{next(self.numbers):04}.ome.zarr"
        folder.mkdir(parents=True)
        tree = stores.written(place)
        target = FolderTree(folder)
        try:
            for key in tree.keys():  # noqa: SIM118 -- a tree is no dict
                target.put(checked(key), tree.get(key) or b"")
            found = found_image(folder, case.recipe.name, "0.5" if case.form[0] == "0.5" else "0.4")
        except FormatError as problem:
            self.lost[trial] = f"what was written cannot be read: {problem}"
            return
        stores.publish(folder.name, folder, remotely=not isinstance(place, FileLocation))
        self.kept[trial] = found

    def nothing_to_read(self, case: Case) -> Finding | None:
        """Return the finding for a case whose writer left nothing; None where there is something to read."""
        if case.written is None or case.written.trial in self.kept:
            return None
        why = self.lost.get(case.written.trial, "it was not written")
        return Finding("unsupported", f"nothing to read: {case.written.tool}: {why}", documented=True)
