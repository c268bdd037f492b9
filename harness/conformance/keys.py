"""Explains answers whose chunks were looked up under keys with their indices in another order."""

import functools
import itertools
from collections.abc import Iterator

import numpy as np

from harness.conformance.mismatch import Array, Mismatch, equals, same, sparse, varies
from harness.conformance.verdict import Verdict, wrong


def explain_key_order(mismatch: Mismatch) -> Verdict | None:
    """Recognise chunks at `z/x/y` taken for chunks at `z/y/x`; those that do not exist are fill value."""
    got, names = mismatch.got, mismatch.asked.axes
    if not varies(got):
        return None
    look = sparse(got.shape)
    for order in _orders(len(names)):
        if bool(same(_read_by(mismatch, order, look), got[look]).all()):
            everything = (slice(None),) * got.ndim
            if equals(_read_by(mismatch, order, everything), got):
                moved = [names[i] for i in order]
                what = f"chunks were looked up with their indices in the order {', '.join(moved)}"
                return wrong("key-order", f"{what} instead of {', '.join(names)}", order=moved)
    return None


def _orders(count: int) -> Iterator[tuple[int, ...]]:
    """Yield the orders in which two axes are exchanged, and the reverse of all."""
    for a, b in itertools.combinations(range(count), 2):
        order = list(range(count))
        order[a], order[b] = b, a
        yield tuple(order)
    yield tuple(reversed(range(count)))


def _read_by(mismatch: Mismatch, order: tuple[int, ...], look: tuple[slice, ...]) -> Array:
    """Return what a reader makes of the level (a sparse look at it) whose keys have this order of indices."""
    stored, chunks = mismatch.asked.stored, mismatch.asked.chunks
    along = np.ix_(*(np.asarray(r)[part] for r, part in zip(mismatch.asked.ranges, look, strict=True)))
    # What should end in the place along axis `a` of its key ends in that along axis `order[a]` instead.
    where = [along[b] // chunks[b] * chunks[a] + along[a] % chunks[a] for a, b in enumerate(order)]
    inside = functools.reduce(np.logical_and, map(np.less, where, stored.shape))
    read = stored[tuple(np.minimum(i, n - 1) for i, n in zip(where, stored.shape, strict=True))]
    return np.where(inside, read, np.zeros((), read.dtype) if mismatch.fill is None else mismatch.fill)
