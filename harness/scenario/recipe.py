"""A dataset recipe: everything needed to make one OME-Zarr image, and nothing about where it is kept."""

import itertools
import math
import string
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from harness.scenario.image import Axis, Channel, Level, OmeZarrVersion
from harness.scenario.strict import Strict

Source = Literal["nuclei", "nuclei-labels", "nuclei-mirrored", "microscopy", "ramp", "astronaut"]
Dtype = Literal[
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"
]
Method = Literal["mean", "nearest"]
Edge = Literal["floor", "ceil"]

AXIS_TYPES = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"
MAX_ELEMENTS = 2**32

Factor = Annotated[int, Field(ge=1)]
Spacing = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Codec(Strict):
    """How a chunk is compressed, and what tells that it is intact. `cname` and `shuffle` belong to blosc."""

    name: Literal["none", "gzip", "zlib", "zstd", "blosc"] = "blosc"
    level: int = Field(default=5, ge=0, le=22)
    cname: Literal["lz4", "lz4hc", "blosclz", "zstd", "zlib"] = "lz4"
    shuffle: Literal["noshuffle", "shuffle", "bitshuffle"] = "shuffle"
    checksum: bool = Field(default=False, description="zstd only: its own checksum of what it compressed")
    crc32c: bool = Field(default=False, description="A crc32c after what is compressed; OME-Zarr 0.5 only")

    @model_validator(mode="after")
    def _has_such_a_level(self) -> Self:
        if self.level > 9 and self.name in ("gzip", "zlib", "blosc"):
            raise ValueError(f"level of {self.name} goes from 0 to 9, not {self.level}")
        return self

    @model_validator(mode="after")
    def _has_such_a_checksum(self) -> Self:
        if self.checksum and self.name != "zstd":
            raise ValueError(f"checksum belongs to codec zstd, not {self.name}; crc32c goes with any codec")
        return self


class Labels(Strict):
    """A label image stored below `labels/<name>`, with the axes and geometry of its image but no channels."""

    source: Source
    dtype: Dtype = "uint32"


class Plate(Strict):
    """A plate of wells; the image of a recipe with a plate is one field, and each field has other pixels."""

    rows: int = Field(ge=1, le=26)
    columns: int = Field(ge=1, le=99)
    fields: int = Field(default=1, ge=1, le=100)

    @property
    def row_names(self) -> tuple[str, ...]:
        """A, B, C, ..."""
        return tuple(string.ascii_uppercase[: self.rows])

    @property
    def column_names(self) -> tuple[str, ...]:
        """1, 2, 3, ..."""
        return tuple(str(number + 1) for number in range(self.columns))

    @property
    def image_paths(self) -> tuple[str, ...]:
        """Where each field is, below the plate, row by row: `A/1/0`."""
        places = itertools.product(self.row_names, self.column_names, range(self.fields))
        return tuple(f"{row}/{column}/{field}" for row, column, field in places)


class Recipe(Strict):
    """One image. Lists are in the order of `axes`; `scale` is in `units` per element of level 0."""

    name: str = Field(pattern=NAME)
    title: str = ""
    source: Source
    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    axes: str = Field(pattern=r"^t?c?z?yx$")
    shape: tuple[int, ...]
    dtype: Dtype
    chunks: tuple[int, ...]
    shards: tuple[int, ...] | None = None
    codec: Codec = Codec()
    separator: Literal["/", "."] = "/"
    ome_zarr: OmeZarrVersion = "0.5"
    levels: int = Field(default=1, ge=1, le=12)
    level_names: str = Field(default="{}", pattern=r"^[A-Za-z0-9_-]*\{\}[A-Za-z0-9_-]*$")
    factor: dict[str, Factor] = {}  # per level; axes not named stay as they are; default: y and x by 2
    method: Method = "mean"
    edge: Edge = "floor"
    units: dict[str, str] = {}
    scale: dict[str, Spacing] = {}
    channels: tuple[Channel, ...] = ()
    labels: dict[Annotated[str, Field(pattern=NAME)], Labels] = {}
    plate: Plate | None = None

    @field_validator("ome_zarr", mode="before")
    @classmethod
    def _quotes_may_be_left_out(cls, version: object) -> object:
        return str(version) if isinstance(version, float) else version

    @field_validator("shape", "chunks", "shards")
    @classmethod
    def _lengths_are_positive(cls, lengths: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if lengths is not None and any(length < 1 for length in lengths):
            raise ValueError("every length must be at least 1")
        return lengths

    @model_validator(mode="after")
    def _geometry_fits_together(self) -> Self:
        for field in ("shape", "chunks", "shards"):
            lengths = getattr(self, field)
            if lengths is not None and len(lengths) != len(self.axes):
                raise ValueError(
                    f"{field} has {len(lengths)} entries, but axes '{self.axes}' has {len(self.axes)}"
                )
        for field in ("factor", "units", "scale"):
            for axis in getattr(self, field):
                if axis not in self.axes:
                    raise ValueError(
                        f"{field} names axis '{axis}', which the image lacks (axes '{self.axes}')"
                    )
        if math.prod(self.shape) > MAX_ELEMENTS:
            raise ValueError(f"the image has more than {MAX_ELEMENTS} elements")
        if any(length < 1 for length in self.level_shape(self.levels - 1)):
            raise ValueError(f"{self.levels} levels are too many for shape {list(self.shape)}")
        if self.channels and ("c" not in self.axes or len(self.channels) != self.shape[self.axes.index("c")]):
            raise ValueError("channels must list one entry for each element of axis 'c'")
        return self

    @model_validator(mode="after")
    def _plate_has_plain_fields(self) -> Self:
        if self.plate and ("t" in self.axes or self.labels):
            raise ValueError("the fields of a plate have no axis 't' and no label images")
        if self.plate and math.prod(self.shape) * len(self.plate.image_paths) > MAX_ELEMENTS:
            raise ValueError(f"the plate has more than {MAX_ELEMENTS} elements")
        return self

    @model_validator(mode="after")
    def _encoding_fits_the_version(self) -> Self:
        if self.shards is not None:
            if self.ome_zarr == "0.4":
                raise ValueError("shards need OME-Zarr 0.5 (Zarr v3)")
            if any(shard % chunk for shard, chunk in zip(self.shards, self.chunks, strict=True)):
                raise ValueError("each shard length must be a multiple of the chunk length")
        if self.ome_zarr == "0.4" and self.codec.crc32c:
            raise ValueError("crc32c needs OME-Zarr 0.5 (Zarr v3)")
        if self.ome_zarr == "0.5" and self.codec.name == "zlib":
            raise ValueError("codec zlib is not a Zarr v3 codec; use gzip, zstd or blosc")
        return self

    @cached_property
    def axis_list(self) -> tuple[Axis, ...]:
        """The axes with types and units."""
        return tuple(Axis(name=name, type=AXIS_TYPES[name], unit=self.units.get(name)) for name in self.axes)

    @cached_property
    def factors(self) -> tuple[int, ...]:
        """The reduction from one level to the next, by stored axis order."""
        factor = self.factor or {"y": 2, "x": 2}
        return tuple(factor.get(name, 1) for name in self.axes)

    def level_shape(self, level: int) -> tuple[int, ...]:
        """Return the shape of a level, each axis reduced `level` times with `edge` rounding."""
        shape = self.shape
        for _ in range(level):
            pairs = zip(shape, self.factors, strict=True)
            shape = tuple(-(-n // f) if self.edge == "ceil" else n // f for n, f in pairs)
        return shape

    def level_facts(self, level: int, dtype: str | None = None) -> Level:
        """Return what the metadata of this level must say."""
        base = (self.scale.get(name, 1.0) for name in self.axes)
        shape = self.level_shape(level)
        return Level(
            path=self.level_names.format(level),
            shape=shape,
            chunks=self.chunks,
            shards=self.shards,
            dtype=dtype or self.dtype,
            scale=tuple(s * f**level for s, f in zip(base, self.factors, strict=True)),
        )

    def label_recipe(self, name: str) -> "Recipe":
        """Return the recipe of one label image: this geometry without the channel axis."""
        label = self.labels[name]
        keep = [i for i, axis in enumerate(self.axes) if axis != "c"]

        def pick(lengths: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(lengths[i] for i in keep)

        # Not a copy of the model, which would keep the cached properties of the image.
        return Recipe.model_validate(
            {
                **self.model_dump(),
                "name": name,
                "source": label.source,
                "dtype": label.dtype,
                "axes": "".join(self.axes[i] for i in keep),
                "shape": pick(self.shape),
                "chunks": pick(self.chunks),
                "shards": pick(self.shards) if self.shards else None,
                "factor": {self.axes[i]: self.factors[i] for i in keep},
                "units": {k: v for k, v in self.units.items() if k != "c"},
                "scale": {k: v for k, v in self.scale.items() if k != "c"},
                "method": "nearest",
                "channels": (),
                "labels": {},
            }
        )
