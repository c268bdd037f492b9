"""One rule of OME-Zarr, and what is done to a whole hierarchy to keep it in an odd way, or to break it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import Field

from harness.datasets.specimens.ome.bases import Base, Draft, DraftArray, draft
from harness.scenario.image import OmeZarrVersion
from harness.scenario.specimen import ArrayNode, Specimen
from harness.scenario.strict import Strict

_RULES = Path(__file__).with_name("rules.yaml")
_SPECIFICATION = "https://ngff.openmicroscopy.org"
_Node = TypeVar("_Node")


class ArrayChange(Strict):
    """What is to be another than it was of an array; a new one needs a shape."""

    shape: list[int] | None = None
    dtype: str | None = None
    dimension_names: list[str | None] | None = None
    unnamed: bool = False  # without `dimension_names`


class Rule(Strict):
    """An entry of `rules.yaml`. Places are keys and indices with slashes between, below the group `at`."""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    rule: str = Field(description="The rule in one sentence")
    section: str = Field(description="Where the specification has it")
    valid: bool = False
    base: Base = "image"
    axes: str = "cyx"
    versions: tuple[OmeZarrVersion, ...] = ("0.4", "0.5")
    at: str = ""
    put: dict[str, Any] = {}
    drop: tuple[str, ...] = ()
    no_groups: tuple[str, ...] = ()
    no_arrays: tuple[str, ...] = ()
    rename: dict[str, str] = Field(default={}, description="Nodes that lie elsewhere, with all below them")
    arrays: dict[str, ArrayChange] = {}
    ramp: Literal["means", "strided"] | None = Field(default=None, description="How level 1 is made")
    zarr_format: Literal[2, 3] | None = Field(default=None, description="Of the whole, where it is the other")
    unwrapped: bool = Field(default=False, description="Metadata of 0.5 not below `ome`")

    def specimens(self) -> Iterator[Specimen]:
        """Yield the specimen of each version that has the rule."""
        for version in self.versions:
            yield self._specimen(version)

    def _specimen(self, version: OmeZarrVersion) -> Specimen:
        made = draft(self.base, version, self.axes)
        self._change_metadata(made.groups[self.at])
        self._change_nodes(made)
        form: Literal[2, 3] = self.zarr_format or (2 if version == "0.4" else 3)
        wrapped = version == "0.5" and not self.unwrapped
        return Specimen(
            name=f"ome-{version}-{self.name}",
            title=self.rule,
            urls=(f"{_SPECIFICATION}/{version}/#{self.section}",),
            zarr_format=form,
            ome_zarr=version,
            groups={path: {"ome": one} if one and wrapped else one for path, one in made.groups.items()},
            arrays={path: _node(one, form) for path, one in made.arrays.items()},
            files=_ramp(self.ramp, form) if self.ramp else {},
            must="read" if self.valid else "either",
            valid=self.valid,
            kind=made.kind,
        )

    def _change_metadata(self, metadata: dict[str, Any]) -> None:
        for place in self.drop:
            holder, key = _within(metadata, place)
            del holder[key]
        for place, value in self.put.items():
            holder, key = _within(metadata, place)
            if isinstance(holder, list) and key == len(holder):
                holder.append(value)
            else:
                holder[key] = value

    def _change_nodes(self, made: Draft) -> None:
        for path in self.no_groups:
            del made.groups[path]
        for path in self.no_arrays:
            del made.arrays[path]
        for path, other in self.rename.items():
            made.groups = _moved(made.groups, path, other)
            made.arrays = _moved(made.arrays, path, other)
        for path, change in self.arrays.items():
            array = made.arrays.setdefault(path, DraftArray(change.shape or []))
            for key, value in change.model_dump(exclude_none=True, exclude={"unnamed"}).items():
                setattr(array, key, value)
            if change.unnamed:
                array.dimension_names = None


@cache
def read_rules() -> tuple[Rule, ...]:
    """Return the rules of `rules.yaml`, in their order."""
    return tuple(Rule.model_validate(one) for one in yaml.safe_load(_RULES.read_text(encoding="utf-8")))


def _moved(nodes: dict[str, _Node], path: str, other: str) -> dict[str, _Node]:
    """Return nodes by path, with one and all below it at another."""
    return {
        other + at.removeprefix(path) if f"{at}/".startswith(f"{path}/") else at: node
        for at, node in nodes.items()
    }


def _ramp(how: Literal["means", "strided"], form: Literal[2, 3]) -> dict[str, str]:
    """Return the chunks of two levels, 4 x 4 and 2 x 2 elements that have 10 y + 2 x where they lie.

    The mean of a block is the ramp's value in its middle, half a pixel further. Values below 128 are text.
    """
    further = 0.5 if how == "means" else 0
    full = [10 * y + 2 * x for y in range(4) for x in range(4)]
    half = [round(10 * (2 * y + further) + 2 * (2 * x + further)) for y in range(2) for x in range(2)]
    chunk = "0/0" if form == 2 else "c/0/0"
    return {f"{level}/{chunk}": "".join(map(chr, values)) for level, values in enumerate((full, half))}


def _within(metadata: dict[str, Any], place: str) -> tuple[Any, Any]:
    """Return what holds a place, and its key or index there."""
    *above, last = place.split("/")
    holder: Any = metadata
    for key in above:
        holder = holder[int(key)] if isinstance(holder, list) else holder[key]
    return holder, int(last) if isinstance(holder, list) else last


def _node(array: DraftArray, form: Literal[2, 3]) -> ArrayNode:
    """Return an uncompressed array in one chunk."""
    if form == 2:
        dtype = {"uint8": "|u1", "int32": "<i4", "float32": "<f4"}[array.dtype]
        return ArrayNode(
            metadata={
                "zarr_format": 2,
                "shape": array.shape,
                "chunks": array.shape,
                "dtype": dtype,
                "compressor": None,
                "filters": None,
                "fill_value": 0,
                "order": "C",
                "dimension_separator": "/",
            }
        )
    named = {} if array.dimension_names is None else {"dimension_names": array.dimension_names}
    grid = {"name": "regular", "configuration": {"chunk_shape": array.shape}}
    return ArrayNode(
        metadata={
            "zarr_format": 3,
            "node_type": "array",
            "shape": array.shape,
            "data_type": array.dtype,
            "chunk_grid": grid,
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "fill_value": 0,
            "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
            "attributes": {},
            **named,
        }
    )
