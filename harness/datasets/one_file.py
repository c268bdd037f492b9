"""An image as one file: pyramidal OME-TIFF, or HDF5. They are references to hold OME-Zarr against.

OME-Zarr is written by our own encoder, for the tools that write it are on trial. These two forms are not, and
so tifffile and h5py, which everybody takes for them, write them here as they read them in their adapters.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import h5py
import tifffile

from harness.datasets.cached import made_once
from harness.datasets.truth import Truth
from harness.host.errors import InputError
from harness.host.uv import Say
from harness.scenario.form import Form, is_deflated, tile_of, why_not

FILE_VERSION = 1  # counts up whenever an image would give another file than before
ENDINGS: dict[Form, str] = {"ome-tiff": ".ome.tif", "hdf5": ".h5"}
_RECORD = "file.json"


@dataclass(frozen=True)
class OneFile:
    """A file that holds an image, and its SHA-256."""

    path: Path
    digest: str


def build_file(truth: Truth, form: Form, beside: Path, say: Say) -> OneFile:
    """Return an image as one file, which is made if it isn't in the cache: in a folder beside this one.

    Raises InputError for an image that this form cannot hold, OSError where the disk is full.
    """
    recipe = truth.recipe
    why = why_not(recipe, form)
    if why:
        raise InputError(f"recipe {recipe.name}: {why}")
    name = f"image{ENDINGS[form]}"
    folder = beside.with_name(f"{form}-{FILE_VERSION}-{beside.name}")

    def make(target: Path) -> None:
        say(f"building {recipe.name} as {form}")
        _WRITERS[form](truth, target / name)
        (target / name).chmod(0o444)  # it is shared by all tools
        with (target / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        (target / _RECORD).write_text(json.dumps({"digest": digest}) + "\n", encoding="utf-8")

    return OneFile(folder / name, made_once(folder, _digest, make))


def _digest(folder: Path) -> str | None:
    """Return the digest of a file that is there; None where it isn't."""
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    digest = record.get("digest") if isinstance(record, dict) else None
    return digest if isinstance(digest, str) else None


def write_ome_tiff(truth: Truth, path: Path) -> None:
    """Write tiles as long and wide as chunks, and levels as SubIFDs, which is where OME-TIFF has them.

    A plane is a page: along z, c and t nothing is chunked. Deflate is what gzip holds, too.
    """
    recipe = truth.recipe
    options: dict[str, Any] = {"tile": tile_of(recipe), "photometric": "minisblack"}
    if is_deflated(recipe):
        options |= {"compression": "adobe_deflate", "compressionargs": {"level": recipe.codec.level}}
    metadata: dict[str, Any] = {
        "axes": recipe.axes.upper(),
        "Name": recipe.name,
        "UUID": f"urn:uuid:{uuid5(NAMESPACE_URL, recipe.name)}",  # or else no two files were the same
    }
    for axis in recipe.axes:
        if axis in "zyx":
            metadata[f"PhysicalSize{axis.upper()}"] = recipe.scale.get(axis, 1.0)
    with tifffile.TiffWriter(path, bigtiff=True, ome=True) as tiff:
        for number, level in enumerate(truth.levels):
            own = {"subifds": recipe.levels - 1, "metadata": metadata} if number == 0 else {"subfiletype": 1}
            tiff.write(level, **options, **own)


def write_hdf5(truth: Truth, path: Path) -> None:
    """Write a dataset for each level, with its name, and axes and scale as attributes of our own.

    All is as h5py does it unasked, by the format that its oldest readers read. A chunk is never longer than
    its level, for HDF5 has no such chunks.
    """
    options: dict[str, Any] = {}
    if is_deflated(truth.recipe):
        options = {"compression": "gzip", "compression_opts": truth.recipe.codec.level}
    with h5py.File(path, "w") as file:
        file.attrs["axes"] = truth.recipe.axes
        for fact, level in zip(truth.image.levels, truth.levels, strict=True):
            chunks = tuple(map(min, fact.chunks, fact.shape))
            array = file.create_dataset(fact.path, data=level, chunks=chunks, **options)
            array.attrs["scale"] = fact.scale


_WRITERS: dict[Form, Callable[[Truth, Path], None]] = {"ome-tiff": write_ome_tiff, "hdf5": write_hdf5}
