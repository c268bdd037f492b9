"""What is true about a dataset: its pixels and what its metadata say. Tools are judged against this alone."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from harness.datasets.pixels import pixels
from harness.host.uv import Say
from harness.scenario.image import Image
from harness.scenario.recipe import Recipe

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Truth:
    """The truth about one image and its label images (by name). Levels are read-only memory maps."""

    recipe: Recipe
    levels: tuple[Array, ...]
    labels: dict[str, "Truth"]

    @cached_property
    def image(self) -> Image:
        """What `inspect` must answer."""
        return image_facts(self.recipe)

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of the stored axes."""
        return tuple(self.recipe.axes)

    @property
    def chunks(self) -> tuple[int, ...]:
        """The shape of a chunk; of sharded arrays, of an inner chunk."""
        return self.recipe.chunks

    @property
    def fill_value(self) -> Any:  # noqa: ANN401 -- of the pixels' dtype
        """What absent chunks hold; None where that is not defined."""
        return 0

    @cached_property
    def arrays(self) -> dict[str, Array]:
        """The pixels of all arrays by path, those of label images included."""
        own = {level.path: array for level, array in zip(self.image.levels, self.levels, strict=True)}
        below = {
            f"labels/{name}/{path}": array
            for name, label in self.labels.items()
            for path, array in label.arrays.items()
        }
        return own | below

    @property
    def array_paths(self) -> tuple[str, ...]:
        """What `list` must answer: the paths of all arrays, sorted."""
        return tuple(sorted(self.arrays))


def image_facts(recipe: Recipe) -> Image:
    """Return what the metadata of this recipe's image say."""
    return Image(
        ome_zarr=recipe.ome_zarr,
        name=recipe.name,
        axes=recipe.axis_list,
        levels=tuple(recipe.level_facts(level) for level in range(recipe.levels)),
        channels=recipe.channels,
        labels=tuple(recipe.labels),
    )


def make_truth(recipe: Recipe, say: Say) -> Truth:
    """Return the truth about a recipe's image; its pixels are made if they aren't in the cache.

    Raises what `pixels` raises.
    """
    labels = {name: make_truth(recipe.label_recipe(name), say) for name in recipe.labels}
    return Truth(recipe, pixels(recipe, say), labels)
