"""Explains answers that are right pixels from the wrong place: by how many elements, along which axis."""

import itertools
from collections.abc import Iterator

import numpy as np

from harness.conformance.mismatch import Array, Mismatch, equals, same, varies
from harness.conformance.verdict import Verdict, wrong

NEAREST = 24  # candidates looked at per axis, nearest first

Offset = tuple[
    int, ...
]  # in elements of the level, by stored axis; 1: the answer begins one element too late


def explain_shift(mismatch: Mismatch) -> Verdict | None:
    """Recognise a shifted region, by any distance along one axis and by the usual mistakes along several."""
    for offset in _candidates(mismatch):
        if any(offset) and _fits(mismatch, offset):
            asked = mismatch.asked
            named = {name: k for name, k in zip(asked.axes, offset, strict=True) if k}
            return wrong("shifted", _sentence(mismatch, named), shift=named)
    return None


def _sentence(mismatch: Mismatch, named: dict[str, int]) -> str:
    asked = mismatch.asked
    along = dict(zip(asked.axes, asked.ranges, strict=True))
    if not set(named) & set(asked.kept):
        given = ", ".join(f"{name}={along[name].start + k}" for name, k in named.items())
        wanted = ", ".join(f"{name}={along[name].start}" for name in named)
        return f"these are the pixels at {given}, not those at {wanted}"
    steps = " and ".join(f"by {k:+d} along {name}" for name, k in named.items())
    name, k = next(iter(named.items()))
    example = next((i for i in along[name] if i + k >= 0), along[name].start)
    return (
        f"the region is shifted {steps}: what came back for {name}={example} belongs to {name}={example + k}"
    )


def _candidates(mismatch: Mismatch) -> Iterator[Offset]:
    ranges, chunks = mismatch.asked.ranges, mismatch.asked.chunks
    for axis in range(len(ranges)):
        for k in _along(mismatch, axis):
            yield tuple(k if a == axis else 0 for a in range(len(ranges)))
    yield tuple(-r.start for r in ranges)  # the start was ignored
    yield tuple(-(r.start % c) for r, c in zip(ranges, chunks, strict=True))  # it was cut down to a chunk's
    for few in itertools.product((0, 1, -1), repeat=len(ranges)):
        if np.count_nonzero(few) > 1:
            yield few


def _along(mismatch: Mismatch, axis: int) -> list[int]:
    """Return the distances along an axis at which one plane of the answer is found again in the level."""
    asked = mismatch.asked
    across = tuple(
        slice(None) if a == axis else slice(r.start, r.stop, r.step) for a, r in enumerate(asked.ranges)
    )
    level = asked.levels[asked.level][across]
    others = tuple(a for a in range(level.ndim) if a != axis)
    found: set[int] = set()
    for i in {mismatch.got.shape[axis] // 2, _busiest(mismatch.got, axis)}:
        plane = np.take(mismatch.got, [i], axis=axis)
        hits = np.flatnonzero(same(level, plane).all(axis=others)) - asked.ranges[axis][i]
        found.update(sorted(hits.tolist(), key=abs)[:NEAREST])
    return sorted(found - {0}, key=abs)


def _busiest(array: Array, axis: int) -> int:
    """Return the plane that holds the brightest pixel, which is less likely to be mere background."""
    if array.dtype.kind not in "biuf":
        return 0
    return int(np.unravel_index(int(np.argmax(array)), array.shape)[axis])


def _fits(mismatch: Mismatch, offset: Offset) -> bool:
    """Tell whether the answer equals the level at this offset, where both exist (half an axis or more)."""
    asked = mismatch.asked
    level = asked.levels[asked.level]
    here, there = [], []
    for along, k, n in zip(asked.ranges, offset, level.shape, strict=True):
        first = max(0, -((along.start + k) // along.step))
        last = min(len(along), -(-(n - along.start - k) // along.step))
        if (last - first) * 2 < len(along) or last <= first:
            return False
        here.append(slice(first, last))
        begin = along.start + k + along.step * first
        there.append(slice(begin, begin + along.step * (last - first), along.step))
    moved = level[tuple(there)]
    return equals(mismatch.got[tuple(here)], moved) and varies(moved)
