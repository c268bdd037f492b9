"""Whether an operation fits an image, and which image it works on or asks for. ValueError says why not."""

import math

from pydantic import ValidationError

from harness.scenario import region
from harness.scenario.fault import Fault
from harness.scenario.operation import Downsample, Open, Operation, Read, Write
from harness.scenario.recipe import Recipe


def check_fault(fault: Fault, operation: Operation, recipe: Recipe) -> None:
    """Raise ValueError where a fault finds nothing to befall in an operation."""
    if fault.target != "data" or isinstance(operation, Write):
        return
    if not isinstance(operation, Read | Downsample):
        raise ValueError(f"fault '{fault.name}' befalls data, of which this operation reads none")  # noqa: TRY004
    image = target(operation, recipe)
    level = operation.level if isinstance(operation, Read) else 0
    parts = region.resolve(operation.region, image.axes, image.level_shape(level))
    ranges = [range(part, part + 1) if isinstance(part, int) else range(*part) for part in parts]
    cells = zip(ranges, image.shards or image.chunks, strict=True)
    objects = math.prod(len({index // length for index in along}) for along, length in cells)
    if fault.number >= objects:
        raise ValueError(f"fault '{fault.name}' befalls data object {fault.number}, of {objects} (from 0)")


def check_operation(operation: Operation, recipe: Recipe) -> None:
    """Raise ValueError where an operation does not fit the image."""
    image = target(operation, recipe)
    level = operation.level if isinstance(operation, Open | Read) else 0
    if level >= image.levels:
        raise ValueError(f"level {level} is asked for, the image has {image.levels} (from 0)")
    if isinstance(operation, Read):
        region.resolve(operation.region, image.axes, image.level_shape(level))
    if isinstance(operation, Downsample):
        for axis, factor in operation.factor.items():
            if axis not in image.axes:
                raise ValueError(f"axis '{axis}' is not an axis of this image (axes '{image.axes}')")
            if operation.phase >= factor > 1:
                raise ValueError(f"phase {operation.phase} is not inside a block of {factor}")
        parts = region.resolve(operation.region, image.axes, image.shape)
        if any(isinstance(part, int) or part[2] != 1 for part in parts):
            raise ValueError("a region to downsample has no dropped axes and no steps")
    if isinstance(operation, Write):
        asked_recipe(operation, image)


def target(operation: Operation, recipe: Recipe) -> Recipe:
    """Return the recipe of the image an operation works on: the dataset, or one of its label images."""
    if operation.label is None:
        return recipe
    if operation.label not in recipe.labels:
        raise ValueError(
            f"label image '{operation.label}' is not there (it has: {', '.join(recipe.labels) or 'none'})"
        )
    return recipe.label_recipe(operation.label)


def asked_recipe(operation: Write, recipe: Recipe) -> Recipe:
    """Return the recipe of the image that a `write` asks for; raises ValueError where it makes no sense."""
    said = operation.model_dump(
        exclude_none=True, exclude={"operation", "name", "label", "tolerance", "overwrite"}
    )
    if said.get("ome_zarr", recipe.ome_zarr) == "0.4":
        said.setdefault("shards", None)
    kept = recipe.model_dump(exclude={"labels", "channels"})
    try:
        return Recipe.model_validate({**kept, **said})
    except ValidationError as problem:
        message = str(problem.errors(include_url=False)[0]["msg"])
        raise ValueError(message.removeprefix("Value error, ")) from None
