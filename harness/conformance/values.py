"""Explains answers by what happened to each pixel: NaN, sign of zero, rounding, scaling."""

import math
from typing import Any

import numpy as np

from harness.conformance.mismatch import Array, Mismatch, same
from harness.conformance.verdict import Verdict, wrong

FEW_VALUES = 8  # a truth with a smaller range than this many steps could be "rounded" into anything


def same_but_nan_payloads(truth: Array, got: Array) -> bool:
    """Tell whether two float arrays have the same bits everywhere but inside NaNs."""
    if truth.dtype.kind != "f" or truth.dtype != got.dtype or truth.shape != got.shape:
        return False
    bits = f"u{truth.dtype.itemsize}"
    equal = np.ascontiguousarray(truth).view(bits) == np.ascontiguousarray(got).view(bits)
    return bool((equal | (np.isnan(truth) & np.isnan(got))).all())


def explain_zero_signs(truth: Array, got: Array) -> Verdict | None:
    """Recognise answers with equal values whose zeros have another sign (their bits differ)."""
    if truth.dtype.kind != "f" or not bool(same(truth, got).all()):
        return None
    count = int(((np.signbit(truth) != np.signbit(got)) & (truth == 0)).sum())
    return (
        wrong("signed-zero", f"{count} zeros have the wrong sign (-0.0 is not 0.0)", pixels=count)
        if count
        else None
    )


def explain_nan(mismatch: Mismatch) -> Verdict | None:
    """Recognise answers wrong only where one of both is NaN."""
    truth, got, differs = mismatch.truth, mismatch.got, mismatch.differs
    if truth.dtype.kind not in "fc":
        return None
    if bool(np.isnan(got[differs]).all()):
        return wrong("nan", f"{_share(mismatch)} are NaN where numbers exist", pixels=mismatch.count)
    if bool(np.isnan(truth[differs]).all()):
        return wrong("nan", f"{_share(mismatch)} are numbers where NaN is stored", pixels=mismatch.count)
    return None


def largest_difference(truth: Array, got: Array) -> float:
    """Return the largest absolute difference of two arrays of one dtype; NaN against a number is infinite."""
    if truth.size == 0:
        return 0
    if truth.dtype.kind == "b":
        return int((truth != got).any())
    if truth.dtype.kind in "iu":
        # Subtracting as unsigned numbers is exact even where the signed difference does not fit.
        high, low = np.maximum(truth, got), np.minimum(truth, got)
        bits = f"u{truth.dtype.itemsize}"
        return int((high.view(bits) - low.view(bits)).max())
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.where(same(truth, got), 0, np.abs(truth.astype(np.float64) - got.astype(np.float64)))
    largest = float(apart.max())
    return math.inf if math.isnan(largest) else largest


def explain_rounding(mismatch: Mismatch) -> Verdict | None:
    """Recognise grey values off by at most one, and floats that went through a narrower float type."""
    truth, got = mismatch.truth, mismatch.got
    if truth.dtype.kind not in "iuf":
        return None
    largest = largest_difference(truth, got)
    if truth.dtype.kind == "f":
        with np.errstate(invalid="ignore", over="ignore"):
            close = np.abs(truth - got) <= np.abs(truth) * 2.0**-10
        fits = bool((close | same(truth, got)).all())
    else:
        fits = largest <= 1 and int(truth.max()) - int(truth.min()) >= FEW_VALUES
    if not fits:
        return None
    return wrong(
        "rounding",
        f"{_share(mismatch)} are off by rounding: by at most {largest:g}",
        pixels=mismatch.count,
        of=truth.size,
        max_difference=largest,
    )


def explain_scaling(mismatch: Mismatch) -> Verdict | None:
    """Recognise negated, inverted and rescaled grey values: a straight line from truth to answer."""
    truth, got = mismatch.truth, mismatch.got
    if truth.dtype.kind == "b":
        inverted = bool((truth != got).all()) and truth.size > 1
        return wrong("scaled", "true and false are exchanged", factor=-1, offset=1) if inverted else None
    if truth.dtype.kind not in "iuf" or not bool(np.isfinite(truth).all() and np.isfinite(got).all()):
        return None
    with np.errstate(all="ignore"):
        if bool(same(np.negative(truth), got).all()) and bool((truth != 0).any()):
            return wrong("scaled", "every value is negated", factor=-1, offset=0)
    line = _line(truth.astype(np.float64), got.astype(np.float64), whole=truth.dtype.kind != "f")
    if line is None:
        return None
    factor, offset = line
    parts = [f"multiplied by {factor:.6g}"] if abs(factor - 1) > 1e-9 else []
    parts += [f"increased by {offset:.6g}"] if abs(offset) > 1e-9 else []
    what = f"inverted (subtracted from {offset:.6g})" if abs(factor + 1) < 1e-9 else " and ".join(parts)
    return wrong("scaled", f"every value is {what}", factor=round(factor, 9), offset=round(offset, 9))


def _line(truth: Array, got: Array, *, whole: bool) -> tuple[float, float] | None:
    """Return factor and offset of the line through the darkest and the brightest pixel, if all lie on it."""
    low, high = np.unravel_index(truth.argmin(), truth.shape), np.unravel_index(truth.argmax(), truth.shape)
    span = float(truth[high] - truth[low])
    with np.errstate(all="ignore"):
        factor = float(got[high] - got[low]) / span if span else 0.0
        offset = float(got[low]) - factor * float(truth[low])
        rise = abs(factor) * span
        slack = 1.0 if whole else 1e-5 * rise
        if rise < (FEW_VALUES if whole else 0) or rise == 0 or not math.isfinite(rise + offset):
            return None
        apart = np.abs(got - (factor * truth + offset))
    distinct = np.unique(truth.reshape(-1)[:4096]).size > 2
    return (factor, offset) if distinct and bool((apart <= slack).all()) else None


def explain_pixelwise(mismatch: Mismatch) -> Verdict:
    """Say how many pixels differ, where, and by how much, when nothing better is known."""
    truth, got = mismatch.truth, mismatch.got
    first = np.unravel_index(int(np.argmax(mismatch.differs)), truth.shape)
    at = mismatch.asked.position([int(i) for i in first])
    evidence: dict[str, Any] = {"pixels": mismatch.count, "of": truth.size, "first": at}
    planes = mismatch.planes()
    where = f", all at {', '.join(planes)}" if planes else ""
    if truth.dtype.kind in "biuf":
        largest = largest_difference(truth, got)
        evidence["max_difference"] = largest if math.isfinite(largest) else str(largest)
    sentence = f"{_share(mismatch)} differ{where}, first at {at}: {got[first]} instead of {truth[first]}"
    return wrong("other", sentence, **evidence, planes=planes)


def _share(mismatch: Mismatch) -> str:
    return f"{mismatch.count} of {mismatch.truth.size} pixels"
