"""Whole hierarchies that keep every rule of OME-Zarr: what each rule of `rules.yaml` starts from.

A draft holds metadata as both versions have them; `specimen` puts them where the version wants them.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from harness.datasets.zarr.tree import join
from harness.scenario.image import OmeZarrVersion

Metadata = dict[str, Any]
Base = Literal["image", "labelled", "label", "well", "plate", "collection"]

_TYPES = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
_UNITS = {"t": "second", "z": "micrometer", "y": "micrometer", "x": "micrometer"}
_LENGTHS = {"t": 2, "c": 2, "z": 3, "y": 8, "x": 8}
_SPACING = {"t": 10.0, "c": 1.0, "z": 2.0, "y": 0.5, "x": 0.5}
_REDUCED = "yx"
LEVELS = 2


@dataclass
class DraftArray:
    """What is said of an array. `dimension_names` belong to Zarr v3."""

    shape: list[int]
    dtype: str = "uint8"
    dimension_names: list[str | None] | None = None


@dataclass
class Draft:
    """A hierarchy in the making. Metadata of groups stand here without the key `ome` of 0.5."""

    ome_zarr: OmeZarrVersion
    kind: str
    groups: dict[str, Metadata] = field(default_factory=dict)
    arrays: dict[str, DraftArray] = field(default_factory=dict)

    @property
    def version(self) -> Metadata:
        """The version, which 0.4 repeats in each object."""
        return {"version": "0.4"} if self.ome_zarr == "0.4" else {}

    def group(self, path: str, metadata: Metadata) -> None:
        """Add a group of OME-Zarr, which in 0.5 says its version."""
        said = {"version": "0.5"} if self.ome_zarr == "0.5" else {}
        self.groups[path] = {**said, **metadata}


def draft(base: Base, ome_zarr: OmeZarrVersion, axes: str) -> Draft:
    """Return a valid hierarchy; `axes` are those of its images."""
    kinds = {"labelled": "image", "collection": "bioformats2raw"}
    made = Draft(ome_zarr, kinds.get(base, base))
    match base:
        case "image":
            _image(made, "", axes)
        case "labelled":
            _image(made, "", axes)
            made.group("labels", {"labels": ["cells"]})
            _label(made, "labels/cells", axes, source=True)
        case "label":
            _label(made, "", axes, source=False)
        case "well":
            _well(made, "", axes)
        case "plate":
            _plate(made, axes)
        case "collection":
            _collection(made, axes)
    return made


def _image(made: Draft, path: str, axes: str, name: str = "ramp") -> None:
    multiscale = {
        **made.version,
        "name": name,
        "axes": [_axis(letter) for letter in axes],
        "datasets": [_dataset(axes, level) for level in range(LEVELS)],
        "type": "nearest",
    }
    content: Metadata = {"multiscales": [multiscale]}
    if "c" in axes:
        channels = [_channel("DNA", "0000FF"), _channel("Lamin", "00FF7F")]
        content["omero"] = {**made.version, "channels": channels, "rdefs": {"model": "color"}}
    made.group(path, content)
    for level in range(LEVELS):
        shape = [_LENGTHS[one] // (2**level if one in _REDUCED else 1) for one in axes]
        made.arrays[join(path, str(level))] = DraftArray(shape, dimension_names=list(axes))


def _axis(letter: str) -> Metadata:
    unit = {"unit": _UNITS[letter]} if letter in _UNITS else {}
    return {"name": letter, "type": _TYPES[letter], **unit}


def _dataset(axes: str, level: int) -> Metadata:
    scale = [_SPACING[one] * (2**level if one in _REDUCED else 1) for one in axes]
    return {"path": str(level), "coordinateTransformations": [{"type": "scale", "scale": scale}]}


def _channel(label: str, colour: str) -> Metadata:
    window = {"start": 0, "end": 200, "min": 0, "max": 255}
    return {"label": label, "color": colour, "active": True, "window": window}


def _label(made: Draft, path: str, axes: str, *, source: bool) -> None:
    """Add a label image: as the image, without its channels; `source` is where it lies below an image."""
    _image(made, path, axes.replace("c", ""), "cells")
    made.groups[path]["image-label"] = {
        **made.version,
        "colors": [
            {"label-value": 0, "rgba": [0, 0, 0, 0]},
            {"label-value": 1, "rgba": [255, 0, 0, 255]},
        ],
        "properties": [{"label-value": 0}, {"label-value": 1, "area": 12.5, "class": "nucleus"}],
        **({"source": {"image": "../../"}} if source else {}),
    }


def _well(made: Draft, path: str, axes: str) -> None:
    fields = [{"path": "0", "acquisition": 1}, {"path": "1", "acquisition": 2}]
    made.group(path, {"well": {"images": fields, "version": made.ome_zarr}})
    for one in fields:
        _image(made, join(path, str(one["path"])), axes)


def _plate(made: Draft, axes: str) -> None:
    """Add a plate of two rows and three columns, a well in each row. The text of 0.5 wants a version."""
    plate = {
        "version": made.ome_zarr,
        "name": "plate",
        "rows": [{"name": "A"}, {"name": "B"}],
        "columns": [{"name": "1"}, {"name": "2"}, {"name": "3"}],
        "wells": [
            {"path": "A/1", "rowIndex": 0, "columnIndex": 0},
            {"path": "B/3", "rowIndex": 1, "columnIndex": 2},
        ],
        "field_count": 2,
        "acquisitions": [
            {"id": 1, "name": "first", "maximumfieldcount": 1},
            {"id": 2, "name": "second", "maximumfieldcount": 1},
        ],
    }
    made.group("", {"plate": plate})
    for well in ("A/1", "B/3"):
        made.groups[well.partition("/")[0]] = {}
        _well(made, well, axes)


def _collection(made: Draft, axes: str) -> None:
    """Add what bioformats2raw makes of a file with two images."""
    made.group("", {"bioformats2raw.layout": 3})
    made.group("OME", {"series": ["0", "1"]})
    for name in ("0", "1"):
        _image(made, name, axes)
