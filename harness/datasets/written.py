"""What a tool wrote, as our decoder sees it: facts, pixels, and how they are stored. Judged elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from harness.datasets.facts import read_parts
from harness.datasets.zarr.decode import MAX_BYTES, read_array
from harness.datasets.zarr.tree import Tree
from harness.scenario.image import Image
from harness.scenario.recipe import Codec

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class WrittenImage:
    """An image that was read back. Lists are by level."""

    facts: Image
    level_arrays: tuple[Array, ...]
    codecs: tuple[Codec | None, ...]  # None: compressed as no recipe can ask for
    separators: tuple[Literal["/", "."], ...]
    attributes: Mapping[str, Any] = field(repr=False)  # of the image's group, for the schemas
    dimension_names: tuple[tuple[str | None, ...] | None, ...] = ()  # none before OME-Zarr 0.5


def read_written(tree: Tree, path: str = "") -> WrittenImage:
    """Return the image at `path` with all pixels of all its levels.

    Raises FormatError, one sentence, where it can't be read or has more than MAX_BYTES in all.
    """
    parts = read_parts(tree, path)
    arrays: list[Array] = []
    room = MAX_BYTES
    for stored in parts.arrays:
        arrays.append(read_array(tree, stored, max_bytes=room))
        room -= arrays[-1].nbytes
    return WrittenImage(
        facts=parts.image,
        level_arrays=tuple(arrays),
        codecs=tuple(array.codec for array in parts.arrays),
        separators=tuple(array.separator for array in parts.arrays),
        attributes=parts.attributes,
        dimension_names=tuple(array.dimension_names for array in parts.arrays if array.zarr_format == 3),
    )
