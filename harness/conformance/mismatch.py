"""A wrong answer laid out for the explainers: every stored axis in place, and the chunks it came from."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import EllipsisType
from typing import Any

import numpy as np

from harness.conformance.kinds import UNEQUAL_TO_THEMSELVES
from harness.scenario.region import Part, Pick, Region

Array = np.ndarray[Any, np.dtype[Any]]
Chunk = tuple[int, ...]
Box = tuple[slice | EllipsisType, ...]  # ends with an ellipsis, so that it gives an array even without axes
Along = range | tuple[int, ...]  # indices of the elements along one axis


@dataclass(frozen=True)
class Asked:
    """What was read: a region of a level, and how that level is stored. Lists are in stored axis order.

    An array that is no level of an image is the one and only of `levels`; its `level` is None.
    """

    axes: Sequence[str]
    level: int | None
    region: Region
    chunks: tuple[int, ...]
    levels: Sequence[Array]  # the truth of every level
    fill_value: Any = 0
    others: Mapping[str, Array] = field(default_factory=dict)  # arrays that it could be mistaken for

    @property
    def stored(self) -> Array:
        """The whole array that was read from."""
        return self.levels[self.level or 0]

    @property
    def whole(self) -> str:
        """What the whole array is called."""
        return "the array" if self.level is None else f"level {self.level}"

    @cached_property
    def ranges(self) -> tuple[Along, ...]:
        """The elements of each stored axis that the answer holds; a dropped axis has one."""
        return tuple(_along(p, n) for p, n in zip(self.region, self.stored.shape, strict=True))

    def of(self, array: Array) -> Array | None:
        """Return the region of another array, dropped axes dropped; None where the array is too small."""
        if array.ndim != len(self.ranges) or any(
            max(along, default=-1) >= n for along, n in zip(self.ranges, array.shape, strict=True)
        ):
            return None
        return taken(array, self.ranges).reshape(self.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the right answer."""
        parts = zip(self.region, self.ranges, strict=True)
        return tuple(len(along) for part, along in parts if not isinstance(part, int))

    @property
    def kept(self) -> list[str]:
        """The names of the axes that the answer still has."""
        return [name for name, part in zip(self.axes, self.region, strict=True) if not isinstance(part, int)]

    @property
    def full_shape(self) -> tuple[int, ...]:
        """The shape of the answer if no axis were dropped."""
        return tuple(len(r) for r in self.ranges)

    @property
    def place(self) -> str:
        """Where this is, in words: `plane z=12 of level 1`."""
        return _place(self)

    def position(self, index: Sequence[int]) -> str:
        """Name an element of the answer (all axes kept) by its place in the level: `(z=12, y=0, x=3)`."""
        parts = zip(self.axes, self.ranges, index, strict=True)
        return f"({', '.join(f'{name}={along[i]}' for name, along, i in parts)})"


def _place(asked: Asked) -> str:
    fixed = [f"{n}={p}" for n, p in zip(asked.axes, asked.region, strict=True) if isinstance(p, int)]
    if fixed:
        what = {2: "plane", 0: "element"}.get(len(asked.kept), "region")
        return f"{what} {', '.join(fixed)} of {asked.whole}"
    return asked.whole if asked.full_shape == asked.stored.shape else f"the region of {asked.whole}"


def _along(part: Part, length: int) -> Along:
    """Return the indices that a selection takes of an axis; negative ones count from its end."""
    if isinstance(part, Pick):
        return tuple(i + length if i < 0 else i for i in part.pick)
    if isinstance(part, int):
        index = part + length if part < 0 else part
        return range(index, index + 1)
    return range(*slice(*part).indices(length))


def taken(array: Array, ranges: Sequence[Along]) -> Array:
    """Return the elements at these indices of each axis; no copy is made where all are ranges."""
    slices = (slice(r.start, r.stop, r.step) if isinstance(r, range) else slice(None) for r in ranges)
    array = array[(*slices, ...)]
    for axis, along in enumerate(ranges):
        if not isinstance(along, range):
            array = array.take(along, axis)
    return array


def same(a: Array, b: Array) -> Array:
    """Tell where two arrays have equal values; NaN equals NaN, NaT equals NaT. Structs: field by field."""
    if a.dtype.names is not None:
        fields = [_same_within(a[name], b[name], a.ndim) for name in a.dtype.names]
        return np.asarray(np.logical_and.reduce(fields))
    equal = np.asarray(a == b)
    if a.dtype.kind in UNEQUAL_TO_THEMSELVES:
        equal |= (a != a) & (b != b)  # noqa: PLR0124 -- true of NaN only
    return equal


def _same_within(a: Array, b: Array, ndim: int) -> Array:
    """Tell where a field is equal as a whole, be it an array itself (a struct's subarray)."""
    equal = same(a, b)
    return np.asarray(equal.all(axis=tuple(range(ndim, equal.ndim))))


def sparse(shape: Sequence[int]) -> tuple[slice, ...]:
    """Return an index that takes some elements only, a dozen along each axis at most."""
    return tuple(slice(None, None, max(1, n // 7)) for n in shape)


def equals(a: Array, b: Array) -> bool:
    """Tell whether two arrays have one shape and equal values; a sparse look spares most full comparisons."""
    if a.shape != b.shape:
        return False
    look: Box = (*sparse(a.shape), ...)
    return bool(same(a[look], b[look]).all()) and bool(same(a, b).all())


def varies(array: Array) -> bool:
    """Tell whether the array has more than one value: a constant one would fit any explanation."""
    flat = array.ravel()
    return not bool(same(flat, np.broadcast_to(flat[:1], flat.shape)).all())


@dataclass(frozen=True)
class Mismatch:
    """A wrong answer of the right dtype and shape. Both arrays have every stored axis, dropped ones too."""

    asked: Asked
    truth: Array
    got: Array

    @cached_property
    def fill(self) -> Array | None:
        """The fill value in the pixels' dtype; None where it is undefined (Zarr v2 `null`)."""
        return _fill(self.asked.fill_value, self.got.dtype)

    @cached_property
    def differs(self) -> Array:
        """Where the values differ."""
        return ~same(self.truth, self.got)

    @cached_property
    def count(self) -> int:
        """How many pixels differ."""
        return int(np.count_nonzero(self.differs))

    @property
    def noun(self) -> str:
        """What is counted: the pixels of an image, or elements."""
        return "elements" if self.asked.level is None else "pixels"

    @property
    def share(self) -> str:
        """How many differ, of how many."""
        return f"{self.count} of {self.got.size} {self.noun}"

    @cached_property
    def _blocks(self) -> tuple[tuple[Array, Array], ...]:
        """Along each axis: the chunk indices that the region touches, and where in the answer each begins."""
        return _blocks(self.asked.ranges, self.asked.chunks)

    def places(self, axis: int) -> Array:
        """Return the indices of the chunks along an axis that the region touches."""
        return self._blocks[axis][0]

    def in_every_pixel(self, mask: Array) -> Array:
        """Tell of each chunk (a grid) whether the mask holds in all of its pixels that were asked for."""
        for axis, (_, firsts) in enumerate(self._blocks):
            mask = np.logical_and.reduceat(mask, firsts, axis=axis)
        return mask

    @cached_property
    def bad(self) -> Array:
        """The grid of chunks in which pixels differ."""
        return ~self.in_every_pixel(~self.differs)

    def chunks_where(self, grid: Array) -> list[Chunk]:
        """Return the indices, in the level, of the chunks marked in a grid."""
        return [
            tuple(int(indices[i]) for (indices, _), i in zip(self._blocks, at, strict=True))
            for at in np.argwhere(grid)
        ]

    def boxes(self, grid: Array) -> Iterator[tuple[Chunk, Box]]:
        """Yield each marked chunk with its place in the answer."""
        ends = [(*firsts[1:], n) for (_, firsts), n in zip(self._blocks, self.got.shape, strict=True)]
        for at, chunk in zip(np.argwhere(grid), self.chunks_where(grid), strict=True):
            parts = zip(at, self._blocks, ends, strict=True)
            yield chunk, (*(slice(int(firsts[i]), int(end[i])) for i, (_, firsts), end in parts), ...)

    def shares(self, grid: Array) -> list[bool]:
        """Tell of each axis whether the marked chunks all have one index along it."""
        return [len(set(along.tolist())) == 1 for along in np.argwhere(grid).T]

    def common(self, grid: Array) -> list[str]:
        """Say what the marked chunks have in common that others lack: `x index 3`, `plane z=12`."""
        said = []
        first = self.chunks_where(grid)[0]
        for axis, shared in enumerate(self.shares(grid)):
            if shared and grid.shape[axis] > 1:
                one_plane = self.asked.chunks[axis] == 1 and len(self.asked.axes) > 2
                name = self.asked.axes[axis]
                said.append(f"plane {name}={first[axis]}" if one_plane else f"{name} index {first[axis]}")
        return said

    def planes(self) -> list[str]:
        """Name the planes that hold all differing pixels, along each axis where these are few."""
        said = []
        for axis, (name, along) in enumerate(zip(self.asked.axes, self.asked.ranges, strict=True)):
            others = tuple(a for a in range(self.differs.ndim) if a != axis)
            hit = np.flatnonzero(self.differs.any(axis=others)).tolist()
            if len(along) > 1 and len(hit) == 1:
                said.append(f"{name}={along[hit[0]]}")
            elif len(hit) * 2 < len(along) and hit[-1] - hit[0] == len(hit) - 1:
                said.append(f"{name}={along[hit[0]]} to {along[hit[-1]]}")
        return said


def _fill(fill: Any, dtype: np.dtype[Any]) -> Array | None:  # noqa: ANN401 -- of the dtype
    if fill is None:
        return None
    return np.array(fill, dtype) if isinstance(fill, tuple) else np.full((), fill, dtype)


def _blocks(ranges: Sequence[Along], chunks: Sequence[int]) -> tuple[tuple[Array, Array], ...]:
    along = (np.asarray(r) // c for r, c in zip(ranges, chunks, strict=True))
    return tuple(np.unique(indices, return_index=True) for indices in along)


def shown(array: Any) -> str:  # noqa: ANN401 -- an array or one element of it
    """Return an element, or the first one of an array, in words; texts are quoted."""
    one = array.flat[0] if isinstance(array, np.ndarray) else array
    return repr(str(one)) if isinstance(one, str) else str(one)


def laid_out(asked: Asked, truth: Array, got: Array) -> Mismatch:
    """Return a wrong answer with all axes in place, and picked elements in ascending order.

    Only so the elements of one chunk lie side by side.
    """
    truth, got = truth.reshape(asked.full_shape), got.reshape(asked.full_shape)
    region = list(asked.region)
    for axis, along in enumerate(asked.ranges):
        if isinstance(along, tuple):
            order = np.argsort(along)
            truth, got = truth.take(order, axis), got.take(order, axis)
            region[axis] = Pick(pick=tuple(sorted(along)))
    return Mismatch(replace(asked, region=tuple(region)), truth, got)


def axis_orders(count: int) -> list[tuple[int, ...]]:
    """Return every order of the axes but the stored one."""
    return list(itertools.permutations(range(count)))[1:]
