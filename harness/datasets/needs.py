"""Which stored objects an operation needs, how many bytes of them, and what each key of an image is.

Keys are relative to the dataset's root, `labels/<name>/` included.
"""

import itertools
import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from harness.datasets.build import Dataset
from harness.datasets.zarr.decode import open_array
from harness.datasets.zarr.sharding import ABSENT, WRITTEN_INDEX, Sharded
from harness.datasets.zarr.stored import StoredArray
from harness.datasets.zarr.tree import FolderTree, join
from harness.scenario.recipe import Recipe
from harness.scenario.region import Part, Region, indices

Kind = Literal["metadata", "chunk", "shard", "other"]
Place = tuple[int, ...]  # in a grid

_METADATA = frozenset({"zarr.json", ".zarray", ".zattrs", ".zgroup", ".zmetadata"})


@dataclass(frozen=True)
class Needs:
    """What a region of a level cannot be read without, the metadata apart."""

    # Stored length of each chunk touched, by object and, in a shard, by its place in it (without the index).
    # Objects in the order of the grid, C order; a shard that holds none of these chunks has an entry, too.
    chunks: Mapping[tuple[str, Place], int]

    @property
    def keys(self) -> tuple[str, ...]:
        """The chunks or shards that are touched and stored."""
        return tuple(dict.fromkeys(key for key, _ in self.chunks))

    @property
    def nbytes(self) -> int:
        """The stored length of all the chunks touched."""
        return sum(self.chunks.values())


def needs(dataset: Dataset, label: str | None, reads: Iterable[tuple[int, Region]]) -> Needs:
    """Return what regions of levels need, each chunk once; it is touched if it holds a selected element.

    Raises KeyError for a label image or ValueError for a region that does not fit, FormatError for a dataset
    that is damaged.
    """
    chunks: dict[tuple[str, Place], int] = {}
    for level, region in reads:
        stored = open_array(FolderTree(dataset.folder), _array(dataset, label, level))
        chunks |= _touched(dataset, stored, region)
    return Needs(chunks)


def _touched(dataset: Dataset, stored: StoredArray, region: Region) -> dict[tuple[str, Place], int]:
    along = [
        _by_cell(part, cell, chunk)
        for part, cell, chunk in zip(region, stored.chunk.shape, stored.chunks, strict=True)
    ]
    found: dict[tuple[str, Place], int] = {}
    for place in itertools.product(*along):
        key = join(stored.path, stored.key(place))
        file = dataset.folder / key
        if file.is_file():
            inside = [chunks[cell] for chunks, cell in zip(along, place, strict=True)]
            lengths = _lengths(file, stored, inside) or {(): 0}
            found |= {(key, chunk): length for chunk, length in lengths.items()}
    return found


def metadata_keys(dataset: Dataset, label: str | None, level: int) -> frozenset[str]:
    """Return where the array of a level has its own metadata; raises KeyError for a label image unknown."""
    return _stored(dataset, _array(dataset, label, level), ("zarr.json", ".zarray", ".zattrs"))


def group_keys(dataset: Dataset, label: str | None) -> frozenset[str]:
    """Return where an image has its own metadata, its arrays' apart."""
    return _stored(dataset, _group(label), ("zarr.json", ".zgroup", ".zattrs"))


@dataclass(frozen=True, eq=False)
class Keys:
    """What the keys of a recipe's dataset are, those of its label images included."""

    recipe: Recipe

    def kind(self, key: str) -> Kind:
        """Return what is, or would be, under a key; chunks beyond the array's edge are chunks, too."""
        if _is_metadata(key):
            return "metadata"
        recipe = self._of_chunk(key)
        if recipe is None:
            return "other"
        return "chunk" if recipe.shards is None else "shard"

    def index_bytes(self, key: str) -> int:
        """Return the length of the index, at the end of the shard under a key; 0 for anything else."""
        recipe = self._of_chunk(key)
        if recipe is None or recipe.shards is None:
            return 0
        return WRITTEN_INDEX.nbytes(math.prod(recipe.shards) // math.prod(recipe.chunks))

    @cached_property
    def _arrays(self) -> dict[str, Recipe]:
        """The recipe of the image that each array belongs to, by the array's path."""
        images = {None: self.recipe} | {name: self.recipe.label_recipe(name) for name in self.recipe.labels}
        return {
            join(_group(label), image.level_facts(level).path): image
            for label, image in images.items()
            for level in range(image.levels)
        }

    def _of_chunk(self, key: str) -> Recipe | None:
        """Return the recipe of the image that a key holds a chunk or shard of, None where it holds none."""
        if self.recipe.plate:
            key = key.split("/", 3)[-1]  # below row, column and field
        for path, image in self._arrays.items():
            if key.startswith(f"{path}/"):
                return image if _is_chunk(key.removeprefix(f"{path}/"), image) else None
        return None


def written_kind(key: str, *, sharded: bool) -> Kind:
    """Return what is under a key of an image that a tool writes: how it calls its levels is not known."""
    if _is_metadata(key):
        return "metadata"
    return "shard" if sharded else "chunk"


def _by_cell(part: Part, cell: int, chunk: int) -> dict[int, list[int]]:
    """Return, along one axis, the cells of the grid that are touched, and which of the chunks in each."""
    touched: dict[int, list[int]] = {}
    for number in dict.fromkeys(index // chunk for index in indices(part)):
        touched.setdefault(number * chunk // cell, []).append(number % (cell // chunk))
    return touched


def _lengths(file: Path, stored: StoredArray, inside: list[list[int]]) -> dict[Place, int]:
    """Return the stored length of a chunk, or of those of a shard's chunks that have these indices."""
    sharding = stored.chain.serializer
    if not isinstance(sharding, Sharded):
        return {(): file.stat().st_size}
    grid = [cell // chunk for cell, chunk in zip(stored.chunk.shape, stored.chunks, strict=True)]
    count = math.prod(grid)
    with file.open("rb") as shard:
        shard.seek(-sharding.index.nbytes(count), os.SEEK_END)
        entries = sharding.index.decode(shard.read(), count)
    places = itertools.product(*map(range, grid))
    touched = set(itertools.product(*inside))
    return {
        place: length
        for place, (_, length) in zip(places, entries, strict=True)
        if place in touched and length != ABSENT
    }


def _array(dataset: Dataset, label: str | None, level: int) -> str:
    image = dataset.recipe if label is None else dataset.recipe.label_recipe(label)
    return join(_group(label), image.level_facts(level).path)


def _group(label: str | None) -> str:
    return "" if label is None else f"labels/{label}"


def _stored(dataset: Dataset, path: str, names: tuple[str, ...]) -> frozenset[str]:
    keys = (join(path, name) for name in names)
    return frozenset(key for key in keys if (dataset.folder / key).is_file())


def _is_metadata(key: str) -> bool:
    return key.rpartition("/")[2] in _METADATA


def _is_chunk(name: str, image: Recipe) -> bool:
    """Tell whether this is the name of a chunk below its array."""
    prefix = [] if image.ome_zarr == "0.4" else ["c"]
    pattern = re.escape(image.separator).join([*prefix, *["(0|[1-9][0-9]*)"] * len(image.axes)])
    return re.fullmatch(pattern, name) is not None
