"""Explains answers in which whole planes stand in another order, or again in the place of others."""

import numpy as np

from harness.conformance.digest import canonical_bytes
from harness.conformance.mismatch import Mismatch, equals, sparse, varies
from harness.conformance.verdict import Verdict, wrong


def explain_reordered(mismatch: Mismatch) -> Verdict | None:
    """Recognise planes (channels, slices) that are exchanged, in another order, or repeated, along an axis.

    Planes that are all moved by one distance, or run backwards, are told of by others.
    """
    if mismatch.got.ndim == 1:
        return None
    for axis, name in enumerate(mismatch.asked.axes):
        homes = _homes(mismatch, axis)
        if homes is None:
            continue
        along = mismatch.asked.ranges[axis]
        moved = [i for i, home in enumerate(homes) if home != i]
        order = [along[home] for home in homes]
        example = f"what came back for {name}={along[moved[0]]} belongs to {name}={order[moved[0]]}"
        if len(set(homes)) == len(homes):
            first, second = along[moved[0]], along[moved[1]]
            exchanged = f"{name}={first} and {name}={second} are exchanged"
            said = exchanged if len(moved) == 2 else f"{name} is in another order: {example}"
            return wrong("reordered", said, order=order)
        more = f", and {len(moved) - 1} more" if len(moved) > 1 else ""
        return wrong("repeated", f"planes are repeated along {name}: {example}{more}", order=order)
    return None


def _homes(mismatch: Mismatch, axis: int) -> list[int] | None:
    """Return where each plane of the answer stands in the truth; None where one stands nowhere."""
    truth, got = np.moveaxis(mismatch.truth, axis, 0), np.moveaxis(mismatch.got, axis, 0)
    look = (slice(None), *sparse(truth.shape[1:]))
    known: dict[bytes, int] = {}
    for i, plane in enumerate(truth[look]):
        known.setdefault(bytes(canonical_bytes(plane)), i)
    homes: list[int] = []
    differs = np.moveaxis(mismatch.differs, axis, 0)
    for i, plane in enumerate(got[look]):
        home = known.get(bytes(canonical_bytes(plane))) if differs[i].any() else i
        if home is None or (home != i and not varies(got[i])):
            return None
        homes.append(home)
    return homes if equals(truth.take(homes, axis=0), got) else None
