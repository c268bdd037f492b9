"""Explains answers that are right pixels from the wrong place: by how many elements, along which axis."""

import itertools
from collections.abc import Iterator

import numpy as np

from harness.conformance.kinds import REAL
from harness.conformance.mismatch import Along, Array, Mismatch, equals, same, taken, varies
from harness.conformance.verdict import Verdict, wrong

NEAREST = 24  # candidates looked at per axis, nearest first

Offset = tuple[
    int, ...
]  # in elements of the level, by stored axis; 1: the answer begins one element too late


def explain_shift(mismatch: Mismatch) -> Verdict | None:
    """Recognise a shifted region, by any distance along one axis and by the usual mistakes along several."""
    if found := _explain_step(mismatch):
        return found
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
        given = ", ".join(f"{name}={along[name][0] + k}" for name, k in named.items())
        wanted = ", ".join(f"{name}={along[name][0]}" for name in named)
        return f"these are the {mismatch.noun} at {given}, not those at {wanted}"
    steps = " and ".join(f"by {k:+d} along {name}" for name, k in named.items())
    name, k = next(iter(named.items()))
    example = next(i for i in along[name] if i + k >= 0)
    moved = f"what came back for {name}={example} belongs to {name}={example + k}"
    starts = {name: -r[0] for name, r in along.items() if r[0]}
    why = "its start was ignored, " if named == starts else ""
    return f"the region is shifted {steps}: {why}{moved}"


def _explain_step(mismatch: Mismatch) -> Verdict | None:
    """Recognise elements that were read one after the other, where a step was asked for."""
    asked = mismatch.asked
    closer = [range(r[0], r[0] + len(r)) if isinstance(r, range) else r for r in asked.ranges]
    if not equals(taken(asked.stored, closer), mismatch.got) or not varies(mismatch.got):
        return None
    parts = zip(asked.axes, asked.ranges, closer, strict=True)
    stepped = [name for name, along, closely in parts if along != closely]
    sentence = f"the step along {' and '.join(stepped)} was ignored: elements were read one after the other"
    return wrong("step-ignored", sentence, axes=stepped)


def _candidates(mismatch: Mismatch) -> Iterator[Offset]:
    ranges, chunks = mismatch.asked.ranges, mismatch.asked.chunks
    for axis in range(len(ranges)):
        for k in _along(mismatch, axis):
            yield tuple(k if a == axis else 0 for a in range(len(ranges)))
    yield tuple(-along[0] for along in ranges)  # the start was ignored
    yield tuple(-(along[0] % c) for along, c in zip(ranges, chunks, strict=True))  # cut down to a chunk's
    yield from itertools.product((0, 1, -1), repeat=len(ranges))


def _along(mismatch: Mismatch, axis: int) -> list[int]:
    """Return the distances along an axis at which one plane of the answer is found again in the level."""
    asked = mismatch.asked
    whole = range(asked.stored.shape[axis])
    level = taken(asked.stored, [whole if a == axis else along for a, along in enumerate(asked.ranges)])
    others = tuple(a for a in range(level.ndim) if a != axis)
    found: set[int] = set()
    for i in {mismatch.got.shape[axis] // 2, _busiest(mismatch.got, axis)}:
        plane = np.take(mismatch.got, [i], axis=axis)
        hits = np.flatnonzero(same(level, plane).all(axis=others)) - asked.ranges[axis][i]
        found.update(sorted(hits.tolist(), key=abs)[:NEAREST])
    return sorted(found - {0}, key=abs)


def _busiest(array: Array, axis: int) -> int:
    """Return the plane that holds the brightest pixel, which is less likely to be mere background."""
    if array.dtype.kind not in REAL:
        return 0
    return int(np.unravel_index(int(np.argmax(array)), array.shape)[axis])


def _fits(mismatch: Mismatch, offset: Offset) -> bool:
    """Tell whether the answer equals the level at this offset, as far as it has it (more than half)."""
    asked = mismatch.asked
    here: list[slice] = []
    there: list[Along] = []
    for along, k, n in zip(asked.ranges, offset, asked.stored.shape, strict=True):
        moved = np.asarray(along) + k  # ascending
        first, last = (int(i) for i in np.searchsorted(moved, (0, n)))
        if (last - first) * 2 <= len(along):
            return False
        here.append(slice(first, last))
        there.append(_moved(along[first:last], k))
    level = taken(asked.stored, there)
    return equals(mismatch.got[tuple(here)], level) and varies(level)


def _moved(along: Along, k: int) -> Along:
    if isinstance(along, range):
        return range(along.start + k, along.stop + k, along.step)
    return tuple(i + k for i in along)
