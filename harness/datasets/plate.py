"""A plate: wells in rows and columns, fields in each, every field an image with pixels of its own."""

from collections.abc import Mapping
from typing import Any

from harness.datasets.ome import Attributes, version_inside, versioned
from harness.datasets.pixels import pixels
from harness.datasets.truth import Truth
from harness.host.uv import Say
from harness.scenario.recipe import Plate, Recipe


def plate_groups(recipe: Recipe, plate: Plate) -> dict[str, Attributes]:
    """Return the attributes by group path: the plate (""), its rows, which have none, and its wells."""
    wells = [
        {"path": f"{row}/{column}", "rowIndex": i, "columnIndex": j}
        for i, row in enumerate(plate.row_names)
        for j, column in enumerate(plate.column_names)
    ]
    content: dict[str, Any] = {
        **version_inside(recipe),
        "name": recipe.name,
        "columns": [{"name": name} for name in plate.column_names],
        "rows": [{"name": name} for name in plate.row_names],
        "wells": wells,
        "field_count": plate.fields,
    }
    well = {**version_inside(recipe), "images": [{"path": str(field)} for field in range(plate.fields)]}
    groups: dict[str, Attributes] = {"": versioned(recipe, {"plate": content})}
    groups |= {row: {} for row in plate.row_names}
    return groups | {str(one["path"]): versioned(recipe, {"well": well}) for one in wells}


def plate_truth(recipe: Recipe, say: Say) -> Mapping[str, Truth]:
    """Return the truth about each field by its path, in order; its pixels are made together, as one array.

    Raises what `pixels` raises.
    """
    if recipe.plate is None:
        return {}
    paths = recipe.plate.image_paths
    together = pixels(_together(recipe, len(paths)), say)
    field = Recipe.model_validate(recipe.model_dump(exclude={"plate"}))
    return {
        path: Truth(field, tuple(level[number] for level in together), {})
        for number, path in enumerate(paths)
    }


def _together(recipe: Recipe, count: int) -> Recipe:
    """Return the recipe of an image that holds all fields, as if they were time points."""
    said = recipe.model_dump(exclude={"plate", "shards"})
    along = {"axes": f"t{recipe.axes}", "shape": (count, *recipe.shape), "chunks": (1, *recipe.chunks)}
    return Recipe.model_validate({**said, **along})
