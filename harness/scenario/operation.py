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

    @property
    def asks(self) -> str:
        """What a tool is asked to do, by the protocol's name for it."""
        return str(getattr(self, "operation"))  # noqa: B009 -- as above


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


# What a walk reads, one after the other, and the fields that each takes besides those of all
Pattern = Literal[
    "planes", "viewport", "crops", "slices", "blocks", "series", "inner-chunks", "images", "openings"
]  # fmt: skip
_TAKES: dict[str, frozenset[str]] = {
    "planes": frozenset({"level", "count", "along", "at"}),
    "viewport": frozenset({"count", "size", "at", "seed"}),
    "crops": frozenset({"level", "count", "size", "at", "seed"}),
    "slices": frozenset({"level", "count", "at", "seed"}),
    "blocks": frozenset({"level", "size", "at"}),
    "series": frozenset({"level", "count", "along", "at", "seed"}),
    "inner-chunks": frozenset({"level", "count", "seed"}),
    "images": frozenset({"level", "count"}),
    "openings": frozenset({"level", "count"}),
}
_OF_ALL = frozenset({"operation", "name", "label", "pattern"})
MAX_STEPS = 10_000


class Walk(_Operation):
    """Read one region after the other, as people do who look at an image or work through it.

    `along` is the axis that `planes` and `series` follow, `size` the shape of a window, crop or block by axis
    name, `at` where other axes are held. What is random is drawn from the seed, the same for every tool.
    """

    operation: Literal["walk"]
    pattern: Pattern
    level: int = Field(default=0, ge=0)
    count: int | None = Field(default=None, ge=1, le=MAX_STEPS, description="How many reads")
    size: dict[str, Annotated[int, Field(ge=1)]] = {}
    along: Literal["t", "c", "z", "y", "x"] | None = None
    at: dict[str, Annotated[int, Field(ge=0)]] = {}
    seed: int = Field(default=0, ge=0, le=2**32 - 1)

    @model_validator(mode="after")
    def _takes_what_is_said(self) -> Self:
        said = {
            name for name, field in type(self).model_fields.items() if getattr(self, name) != field.default
        }
        foreign = sorted(said - _TAKES[self.pattern] - _OF_ALL)
        if foreign:
            raise ValueError(f"pattern {self.pattern} has no `{foreign[0]}`")
        if self.pattern == "crops" and not self.size:
            raise ValueError("pattern crops needs a `size` (`{y: 64, x: 64}`)")
        if self.pattern == "viewport" and set(self.size) - {"y", "x"}:
            raise ValueError("the window of pattern viewport has a size along y and x only")
        return self

    @property
    def asks(self) -> str:
        """A walk is made of reads: whatever reads can walk."""
        return "read"

    @property
    def is_tour(self) -> bool:
        """Whether it goes from image to image of a plate, and not over one image."""
        return self.pattern in ("images", "openings")


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


class WriteRegions(_Operation):
    """Fill level 0 of an empty image by several processes of the tool at once, each with regions of its own.

    The regions are blocks of `size` (axes not named are not divided), dealt out to the writers in turn. The
    same is done `rounds` times, each time in a new image, for it may be a matter of luck whether any is lost.
    """

    operation: Literal["write_regions"]
    size: dict[str, Annotated[int, Field(ge=1)]] = Field(min_length=1)
    writers: int = Field(default=4, ge=2, le=16)
    rounds: int = Field(default=3, ge=1, le=100)


class Validate(_Operation):
    """Say whether this is valid OME-Zarr: by the group's attributes alone, or with all that lies below it."""

    operation: Literal["validate"]
    scope: Literal["attributes", "hierarchy"] = "hierarchy"


Operation = Annotated[
    Null | Inspect | ListArrays | Open | Read | Walk | Downsample | Write | WriteRegions | Validate,
    Field(discriminator="operation"),
]
OPERATIONS = (
    "null",
    "inspect",
    "list",
    "open",
    "read",
    "walk",
    "downsample",
    "write",
    "write_regions",
    "validate",
)
