"""The groups around an array: an OME-Zarr image of one level where that can be, else a plain hierarchy."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from harness.scenario.recipe import AXIS_TYPES
from harness.scenario.specimen import Specimen

Document = dict[str, Any]

AXES = "tczyx"  # an array of n axes has the last n
_UNITS = {"t": "second", "z": "micrometer", "y": "micrometer", "x": "micrometer"}
_SCALE = {"t": 2.0, "c": 1.0, "z": 0.5, "y": 0.25, "x": 0.125}
_NUMBERS = re.compile(r"[<>|][biufc]\d+|bool|u?int\d+|float\d+|complex\d+")


def axes_of(metadata: Mapping[str, Any]) -> str:
    """Return the axes that an image of this array has."""
    return AXES[-len(metadata["shape"]) :]


def can_be_image(metadata: Mapping[str, Any]) -> bool:
    """Tell whether OME-Zarr can have this array as an image: of numbers, from 2-D to 5-D."""
    dtype = metadata.get("data_type", metadata.get("dtype"))
    numbers = isinstance(dtype, str) and _NUMBERS.fullmatch(dtype) is not None
    return numbers and 2 <= len(metadata["shape"]) <= len(AXES)


def plain_groups(path: str) -> dict[str, Document]:
    """Return the groups above an array, none of which says anything: none where it is the root itself."""
    names = path.split("/") if path else []
    return {"/".join(names[:depth]): {} for depth in range(len(names))}


def image_groups(zarr_format: Literal[2, 3], path: str, axes: str, name: str) -> dict[str, Document]:
    """Return the groups above an array, with the root as an image whose one level it is.

    OME-Zarr 0.4 "multiscales" in Zarr v2, 0.5 in v3; each axis has a scale of its own.
    """
    version = {"version": ome_zarr(zarr_format)}
    multiscale: Document = {
        **(version if zarr_format == 2 else {}),
        "name": name,
        "axes": [_axis(axis) for axis in axes],
        "datasets": [
            {
                "path": path,
                "coordinateTransformations": [{"type": "scale", "scale": [_SCALE[axis] for axis in axes]}],
            }
        ],
    }
    content: Document = {"multiscales": [multiscale]}
    return {**plain_groups(path), "": content if zarr_format == 2 else {"ome": {**version, **content}}}


def ome_zarr(zarr_format: Literal[2, 3]) -> Literal["0.4", "0.5"]:
    """Return the version of OME-Zarr that images have in this version of Zarr."""
    return "0.4" if zarr_format == 2 else "0.5"


def wrapped(
    zarr_format: Literal[2, 3],
    path: str,
    node: Document,
    *,
    image: bool,
    **facts: Any,  # noqa: ANN401
) -> Specimen:
    """Return the specimen of one array at `path`; `node` and `facts` are fields of its models."""
    metadata = node["metadata"]
    axes = axes_of(metadata)
    groups = image_groups(zarr_format, path, axes, facts["name"]) if image else plain_groups(path)
    return Specimen.model_validate(
        {
            "zarr_format": zarr_format,
            "ome_zarr": ome_zarr(zarr_format),
            "groups": groups,
            "arrays": {path: node},
            "array": None if image else path,
            **facts,
        }
    )


def _axis(name: str) -> Document:
    unit = {"unit": _UNITS[name]} if name in _UNITS else {}
    return {"name": name, "type": AXIS_TYPES[name], **unit}
