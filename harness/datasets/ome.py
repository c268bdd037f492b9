"""OME-Zarr metadata of a recipe: the attributes of all its groups. What others wrote is read by `facts`.

OME-Zarr 0.4 keeps them in `.zattrs`, 0.5 below "ome" in the attributes of `zarr.json`.
"""

from typing import Any

from harness.scenario.image import Axis, Channel, Level
from harness.scenario.recipe import Recipe

Attributes = dict[str, Any]

_PALETTE = ("E6194B", "3CB44B", "FFE119", "4363D8", "F58231", "911EB4", "42D4F4", "F032E6")


def group_attributes(recipe: Recipe) -> dict[str, Attributes]:
    """Return the attributes by group path: the image ("") and, if it has label images, `labels` and each."""
    groups = {"": versioned(recipe, _image(recipe))}
    if recipe.labels:
        groups["labels"] = versioned(recipe, {"labels": list(recipe.labels)})
    for name in recipe.labels:
        label = recipe.label_recipe(name)
        groups[f"labels/{name}"] = versioned(label, {**_image(label), "image-label": _image_label(recipe)})
    return groups


def versioned(recipe: Recipe, content: Attributes) -> Attributes:
    """Return the content where its version of OME-Zarr has it."""
    return content if recipe.ome_zarr == "0.4" else {"ome": {"version": recipe.ome_zarr, **content}}


def version_inside(recipe: Recipe) -> Attributes:
    """Return the version that 0.4 repeats in each object."""
    return {"version": recipe.ome_zarr} if recipe.ome_zarr == "0.4" else {}


def _image(recipe: Recipe) -> Attributes:
    """Return "multiscales" and, where there are channels, "omero"."""
    content: Attributes = {"multiscales": [_multiscale(recipe)]}
    if recipe.channels:
        content["omero"] = {
            **version_inside(recipe),
            "channels": [_channel(channel) for channel in recipe.channels],
            "rdefs": {"model": "color"},
        }
    return content


def _multiscale(recipe: Recipe) -> Attributes:
    factors = zip(recipe.axes, recipe.factors, strict=True)
    reduced = ", ".join(f"{name} by {f}" for name, f in factors if f > 1) or "by nothing"
    edge = "dropped" if recipe.edge == "floor" else "kept"
    return {
        **version_inside(recipe),
        "name": recipe.name,
        "axes": [_axis(axis) for axis in recipe.axis_list],
        "datasets": [_dataset(recipe.level_facts(level)) for level in range(recipe.levels)],
        "type": recipe.method,
        "metadata": {
            "description": f"Each level is the one before it, reduced {reduced}; ragged blocks are {edge}."
        },
    }


def _axis(axis: Axis) -> Attributes:
    return {key: value for key, value in axis.model_dump().items() if value is not None}


def _dataset(level: Level) -> Attributes:
    transformations: list[Attributes] = [{"type": "scale", "scale": list(level.scale or ())}]
    if level.translation is not None:
        transformations.append({"type": "translation", "translation": list(level.translation)})
    return {"path": level.path, "coordinateTransformations": transformations}


def _channel(channel: Channel) -> Attributes:
    facts = channel.model_dump(exclude_none=True)
    return {**facts, "coefficient": 1.0, "family": "linear", "inverted": False}


def _image_label(recipe: Recipe) -> Attributes:
    """Return "image-label": where the image is, and colours for the first label values."""
    colours = [bytes.fromhex(colour) for colour in _PALETTE]
    return {
        **version_inside(recipe),
        "colors": [{"label-value": i, "rgba": [*rgb, 255]} for i, rgb in enumerate(colours, start=1)],
        "source": {"image": "../../"},
    }
