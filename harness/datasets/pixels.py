"""The pixels of every level, made once and shared by all stored forms of an image. Not OME-Zarr yet."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap

from harness.datasets.cached import made_once
from harness.datasets.reduce import reduce
from harness.datasets.sources import check_source, fill
from harness.host.places import cache
from harness.host.uv import Say
from harness.scenario.recipe import Recipe

Array = np.ndarray[Any, np.dtype[Any]]

PIXELS_VERSION = 1  # counts up whenever a source or a reduction would give other pixels than before
_SLAB_BYTES = 2**24


def pixels(recipe: Recipe, say: Say) -> tuple[Array, ...]:
    """Return all levels as read-only memory maps, of the recipe's dtype and each level's shape.

    A level is reduced from the one before it, means rounded half to even. Raises InputError for a source that
    can't give this image, HostError where a real image can't be fetched, OSError where the disk is full.
    """
    check_source(recipe)

    def make(target: Path) -> None:
        size = " x ".join(map(str, recipe.shape))
        say(f"making pixels: {recipe.source}, {size} {recipe.dtype}")
        _make_levels(recipe, target, say)

    return made_once(cache("pixels") / pixels_digest(recipe), lambda folder: _load(recipe, folder), make)


def pixels_digest(recipe: Recipe) -> str:
    """Return the digest of everything in a recipe that determines pixels."""
    determining = {
        "version": PIXELS_VERSION,
        "source": recipe.source,
        "seed": recipe.seed,
        "axes": recipe.axes,
        "shape": recipe.shape,
        "dtype": recipe.dtype,
        "levels": recipe.levels,
        "factors": recipe.factors,
        "method": recipe.method,
        "edge": recipe.edge,
    }
    return hashlib.sha256(json.dumps(determining, sort_keys=True).encode()).hexdigest()[:32]


def _load(recipe: Recipe, folder: Path) -> tuple[Array, ...] | None:
    """Return the levels, or None where one is missing, cut short or not what it should be."""
    levels: list[Array] = []
    for level in range(recipe.levels):
        try:
            array = open_memmap(folder / f"{level}.npy", mode="r")
        except (OSError, ValueError, EOFError):
            return None
        if array.shape != recipe.level_shape(level) or array.dtype != np.dtype(recipe.dtype):
            return None
        levels.append(array)
    return tuple(levels)


def _make_levels(recipe: Recipe, folder: Path, say: Say) -> None:
    dtype = np.dtype(recipe.dtype).newbyteorder("<")
    previous: Array | None = None
    for level in range(recipe.levels):
        array = open_memmap(folder / f"{level}.npy", mode="w+", dtype=dtype, shape=recipe.level_shape(level))
        if previous is None:
            fill(array, recipe, say)
        else:
            _reduce_into(array, previous, recipe)
        array.flush()
        previous = array


def _reduce_into(out: Array, array: Array, recipe: Recipe) -> None:
    """Reduce slab by slab along the first axis, to need little memory and use all cores."""
    factor = recipe.factors[0]
    rows = max(1, _SLAB_BYTES // max(1, array[0].nbytes * factor))  # of the output

    def one(start: int) -> None:
        slab = array[start * factor : (start + rows) * factor]
        out[start : start + rows] = reduce(slab, recipe.factors, recipe.method, recipe.edge)

    with ThreadPoolExecutor() as pool:
        list(pool.map(one, range(0, out.shape[0], rows)))
