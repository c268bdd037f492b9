"""A wrong answer laid out for the explainers: every stored axis in place, and the chunks it came from."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from harness.scenario.region import Region

Array = np.ndarray[Any, np.dtype[Any]]
Chunk = tuple[int, ...]


@dataclass(frozen=True)
class Asked:
    """What was read: a region of a level, and how that level is stored. Lists are in stored axis order."""

    axes: Sequence[str]
    level: int
    region: Region
    chunks: tuple[int, ...]
    levels: Sequence[Array]  # the truth of every level
    fill_value: Any = 0

    @cached_property
    def ranges(self) -> tuple[range, ...]:
        """The elements of each stored axis that the answer holds; a dropped axis has one."""
        return tuple(range(p, p + 1) if isinstance(p, int) else range(*p) for p in self.region)

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
        fixed = [f"{n}={p}" for n, p in zip(self.axes, self.region, strict=True) if isinstance(p, int)]
        what = (
            f"{'plane' if len(self.axes) - len(fixed) == 2 else 'region'} {', '.join(fixed)} of "
            if fixed
            else ""
        )
        whole = self.full_shape == tuple(self.levels[self.level].shape)
        return f"{what or ('' if whole else 'the region of ')}level {self.level}"

    def position(self, index: Sequence[int]) -> str:
        """Name an element of the answer (all axes kept) by its place in the level: `(z=12, y=0, x=3)`."""
        parts = zip(self.axes, self.ranges, index, strict=True)
        return f"({', '.join(f'{name}={along[i]}' for name, along, i in parts)})"


def same(a: Array, b: Array) -> Array:
    """Tell where two arrays have equal values; NaN equals NaN."""
    with np.errstate(invalid="ignore"):  # signalling NaNs
        equal = np.asarray(a == b)
        if a.dtype.kind in "fc" and b.dtype.kind in "fc":
            equal |= (a != a) & (b != b)  # noqa: PLR0124 -- true of NaN only
    return equal


def equals(a: Array, b: Array) -> bool:
    """Tell whether two arrays have one shape and equal values; a sparse look spares most full comparisons."""
    if a.shape != b.shape:
        return False
    sparse = tuple(slice(None, None, max(1, n // 7)) for n in a.shape)
    return bool(same(a[sparse], b[sparse]).all()) and bool(same(a, b).all())


def varies(array: Array) -> bool:
    """Tell whether the array has more than one value: a constant one would fit any explanation."""
    return array.size > 1 and not bool(same(array, np.broadcast_to(array.flat[0], array.shape)).all())


@dataclass(frozen=True)
class Mismatch:
    """A wrong answer of the right dtype and shape. Both arrays have every stored axis, dropped ones too."""

    asked: Asked
    truth: Array
    got: Array

    @cached_property
    def differs(self) -> Array:
        """Where the values differ."""
        return ~same(self.truth, self.got)

    @cached_property
    def count(self) -> int:
        """How many pixels differ."""
        return int(np.count_nonzero(self.differs))

    @cached_property
    def _blocks(self) -> tuple[tuple[Array, Array], ...]:
        """Along each axis: the chunk indices that the region touches, and where in the answer each begins."""
        along = (np.asarray(r) // c for r, c in zip(self.asked.ranges, self.asked.chunks, strict=True))
        return tuple(np.unique(indices, return_index=True) for indices in along)

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

    def boxes(self, grid: Array) -> Iterator[tuple[Chunk, tuple[slice, ...]]]:
        """Yield each marked chunk with its place in the answer."""
        ends = [(*firsts[1:], n) for (_, firsts), n in zip(self._blocks, self.got.shape, strict=True)]
        for at, chunk in zip(np.argwhere(grid), self.chunks_where(grid), strict=True):
            parts = zip(at, self._blocks, ends, strict=True)
            yield chunk, tuple(slice(int(firsts[i]), int(end[i])) for i, (_, firsts), end in parts)

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


def axis_orders(count: int) -> list[tuple[int, ...]]:
    """Return every order of the axes but the stored one."""
    return list(itertools.permutations(range(count)))[1:]
