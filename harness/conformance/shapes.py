"""Explains answers of the wrong shape: which axis is too long, lost or moved."""

from harness.conformance.mismatch import Along, Array, Asked, equals
from harness.conformance.verdict import Verdict, wrong
from harness.conformance.whole import explain_axis_order, explain_level
from harness.scenario.region import Pick


def explain_shape(truth: Array, got: Array, asked: Asked) -> Verdict | None:
    """Say which known mistake makes this shape, else which axis has the wrong length."""
    if truth.shape == got.shape:
        return None
    if got.ndim == truth.ndim:
        found = explain_axis_order(truth, got, asked.kept) or explain_level(got, asked)
        if found:
            return found
        reason = _same_rank(truth, got, asked)
    else:
        reason = _other_rank(truth, got, asked)
    return wrong(
        "shape",
        f"shape {list(got.shape)} came back instead of {list(truth.shape)}: {reason}",
        expected=list(truth.shape),
        got=list(got.shape),
    )


def _same_rank(truth: Array, got: Array, asked: Asked) -> str:
    if sorted(got.shape) == sorted(truth.shape):
        return "the axes are in another order, and the pixels fit none"
    kept = [i for i, part in enumerate(asked.region) if not isinstance(part, int)]
    if got.shape == tuple(_without_step(asked.ranges[i]) for i in kept):
        return "the step of the region was ignored"
    if any(isinstance(part, Pick) for part in asked.region) and got.shape == tuple(
        asked.stored.shape[i] if isinstance(asked.region[i], Pick) else len(asked.ranges[i]) for i in kept
    ):
        return "the list of indices was ignored"
    if got.shape == tuple(-(-len(asked.ranges[i]) // asked.chunks[i]) * asked.chunks[i] for i in kept):
        inside = got[tuple(map(slice, truth.shape))]
        pixels = "right" if equals(inside, truth) else "wrong too"
        return f"it was not cut where the last chunks reach beyond the edge; the pixels inside are {pixels}"
    return ", ".join(
        f"axis {name} has {given} elements instead of {expected}"
        for name, given, expected in zip(asked.kept, got.shape, truth.shape, strict=True)
        if given != expected
    )


def _without_step(along: Along) -> int:
    return along.stop - along.start if isinstance(along, range) else len(along)


def _other_rank(truth: Array, got: Array, asked: Asked) -> str:
    if [n for n in got.shape if n != 1] != [n for n in truth.shape if n != 1]:
        return f"{got.ndim} axes instead of {truth.ndim}"
    pixels = "right" if equals(got.reshape(truth.shape), truth) else "wrong too"
    if got.shape == asked.full_shape:
        dropped = [name for name in asked.axes if name not in asked.kept]
        return f"axis {' and '.join(dropped)} should be dropped; the pixels are {pixels}"
    return f"axes of length 1 were lost or added; the pixels are {pixels}"
