"""Every specimen that scenarios can name: ours, and those of the official suites where they lie."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from harness.datasets.specimens import specimens
from harness.datasets.specimens.ome import ome_specimens
from harness.datasets.suites import SUITES, fetched_suites, suite_specimens
from harness.scenario.specimen import Specimen


@cache
def known_specimens() -> Mapping[str, Specimen]:
    """Return all specimens by name; those of the suites only where they are here."""
    known = dict(specimens())
    known |= {one.name: one for one in ome_specimens()}
    folder = suites_folder()
    if folder:
        for suite in SUITES:
            known |= {one.name: one for one in suite_specimens(suite, folder)}
    return MappingProxyType(known)


def suites_folder() -> Path | None:
    """Return where the official suites lie: where `OZH_SUITES` says, else where they were fetched to."""
    said = os.environ.get("OZH_SUITES", "")
    return Path(said) if said else fetched_suites()
