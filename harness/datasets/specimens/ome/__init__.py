"""Specimens of OME-Zarr's own rules: small hierarchies that keep them all, and the same with one broken.

The rules are in `rules.yaml`, one entry each; `rule` reads them, `bases` makes what they start from.
"""

from functools import cache

from harness.datasets.specimens.ome.rule import read_rules
from harness.scenario.specimen import Specimen


@cache
def ome_specimens() -> tuple[Specimen, ...]:
    """Return all specimens, named `ome-<version>-<rule>`."""
    return tuple(specimen for rule in read_rules() for specimen in rule.specimens())
