"""A whole image as keys and bytes: what a recipe asks for, with pixels that are given."""

import itertools
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from harness.datasets.ome import group_attributes
from harness.datasets.reduce import reduce
from harness.datasets.zarr.encode import encode_array, encode_group
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.tree import join
from harness.scenario.recipe import Recipe


def encode_empty(recipe: Recipe) -> Iterator[tuple[str, bytes]]:
    """Yield the metadata of the image with level 0 alone, of which no chunk is stored."""
    alone = recipe.model_dump(exclude={"labels", "levels"}) | {"levels": 1}
    recipe = Recipe.model_validate(alone)
    nothing = np.broadcast_to(np.zeros((), recipe.dtype), recipe.shape)
    metadata = ("zarr.json", ".zarray", ".zgroup", ".zattrs")
    entries = encode_image(recipe, nothing)
    yield from itertools.takewhile(lambda entry: entry[0].rpartition("/")[2] in metadata, entries)


def encode_image(recipe: Recipe, pixels: np.ndarray[Any, np.dtype[Any]]) -> Iterator[tuple[str, bytes]]:
    """Yield the image's keys and bytes, metadata before pixels; `pixels` are level 0, the rest is reduced."""
    zarr_format: Literal[2, 3] = 2 if recipe.ome_zarr == "0.4" else 3
    for path, attributes in group_attributes(recipe).items():
        for key, data in encode_group(zarr_format, attributes):
            yield join(path, key), data
    for number in range(recipe.levels):
        level = recipe.level_facts(number)
        pixels = pixels if number == 0 else reduce(pixels, recipe.factors, recipe.method)
        spec = ArraySpec(
            zarr_format=zarr_format,
            shape=level.shape,
            chunks=recipe.chunks,
            shards=recipe.shards,
            dtype=recipe.dtype,
            codec=recipe.codec,
            separator=recipe.separator,
            dimension_names=None if zarr_format == 2 else tuple(recipe.axes),
        )
        for key, data in encode_array(spec, pixels):
            yield join(level.path, key), data
