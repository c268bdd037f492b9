"""Walks: which reads a pattern stands for on an image. What is random is seeded: all tools go the same way.

Pure. ValueError says why a walk does not fit an image.
"""

import itertools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.scenario.operation import MAX_STEPS, Open, Read, RegionByName, Walk
from harness.scenario.recipe import Recipe

_WINDOW = {"y": 768, "x": 1024}  # of a viewer
_COUNT = {"viewport": 20, "crops": 100, "slices": 3, "series": 1}  # where the walk says none
_ALONG = {"planes": "z", "series": "t"}
_PLANE_AXES = ("y", "x")


@dataclass(frozen=True)
class Ground:
    """What a walk goes over: shapes by level, and how level 0 is stored. By stored axis order."""

    axes: str
    shapes: tuple[tuple[int, ...], ...]
    chunks: tuple[int, ...]
    stored: tuple[int, ...]  # the shape of one object: of a shard, or of a chunk where there are no shards

    def lengths(self, level: int) -> dict[str, int]:
        """Return the length of each axis at a level."""
        return dict(zip(self.axes, self.shapes[level], strict=True))


def ground_of(recipe: Recipe) -> Ground:
    """Return what a walk over a recipe's image goes over."""
    shapes = tuple(recipe.level_shape(level) for level in range(recipe.levels))
    return Ground(recipe.axes, shapes, recipe.chunks, recipe.shards or recipe.chunks)


def steps(walk: Walk, ground: Ground) -> tuple[Read, ...]:
    """Return the reads of a walk, in order; axes that are neither moved along nor held are read whole.

    - planes: one after the other along `along` (z), the middle ones where `count` is less than all
    - viewport: a window (768 x 1024) onto a random point, first at the smallest level, then one level larger
      each time until level 0, where it moves on by half of itself; z and t are held in the middle
    - crops: boxes of `size`, each at a random place
    - slices: xy, xz and yz in turn, each three of them through one random point
    - blocks: all of the level, in blocks of `size`, in C order; where an axis has no size, as it is stored
    - series: all along `along` (t), at a random index of every other axis
    - inner-chunks: one random chunk out of each shard (or single chunks, where there are no shards)
    """
    if walk.is_tour:
        raise ValueError(f"pattern {walk.pattern} goes over the images of a plate")
    _check_axes(walk, ground)
    if walk.level >= len(ground.shapes):
        raise ValueError(f"level {walk.level} is asked for, the image has {len(ground.shapes)} (from 0)")
    regions = _PATTERNS[walk.pattern](walk, ground)
    found = tuple(itertools.islice(regions, MAX_STEPS + 1))
    if len(found) > MAX_STEPS:
        raise ValueError(f"these are more than {MAX_STEPS} reads")
    return tuple(
        Read(operation="read", label=walk.label, level=level, region=region) for level, region in found
    )


def tour(walk: Walk, recipe: Recipe) -> tuple[tuple[str, Read | Open], ...]:
    """Return what is done with which image of a plate: `images` reads a level whole, `openings` opens it.

    Images are named by their path below the plate, row by row; the first `count` of them, or all.
    """
    if recipe.plate is None:
        raise ValueError(f"pattern {walk.pattern} goes over the images of a plate, and this is one image")
    if walk.level >= recipe.levels:
        raise ValueError(f"level {walk.level} is asked for, the images have {recipe.levels} (from 0)")
    paths = recipe.plate.image_paths
    if (walk.count or 1) > len(paths):
        raise ValueError(f"{walk.count} images are asked for, the plate has {len(paths)}")
    step: Read | Open = Read(operation="read", level=walk.level)
    if walk.pattern == "openings":
        step = Open(operation="open", level=walk.level)
    return tuple((path, step) for path in paths[: walk.count])


def where(read: Read) -> str:
    """Return where a step is, in words: `level 1, z=16, y=0:768`."""
    parts = [f"level {read.level}"] if read.level else []
    for axis, part in read.region.items():
        parts.append(f"{axis}={part}" if isinstance(part, int) else f"{axis}={':'.join(map(str, part))}")
    return ", ".join(parts) or "all of it"


_Placed = tuple[int, RegionByName]  # at which level, and what there


def _check_axes(walk: Walk, ground: Ground) -> None:
    lengths = ground.lengths(0)
    for field, named in (("size", walk.size), ("at", walk.at), ("along", [walk.along or ground.axes[-1]])):
        for axis in named:
            if axis not in lengths:
                raise ValueError(
                    f"{field}: axis '{axis}' is not an axis of this image (axes '{ground.axes}')"
                )
    for axis, index in walk.at.items():
        here = lengths[axis] if walk.pattern == "viewport" else ground.lengths(walk.level).get(axis, 0)
        if index >= here:
            raise ValueError(f"at: {axis}: {index} is outside the image (0 to {here - 1})")
        if axis in walk.size or axis == (walk.along or _ALONG.get(walk.pattern)):
            raise ValueError(f"axis '{axis}' cannot be held by `at` and moved along too")


def _planes(walk: Walk, ground: Ground) -> Iterator[_Placed]:
    along = walk.along or _ALONG["planes"]
    length = _length_along(walk, ground, along)
    count = min(walk.count or length, length)
    first = (length - count) // 2
    for index in range(first, first + count):
        yield walk.level, {**walk.at, along: index}


def _length_along(walk: Walk, ground: Ground, along: str) -> int:
    if along not in ground.axes:
        raise ValueError(f"there is no axis '{along}' to go along (axes '{ground.axes}'); give `along`")
    return ground.lengths(walk.level)[along]


def _viewport(walk: Walk, ground: Ground) -> Iterator[_Placed]:
    drawn = random.Random(walk.seed)  # noqa: S311 -- a walk to repeat, not a secret
    whole, size = ground.lengths(0), {**_WINDOW, **walk.size}
    held = {axis: whole[axis] // 2 for axis in ground.axes if axis in "tz"} | walk.at
    point = {axis: drawn.randrange(whole[axis]) for axis in _PLANE_AXES}
    count = walk.count or _COUNT["viewport"]
    levels = range(len(ground.shapes))
    window: dict[str, tuple[int, int]] = {}
    for level in list(reversed(levels))[:count]:
        here = ground.lengths(level)
        scaled = {axis: index * here[axis] // whole[axis] for axis, index in {**held, **point}.items()}
        window = {axis: _about(scaled[axis], size[axis], here[axis]) for axis in _PLANE_AXES}
        yield level, {**{axis: scaled[axis] for axis in held}, **window}
    for _ in range(count - len(levels)):
        window = drawn.choice(_pans(window, whole))
        yield 0, {**held, **window}


def _about(centre: int, size: int, length: int) -> tuple[int, int]:
    """Return the range of a window of this size about a centre, moved inside."""
    size = min(size, length)
    start = min(max(0, centre - size // 2), length - size)
    return start, start + size


def _pans(window: dict[str, tuple[int, int]], lengths: dict[str, int]) -> list[dict[str, tuple[int, int]]]:
    """Return the windows that a move by half a window leads to, up, down, left and right."""
    found = []
    for axis, (start, stop) in window.items():
        size = stop - start
        for way in (-1, 1):
            moved = min(max(0, start + way * max(1, size // 2)), lengths[axis] - size)
            if moved != start:
                found.append({**window, axis: (moved, moved + size)})
    if not found:
        raise ValueError("the window shows all of level 0, so that it cannot be moved; give a smaller `size`")
    return found


def _crops(walk: Walk, ground: Ground) -> Iterator[_Placed]:
    drawn = random.Random(walk.seed)  # noqa: S311 -- a walk to repeat, not a secret
    here = ground.lengths(walk.level)
    for axis, size in walk.size.items():
        if size > here[axis]:
            raise ValueError(f"size: {axis}: {size} is more than the image has ({here[axis]})")
    for _ in range(walk.count or _COUNT["crops"]):
        starts = {axis: drawn.randint(0, here[axis] - size) for axis, size in walk.size.items()}
        yield (
            walk.level,
            {**walk.at, **{axis: (start, start + walk.size[axis]) for axis, start in starts.items()}},
        )


def _slices(walk: Walk, ground: Ground) -> Iterator[_Placed]:
    drawn = random.Random(walk.seed)  # noqa: S311 -- a walk to repeat, not a secret
    here = ground.lengths(walk.level)
    missing = [axis for axis in "zyx" if axis not in here or axis in walk.at]
    if missing:
        raise ValueError(f"slices go along z, y and x: axis '{missing[0]}' is missing, or held by `at`")
    point = {"z": 0, "y": 0, "x": 0}
    for number in range(walk.count or _COUNT["slices"]):
        if number % 3 == 0:
            point = {axis: drawn.randrange(here[axis]) for axis in "zyx"}
        across = "zyx"[number % 3]
        yield walk.level, {**walk.at, across: point[across]}


def _blocks(walk: Walk, ground: Ground) -> Iterator[_Placed]:
    here = ground.lengths(walk.level)
    stored = dict(zip(ground.axes, ground.stored, strict=True))
    moved = [axis for axis in ground.axes if axis not in walk.at]
    along = [_ranges(here[axis], walk.size.get(axis, stored[axis])) for axis in moved]
    for ranges in itertools.product(*along):
        yield walk.level, {**walk.at, **dict(zip(moved, ranges, strict=True))}


def _ranges(length: int, size: int) -> list[tuple[int, int]]:
    return [(start, min(start + size, length)) for start in range(0, length, size)]


def _series(walk: Walk, ground: Ground) -> Iterator[_Placed]:
    drawn = random.Random(walk.seed)  # noqa: S311 -- a walk to repeat, not a secret
    along = walk.along or _ALONG["series"]
    _length_along(walk, ground, along)
    here = ground.lengths(walk.level)
    for _ in range(walk.count or _COUNT["series"]):
        point = {axis: drawn.randrange(here[axis]) for axis in ground.axes if axis != along}
        yield walk.level, {**point, **walk.at}


def _inner_chunks(walk: Walk, ground: Ground) -> Iterator[_Placed]:
    drawn = random.Random(walk.seed)  # noqa: S311 -- a walk to repeat, not a secret
    shape: Sequence[int] = ground.shapes[walk.level]
    grid = [-(-length // cell) for length, cell in zip(shape, ground.stored, strict=True)]
    there = math.prod(grid)
    count = walk.count or min(there, MAX_STEPS + 1)
    if count > there:
        raise ValueError(f"{count} shards or chunks are asked for, level {walk.level} has {there}")
    for number in drawn.sample(range(there), count):
        region: RegionByName = {}
        for axis, cell, place in zip(ground.axes, _cells(shape, ground), _unravel(number, grid), strict=True):
            length, stored, chunk = cell
            first, last = place * stored // chunk, (min((place + 1) * stored, length) - 1) // chunk
            start = drawn.randint(first, last) * chunk
            region[axis] = (start, min(start + chunk, length))
        yield walk.level, region


def _cells(shape: Sequence[int], ground: Ground) -> Iterator[tuple[int, int, int]]:
    return zip(shape, ground.stored, ground.chunks, strict=True)


def _unravel(number: int, grid: Sequence[int]) -> list[int]:
    """Return the place in a grid of a cell with this number, in C order."""
    place = []
    for length in reversed(grid):
        number, along = divmod(number, length)
        place.append(along)
    return place[::-1]


_PATTERNS: dict[str, Callable[[Walk, Ground], Iterator[_Placed]]] = {
    "planes": _planes,
    "viewport": _viewport,
    "crops": _crops,
    "slices": _slices,
    "blocks": _blocks,
    "series": _series,
    "inner-chunks": _inner_chunks,
}
