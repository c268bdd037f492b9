"""What stored metadata say about an image, whoever wrote them: its group's attributes and its arrays' own.

Metadata are taken as they are; whether they obey the schema is another question (`schemas`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from harness.datasets.zarr.decode import open_array, read_group
from harness.datasets.zarr.errors import FormatError
from harness.datasets.zarr.stored import StoredArray
from harness.datasets.zarr.tree import Tree, checked, join
from harness.scenario.image import Axis, Channel, Image, Level, Window

_MOST = 64  # levels and axes that we look at


class _Loose(BaseModel):
    """Keeps what we know and lets the rest pass; nothing is converted."""

    model_config = ConfigDict(extra="ignore", strict=True)


T = TypeVar("T", bound=_Loose)


class _Transformation(_Loose):
    type: str
    scale: list[FiniteFloat] | None = None
    translation: list[FiniteFloat] | None = None


class _Stored(_Loose):
    path: str
    coordinateTransformations: list[_Transformation] = []  # noqa: N815 -- the specification's word


class _Axis(_Loose):
    name: str
    type: str | None = None
    unit: str | None = None


class _Multiscale(_Loose):
    version: str | None = None
    name: str | None = None
    axes: list[_Axis] = Field(max_length=_MOST)
    datasets: list[_Stored] = Field(min_length=1, max_length=_MOST)
    coordinateTransformations: list[_Transformation] = []  # noqa: N815


class _Window(_Loose):
    start: FiniteFloat
    end: FiniteFloat
    min: FiniteFloat
    max: FiniteFloat


class _Channel(_Loose):
    label: str | None = None
    color: str | None = None
    active: bool | None = None
    window: _Window | None = None


class _Omero(_Loose):
    channels: list[_Channel] = []


class _Image(_Loose):
    version: str | None = None
    multiscales: list[_Multiscale] = Field(min_length=1)
    omero: _Omero | None = None


class _Labels(_Loose):
    labels: list[str] = []


def read_image(tree: Tree, path: str = "") -> Image:
    """Return what is said about the image at `path` (its first multiscale, if it has several).

    A scale is that of the level and of the multiscale after it ("coordinateTransformations" metadata).
    Raises FormatError, one sentence with the place, where something is missing or isn't what it must be.
    """
    return read_parts(tree, path).image


@dataclass(frozen=True)
class ImageParts:
    """The facts, with what they were read from: the attributes of the group and the array of each level."""

    image: Image
    attributes: Mapping[str, Any]
    arrays: tuple[StoredArray, ...]


def read_parts(tree: Tree, path: str = "") -> ImageParts:
    """Return what is said about an image and where it says so; raises what `read_image` raises."""
    where = path or "the image"
    group = read_group(tree, path)
    if group is None:
        raise FormatError(f"{where}: is no group, it has neither zarr.json nor .zgroup")
    attributes = group[1]
    content = _parsed(_Image, attributes.get("ome", attributes), where)
    multiscale = content.multiscales[0]
    arrays = tuple(open_array(tree, join(path, checked(stored.path))) for stored in multiscale.datasets)
    pairs = zip(multiscale.datasets, arrays, strict=True)
    image = Image(
        ome_zarr=content.version or multiscale.version,
        name=multiscale.name,
        axes=tuple(Axis(**axis.model_dump()) for axis in multiscale.axes),
        levels=tuple(_level(stored, array, multiscale) for stored, array in pairs),
        channels=_channels(content.omero),
        labels=_labels(tree, path),
    )
    return ImageParts(image, attributes, arrays)


def _parsed(model: type[T], content: object, where: str) -> T:
    """Return the content as the model; raises FormatError with the first thing that is wrong."""
    try:
        return model.model_validate(content)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise FormatError(f"{where}: {field or 'attributes'}: {first['msg']}") from None


def _level(stored: _Stored, array: StoredArray, multiscale: _Multiscale) -> Level:
    if len(multiscale.axes) != len(array.shape):
        raise FormatError(f"{array.path}: has {len(array.shape)} axes, but axes names {len(multiscale.axes)}")
    transformations = stored.coordinateTransformations + multiscale.coordinateTransformations
    scale, translation = _combined(transformations, len(array.shape), array.path)
    return Level(
        path=stored.path,
        shape=array.shape,
        chunks=array.chunks,
        shards=array.shards,
        dtype=array.dtype,
        scale=scale,
        translation=translation,
    )


def _combined(
    transformations: list[_Transformation], rank: int, where: str
) -> tuple[tuple[float, ...] | None, tuple[float, ...] | None]:
    """Return one scale and one translation that do what all of these do one after the other."""
    scale: tuple[float, ...] | None = None
    translation: tuple[float, ...] | None = None
    for one in transformations:
        values = {"scale": one.scale, "translation": one.translation}.get(one.type, [1.0] * rank)
        if values is None or len(values) != rank:
            raise FormatError(f"{where}: its {one.type} must have {rank} entries")
        if one.type == "scale":
            scale = _each(scale or (1.0,) * rank, values, multiply=True)
            translation = translation and _each(translation, values, multiply=True)
        elif one.type == "translation":
            translation = _each(translation or (0.0,) * rank, values, multiply=False)
    if not all(math.isfinite(value) for value in (*(scale or ()), *(translation or ()))):
        raise FormatError(f"{where}: its transformations give lengths that are too large")
    return scale, translation


def _each(left: tuple[float, ...], right: list[float], *, multiply: bool) -> tuple[float, ...]:
    return tuple(a * b if multiply else a + b for a, b in zip(left, right, strict=True))


def _channels(omero: _Omero | None) -> tuple[Channel, ...]:
    return tuple(
        Channel(
            label=channel.label,
            color=channel.color,
            active=channel.active,
            window=Window(**channel.window.model_dump()) if channel.window else None,
        )
        for channel in (omero.channels if omero else [])
    )


def _labels(tree: Tree, path: str) -> tuple[str, ...]:
    """Return the label images that the group `labels` names; none where there is no such group."""
    group = read_group(tree, join(path, "labels"))
    if group is None:
        return ()
    attributes = group[1]
    return tuple(_parsed(_Labels, attributes.get("ome", attributes), join(path, "labels")).labels)
