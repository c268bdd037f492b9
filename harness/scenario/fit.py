"""Whether an operation fits an image, and which image it works on or asks for. ValueError says why not."""

import math
from collections.abc import Sequence

from pydantic import ValidationError

from harness.scenario import region
from harness.scenario.fault import Fault
from harness.scenario.operation import (
    Downsample,
    Inspect,
    ListArrays,
    Null,
    Open,
    Operation,
    Read,
    Validate,
    Walk,
    Write,
    WriteRegions,
)
from harness.scenario.recipe import Recipe
from harness.scenario.selection import selected
from harness.scenario.specimen import Specimen
from harness.scenario.walk import ground_of, steps, tour


def region_of(
    operation: Read | Downsample, axes: Sequence[str], shape: Sequence[int], chunks: Sequence[int]
) -> region.Region:
    """Return what an operation reads of an array; raises ValueError where it does not fit."""
    if isinstance(operation, Downsample) or operation.selection is None:
        return region.resolve(operation.region, axes, shape)
    found = selected(operation.selection, shape, chunks)
    if found is None:
        raise ValueError(f"selection '{operation.selection}' makes no sense in shape {list(shape)}")
    return found


def fits_specimen(operation: Operation, specimen: Specimen) -> bool:
    """Tell whether an operation makes a case of a specimen: a glob names many, and not all take all."""
    if isinstance(operation, Validate):
        return specimen.valid is not None
    if specimen.valid is False or specimen.worked_on is None or operation.label is not None:
        return False  # what is broken may be read in any way
    if isinstance(operation, Inspect | ListArrays):
        return specimen.array is None and (specimen.must == "read" or specimen.valid is True)
    if isinstance(operation, Open | Read) and operation.level == 0:
        return isinstance(operation, Open) or _can_be_selected(operation, specimen)
    return False


def _can_be_selected(operation: Read, specimen: Specimen) -> bool:
    if operation.selection in (None, "whole"):
        return not operation.region
    shape, chunks = specimen.shape, specimen.chunks
    known = shape is not None and chunks is not None and len(shape) == len(chunks)
    return known and selected(operation.selection, shape or (), chunks or ()) is not None


def check_fault(fault: Fault, operation: Operation, recipe: Recipe) -> None:
    """Raise ValueError where a fault finds nothing to befall in an operation."""
    if isinstance(operation, Walk | WriteRegions):
        raise ValueError(f"a {operation.operation} goes without faults; use `read` or `write`")  # noqa: TRY004
    if fault.target != "data" or isinstance(operation, Write):
        return
    if not isinstance(operation, Read | Downsample):
        raise ValueError(f"fault '{fault.name}' befalls data, of which this operation reads none")  # noqa: TRY004
    image = target(operation, recipe)
    level = operation.level if isinstance(operation, Read) else 0
    parts = region_of(operation, image.axes, image.level_shape(level), image.chunks)
    ranges = [region.indices(part) for part in parts]
    cells = zip(ranges, image.shards or image.chunks, strict=True)
    objects = math.prod(len({index // length for index in along}) for along, length in cells)
    if fault.number >= objects:
        raise ValueError(f"fault '{fault.name}' befalls data object {fault.number}, of {objects} (from 0)")


def check_operation(operation: Operation, recipe: Recipe) -> None:
    """Raise ValueError where an operation does not fit the image."""
    if isinstance(operation, Walk) and operation.is_tour:
        tour(operation, recipe)
        return
    if recipe.plate and not isinstance(operation, Null):
        raise ValueError("a plate holds images and is none: use `walk` with pattern images or openings")
    image = target(operation, recipe)
    level = operation.level if isinstance(operation, Open | Read) else 0
    if level >= image.levels:
        raise ValueError(f"level {level} is asked for, the image has {image.levels} (from 0)")
    if isinstance(operation, Validate):
        raise ValueError("`validate` goes with datasets that are known to be valid or not")  # noqa: TRY004
    if isinstance(operation, Read):
        region_of(operation, image.axes, image.level_shape(level), image.chunks)
    if isinstance(operation, WriteRegions):
        _check_write_regions(operation, image)
    if isinstance(operation, Walk):
        steps(operation, ground_of(image))
    if isinstance(operation, Downsample):
        _check_downsample(operation, image)
    if isinstance(operation, Write):
        asked_recipe(operation, image)


def _check_write_regions(operation: WriteRegions, image: Recipe) -> None:
    lengths = dict(zip(image.axes, image.shape, strict=True))
    for axis in operation.size:
        if axis not in lengths:
            raise ValueError(f"size: axis '{axis}' is not an axis of this image (axes '{image.axes}')")
    regions = math.prod(-(-lengths[axis] // size) for axis, size in operation.size.items())
    if regions < operation.writers:
        raise ValueError(
            f"{operation.writers} writers have {regions} regions to write; give a smaller `size`"
        )


def _check_downsample(operation: Downsample, image: Recipe) -> None:
    for axis, factor in operation.factor.items():
        if axis not in image.axes:
            raise ValueError(f"axis '{axis}' is not an axis of this image (axes '{image.axes}')")
        if operation.phase >= factor > 1:
            raise ValueError(f"phase {operation.phase} is not inside a block of {factor}")
    parts = region.resolve(operation.region, image.axes, image.shape)
    if any(not isinstance(part, tuple) or part[2] != 1 for part in parts):
        raise ValueError("a region to downsample has no dropped axes and no steps")


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
