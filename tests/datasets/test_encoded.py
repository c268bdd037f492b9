"""An encoded image is read back as what the recipe asks for, with the pixels that were given."""

import numpy as np
import pytest

from harness.datasets.encoded import encode_image
from harness.datasets.reduce import reduce
from harness.datasets.written import read_written
from harness.datasets.zarr.tree import MemoryTree
from harness.scenario.recipe import Recipe


@pytest.mark.parametrize("form", [{"ome_zarr": "0.4"}, {"ome_zarr": "0.5"}, {"shards": [4, 32, 32]}])
def test_an_image_is_encoded_with_all_its_levels(form):
    recipe = Recipe.model_validate(
        {
            "name": "any", "source": "ramp", "axes": "zyx", "shape": [4, 40, 30], "dtype": "uint16",
            "chunks": [2, 16, 16], "levels": 2, "scale": {"z": 2.0}, "units": {"z": "micrometer"}, **form,
        }
    )  # fmt: skip
    pixels = np.random.default_rng(1).integers(0, 2**16, recipe.shape, np.uint16)

    image = read_written(MemoryTree(dict(encode_image(recipe, pixels))))

    assert image.facts.levels == tuple(recipe.level_facts(level) for level in range(2))
    assert image.facts.axes == recipe.axis_list
    np.testing.assert_array_equal(image.level_arrays[0], pixels)
    np.testing.assert_array_equal(image.level_arrays[1], reduce(pixels, recipe.factors, recipe.method))
