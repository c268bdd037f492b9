"""Builds specimens: the folder as it is written out node by node, with the truth about it beside it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from harness.datasets.build import digest_of
from harness.datasets.cached import made_once
from harness.datasets.facts import read_image
from harness.datasets.schemas import check_schema
from harness.datasets.written import read_written
from harness.datasets.zarr.decode import open_array, read_array
from harness.datasets.zarr.encode import encode_group
from harness.datasets.zarr.encode_node import as_read, encode_node, pixels_of
from harness.datasets.zarr.errors import FormatError
from harness.datasets.zarr.stored import StoredArray
from harness.datasets.zarr.tree import FolderTree, MemoryTree, Tree, join
from harness.host.errors import InputError
from harness.host.places import cache
from harness.scenario.image import Image, OmeZarrVersion
from harness.scenario.specimen import ArrayNode, Specimen

Array = np.ndarray[Any, np.dtype[Any]]
_FOLDER = "specimen.zarr"


@dataclass(frozen=True, eq=False)
class SpecimenTruth:
    """The truth about a specimen. `levels` are the levels of its image, or the one array that is read."""

    specimen: Specimen
    levels: tuple[Array, ...]
    stored: StoredArray | None  # the array that is read; None where it must be refused
    tree: Tree

    @cached_property
    def image(self) -> Image:
        """What `inspect` must answer: what our own decoder finds. Raises FormatError where it is no image."""
        return read_image(self.tree)

    @property
    def array_paths(self) -> tuple[str, ...]:
        """What `list` must answer: the paths of all arrays, sorted."""
        return tuple(sorted(self.specimen.arrays))

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of the stored axes; those of an array that is no image are d0, d1 and so on."""
        if self.specimen.array is None and self.levels:
            return tuple(axis.name for axis in self.image.axes)
        return tuple(f"d{axis}" for axis in range(self.levels[0].ndim if self.levels else 0))

    @property
    def chunks(self) -> tuple[int, ...]:
        """The shape of a chunk; of sharded arrays, of an inner chunk."""
        return self.stored.chunks if self.stored else ()

    @property
    def fill_value(self) -> Any:  # noqa: ANN401 -- of the pixels' dtype
        """What absent chunks hold; None where that is not defined."""
        return self.stored.fill_value if self.stored else None


@dataclass(frozen=True)
class SpecimenDataset:
    """A built specimen. `digest` is the `digest_of` all its files."""

    recipe: Specimen
    folder: Path
    truth: SpecimenTruth
    digest: str


def build_specimen(specimen: Specimen) -> SpecimenDataset:
    """Return the specimen's dataset; its folder is kept in the cache by the digest of what is in it.

    Raises InputError for a specimen that our encoder cannot make, OSError where the disk is full.
    """
    if specimen.folder is not None:
        return _found(specimen, Path(specimen.folder))
    try:
        entries = dict(_entries(specimen))
        truth = _truth(specimen, MemoryTree(entries))
    except FormatError as problem:
        raise InputError(f"specimen {specimen.name}: {problem}") from None
    digest = digest_of((key, hashlib.sha256(data).hexdigest()) for key, data in entries.items())

    def make(target: Path) -> None:
        tree = FolderTree(target / _FOLDER)
        (target / _FOLDER).mkdir()
        for key, data in entries.items():
            tree.put(key, data)
            (target / _FOLDER / key).chmod(0o444)

    def load(folder: Path) -> Path | None:
        return folder / _FOLDER if (folder / _FOLDER).is_dir() else None

    return SpecimenDataset(specimen, made_once(cache("specimens") / digest[:32], load, make), truth, digest)


def _found(specimen: Specimen, folder: Path) -> SpecimenDataset:
    """Return the dataset of files that are there already; the array's pixels are what our decoder reads."""
    tree = FolderTree(folder)
    levels: tuple[Array, ...] = ()
    stored = None
    if specimen.array is not None:
        try:
            stored = open_array(tree, specimen.array)
            levels = (read_array(tree, stored),)
        except FormatError as problem:
            raise InputError(f"{specimen.name}: {problem}") from None
    hashes = ((key, hashlib.sha256(tree.get(key) or b"").hexdigest()) for key in tree.keys())  # noqa: SIM118
    return SpecimenDataset(specimen, folder, SpecimenTruth(specimen, levels, stored, tree), digest_of(hashes))


def found_image(folder: Path, name: str, ome_zarr: OmeZarrVersion) -> SpecimenDataset:
    """Return the dataset of an image that a tool wrote into a folder: all about it as our decoder reads it.

    Raises FormatError where it can't be read.
    """
    tree = FolderTree(folder)
    written = read_written(tree)
    errors = check_schema(written.attributes, ome_zarr)
    specimen = Specimen(
        name="written",
        title=f"{name}: {errors[0]}" if errors else name,
        zarr_format=2 if ome_zarr == "0.4" else 3,
        ome_zarr=ome_zarr,
        folder=str(folder),
        valid=not errors,
    )
    stored = open_array(tree, written.facts.levels[0].path)
    truth = SpecimenTruth(specimen, written.level_arrays, stored, tree)
    return SpecimenDataset(specimen, folder, truth, "")


def _entries(specimen: Specimen) -> Iterator[tuple[str, bytes]]:
    """Yield the keys of a specimen with their bytes; later ones replace earlier ones."""
    groups = {"": {}, **specimen.groups} if specimen.arrays or not specimen.files else specimen.groups
    if specimen.array == "":
        groups = {}
    documents: dict[str, Any] = {}
    for path, attributes in groups.items():
        for key, data in encode_group(specimen.zarr_format, attributes):
            documents[join(path, key)] = json.loads(data)
            yield join(path, key), data
    for path, node in specimen.arrays.items():
        for key, data in _array(specimen, path, node):
            if key.endswith((".zarray", ".zattrs", "zarr.json")):
                documents[key] = json.loads(data)
            yield key, data
    if specimen.consolidated != "absent":
        stale = {key for key in documents if key.rpartition("/")[0] in specimen.arrays}
        listed = {k: v for k, v in documents.items() if specimen.consolidated == "present" or k not in stale}
        yield _consolidated(specimen, listed)
    for key, text in specimen.files.items():
        yield key, text.encode()


def _array(specimen: Specimen, path: str, node: ArrayNode) -> Iterator[tuple[str, bytes]]:
    """Yield an array's entries; of one that must be refused, where we can't encode it, its document alone."""
    form = specimen.zarr_format
    try:
        entries = list(encode_node(form, path, node, pixels_of(form, path, node)))
    except FormatError:
        if specimen.must == "read":
            raise
        name = "zarr.json" if form == 3 else ".zarray"
        entries = [(join(path, name), json.dumps(node.metadata, indent=2).encode())]
    yield from entries


def _consolidated(specimen: Specimen, documents: dict[str, Any]) -> tuple[str, bytes]:
    """Return the consolidated metadata: `.zmetadata`, or the root's `zarr.json` as zarr-python writes it."""
    if specimen.zarr_format == 2:
        listed = {"zarr_consolidated_format": 1, "metadata": documents}
        return ".zmetadata", json.dumps(listed, indent=2).encode()
    below = {key.rpartition("/")[0]: text for key, text in documents.items() if key != "zarr.json"}
    consolidated = {"kind": "inline", "must_understand": False, "metadata": below}
    return "zarr.json", json.dumps(
        {**documents["zarr.json"], "consolidated_metadata": consolidated}, indent=2
    ).encode()


def _truth(specimen: Specimen, tree: MemoryTree) -> SpecimenTruth:
    path = specimen.worked_on
    node = specimen.arrays.get(path) if path is not None else None
    if path is None or node is None or specimen.must == "refuse":
        return SpecimenTruth(specimen, (), None, tree)
    form = specimen.zarr_format

    def read(path: str) -> Array:
        node = specimen.arrays[path]
        return as_read(form, path, node, pixels_of(form, path, node))

    try:
        stored = open_array(tree, path)
    except FormatError:
        if specimen.must == "read":
            raise
        return SpecimenTruth(specimen, (), None, tree)
    paths = [path] if specimen.array is not None else _level_paths(specimen)
    return SpecimenTruth(specimen, tuple(read(one) for one in paths), stored, tree)


def _level_paths(specimen: Specimen) -> list[str]:
    attributes = specimen.groups[""]
    listed: list[dict[str, str]] = attributes.get("ome", attributes)["multiscales"][0]["datasets"]
    return [one["path"] for one in listed if one.get("path") in specimen.arrays]
