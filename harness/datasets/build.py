"""Builds datasets: a recipe's image as an OME-Zarr folder, once, with the truth about it beside it."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from harness.datasets.cached import made_once
from harness.datasets.ome import group_attributes
from harness.datasets.one_file import OneFile, build_file
from harness.datasets.pixels import PIXELS_VERSION
from harness.datasets.plate import plate_groups, plate_truth
from harness.datasets.sources import check_source
from harness.datasets.truth import Truth, image_facts, make_truth
from harness.datasets.zarr.encode import encode_array, encode_group
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.tree import FolderTree, join
from harness.host.errors import InputError
from harness.host.places import cache
from harness.host.uv import Say
from harness.scenario.digest import said
from harness.scenario.form import OME_ZARR, Form
from harness.scenario.recipe import Recipe

BUILD_VERSION = 1  # counts up whenever a recipe would give other bytes than before
_RECORD = "built.json"


@dataclass(frozen=True)
class Dataset:
    """A built image, or plate: its `truth` is then that of the first of its `fields`, which are by path.

    `digest` is the `digest_of` all its files; `others` are forms other than OME-Zarr.
    """

    recipe: Recipe
    folder: Path
    truth: Truth
    digest: str
    others: Mapping[Form, OneFile] = field(default_factory=dict)
    fields: Mapping[str, Truth] = field(default_factory=dict)


@dataclass(frozen=True)
class _File:
    key: str
    sha256: str
    size: int


def build(recipe: Recipe, say: Say = lambda _: None, forms: Collection[Form] = (OME_ZARR,)) -> Dataset:
    """Return the recipe's dataset, which is built if it isn't in the cache, with the other forms asked for.

    Raises InputError for a recipe that can't be built, HostError where a real image can't be fetched, OSError
    where the disk is full.
    """
    check_source(recipe)
    specs = _specs(recipe)
    fields = plate_truth(recipe, say)
    truth = next(iter(fields.values())) if fields else make_truth(recipe, say)

    def make(target: Path) -> None:
        say(f"building {recipe.name}")
        _make(recipe, fields or {"": truth}, specs, target)

    root = cache("datasets") / recipe_digest(recipe)
    record = made_once(root, _record, make)
    others = {form: build_file(truth, form, root, say) for form in sorted(forms) if form != OME_ZARR}
    return Dataset(recipe, root / "image.ome.zarr", truth, record["digest"], others, fields)


def recipe_digest(recipe: Recipe) -> str:
    """Return the digest of all that a recipe says, its title apart."""
    determining = {"versions": [BUILD_VERSION, PIXELS_VERSION], **said(recipe)}
    del determining["title"]
    return hashlib.sha256(json.dumps(determining, sort_keys=True).encode()).hexdigest()[:32]


def _specs(recipe: Recipe) -> dict[str, ArraySpec]:
    """Return what each array shall be, by path; raises InputError where a chunk can't be that."""
    own = {level.path: _spec(recipe, level.shape) for level in image_facts(recipe).levels}
    below = {
        f"labels/{name}/{path}": spec
        for name in recipe.labels
        for path, spec in _specs(recipe.label_recipe(name)).items()
    }
    return own | below


def _spec(recipe: Recipe, shape: tuple[int, ...]) -> ArraySpec:
    is_v2 = recipe.ome_zarr == "0.4"
    try:
        return ArraySpec(
            zarr_format=2 if is_v2 else 3,
            shape=shape,
            chunks=recipe.chunks,
            shards=recipe.shards,
            dtype=recipe.dtype,
            codec=recipe.codec,
            separator=recipe.separator,
            dimension_names=None if is_v2 else tuple(recipe.axes),
        )
    except ValueError as problem:
        raise InputError(f"recipe {recipe.name}: {problem}") from None


def _make(recipe: Recipe, images: Mapping[str, Truth], specs: dict[str, ArraySpec], target: Path) -> None:
    """Write all groups and arrays of these images, then the record, which says that all is there."""
    root = target / "image.ome.zarr"
    zarr_format: Literal[2, 3] = 2 if recipe.ome_zarr == "0.4" else 3

    files: list[_File] = []
    above = plate_groups(recipe, recipe.plate) if recipe.plate else {}
    for path, attributes in above.items():
        files += _write(root, path, encode_group(zarr_format, attributes))
    for image, truth in images.items():
        for path, attributes in group_attributes(truth.recipe).items():
            files += _write(root, join(image, path) if path else image, encode_group(zarr_format, attributes))
        for path, spec in specs.items():
            files += _write(root, join(image, path), encode_array(spec, truth.arrays[path]))
    record = {
        "digest": digest_of((file.key, file.sha256) for file in files),
        "files": len(files),
        "bytes": sum(file.size for file in files),
        "recipe": recipe.model_dump(mode="json"),
    }
    (target / _RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _write(image: Path, path: str, encoded: Iterable[tuple[str, bytes]]) -> list[_File]:
    """Write the files of one node, closed to writing: a dataset is shared by all tools."""
    tree = FolderTree(image)
    files = []
    for name, data in encoded:
        key = join(path, name)
        tree.put(key, data)
        (image / key).chmod(0o444)
        files.append(_File(key, hashlib.sha256(data).hexdigest(), len(data)))
    return files


def digest_of(hashes: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of `sha256sum` lines, sorted by key, of files given as (key, SHA-256)."""
    lines = "".join(f"{sha256}  {key}\n" for key, sha256 in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()


def _record(root: Path) -> dict[str, Any] | None:
    """Return the record of a built dataset, None where it isn't there or isn't whole."""
    try:
        record = json.loads((root / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and isinstance(record.get("digest"), str) else None
