"""What OME-Zarr says about an image: the nouns shared by truth, by a tool's `inspect`, and by our decoder.

They hold facts only, in stored axis order. Section names refer to the OME-Zarr specification (ngff-spec).
"""

from typing import Literal

from pydantic import Field

from harness.scenario.strict import Strict

OmeZarrVersion = Literal["0.4", "0.5"]


class Axis(Strict):
    """One axis ("axes" metadata)."""

    name: str
    type: str | None = None
    unit: str | None = None


class Level(Strict):
    """One resolution level ("multiscales" metadata, and the array's own). Lengths are in elements."""

    path: str
    shape: tuple[int, ...]
    chunks: tuple[int, ...]  # of a sharded array: the inner chunks
    shards: tuple[int, ...] | None = None
    dtype: str  # Zarr v3 data type name
    scale: tuple[float, ...] | None = None  # in the axes' units per element
    translation: tuple[float, ...] | None = None


class Window(Strict):
    """The displayed range of a channel ("omero" metadata)."""

    start: float
    end: float
    min: float
    max: float


class Channel(Strict):
    """One channel ("omero" metadata)."""

    label: str | None = None
    color: str | None = None  # RRGGBB
    active: bool | None = None
    window: Window | None = None


class Image(Strict):
    """All that is said about one multiscale image."""

    ome_zarr: str | None  # 0.4 only advises to say it
    name: str | None = None
    axes: tuple[Axis, ...]
    levels: tuple[Level, ...] = Field(min_length=1)
    channels: tuple[Channel, ...] = ()
    labels: tuple[str, ...] = ()  # paths below `labels/`
