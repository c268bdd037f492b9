"""The operations a scenario can ask for, each with its arguments and no more."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from harness.scenario.recipe import Codec, Edge, Factor, Method, Spacing
from harness.scenario.strict import Strict


# By axis name: an index (drops the axis), [start, stop] or [start, stop, step]; half-open.
def _index_or_slice(part: object) -> object:
    entries = part if isinstance(part, list | tuple) and len(part) in (2, 3) else (part,)
    if any(isinstance(entry, bool) or not isinstance(entry, int) for entry in entries):
        raise ValueError("give an index, [start, stop] or [start, stop, step]")
    return part


RegionPart = Annotated[int | tuple[int, int] | tuple[int, int, int], BeforeValidator(_index_or_slice)]
RegionByName = dict[str, RegionPart]
# Worked out by shape and chunks, whatever the array; see `scenario.selection`.
SelectionName = Literal["whole", "slab", "element", "strided", "negative", "outside", "empty", "list"]


class _Operation(Strict):
    name: str = Field(
        default="",
        pattern=r"^[a-z0-9][a-z0-9._-]{0,59}$|^$",
        description="How the case is called; default: the operation's name",
    )
    label: str | None = Field(default=None, description="Work on this label image instead of the image")

    @property
    def title(self) -> str:
        """The name that stands in case ids."""
        return self.name or str(getattr(self, "operation"))  # noqa: B009 -- each subclass has its literal


class Null(_Operation):
    """Do nothing: its time is our overhead."""

    operation: Literal["null"]


class Inspect(_Operation):
    """Say what the metadata say."""

    operation: Literal["inspect"]


class ListArrays(_Operation):
    """Name all arrays below the image, label images included."""

    operation: Literal["list"]


class Open(_Operation):
    """Open a level so that it can be read; answers its shape and dtype."""

    operation: Literal["open"]
    level: int = Field(default=0, ge=0)


class Read(_Operation):
    """Read a region of a level; axes not named are read whole. Or a `selection` that fits any array."""

    operation: Literal["read"]
    level: int = Field(default=0, ge=0)
    region: RegionByName = {}
    selection: SelectionName | None = None

    @model_validator(mode="after")
    def _region_or_selection(self) -> Self:
        if self.selection is not None and self.region:
            raise ValueError("give `region` or `selection`, not both")
        return self


class Downsample(_Operation):
    """Reduce level 0, read from the store, and return the array. Nothing is written.

    `phase` is the index of the element that `nearest` takes from each block; `rounding` is how `mean` returns
    to integers. With a `tolerance` (in grey values) the answer may differ by so much.
    """

    operation: Literal["downsample"]
    factor: dict[str, Factor] = {"y": 2, "x": 2}
    method: Method = "mean"
    phase: int = Field(default=0, ge=0)
    edge: Edge = "floor"
    rounding: Literal["half-even", "half-up", "down"] = "half-even"
    tolerance: float = Field(default=0, ge=0)
    region: RegionByName = {}


class Write(_Operation):
    """Write the dataset's level 0 as an image of its own; what is not said here is as in the recipe."""

    operation: Literal["write"]
    ome_zarr: Literal["0.4", "0.5"] | None = None
    chunks: tuple[int, ...] | None = None
    shards: tuple[int, ...] | None = None
    codec: Codec | None = None
    separator: Literal["/", "."] | None = None
    levels: int | None = Field(default=None, ge=1, le=12)
    factor: dict[str, Factor] | None = None
    method: Method | None = None
    units: dict[str, str] | None = None
    scale: dict[str, Spacing] | None = None
    overwrite: bool = Field(default=False, description="An older image is there, and is to be replaced")
    tolerance: float | None = Field(
        default=None, ge=0, description="How far reduced levels may differ; unset: they must be exact"
    )


class Validate(_Operation):
    """Say whether this is valid OME-Zarr: by the group's attributes alone, or with all that lies below it."""

    operation: Literal["validate"]
    scope: Literal["attributes", "hierarchy"] = "hierarchy"


Operation = Annotated[
    Null | Inspect | ListArrays | Open | Read | Downsample | Write | Validate,
    Field(discriminator="operation"),
]
OPERATIONS = ("null", "inspect", "list", "open", "read", "downsample", "write", "validate")
