"""All specimens of arrays, by name."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import harness.datasets.specimens.pairs_v2 as v2
import harness.datasets.specimens.pairs_v3 as v3
from harness.datasets.specimens.corners import corners
from harness.scenario.specimen import Specimen


@cache
def specimens() -> Mapping[str, Specimen]:
    """Return the corners, then the pairs of Zarr v2, then those of Zarr v3, by name and in that order."""
    return MappingProxyType(
        {specimen.name: specimen for specimen in [*corners(), *v2.specimens(), *v3.specimens()]}
    )
