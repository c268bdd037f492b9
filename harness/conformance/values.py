"""Explains answers by what happened to each pixel: NaN, sign of zero, rounding, scaling."""

import math
from typing import Any

import numpy as np

from harness.conformance.kinds import GREY, INTEGERS, REAL, WITH_NAN
from harness.conformance.mismatch import Array, Mismatch, same, shown
from harness.conformance.verdict import Verdict, wrong

FEW_VALUES = 8  # a range of fewer steps could be "rounded" into anything


def same_but_nan_payloads(truth: Array, got: Array) -> bool:
    """Tell of equal floats whether they have the same bits everywhere but inside NaNs."""
    if truth.dtype.kind not in WITH_NAN:
        return False
    numbers, given = _floats(truth), _floats(got)
    bits = f"u{numbers.dtype.itemsize}"
    return bool(((numbers.view(bits) == given.view(bits)) | np.isnan(numbers)).all())


def _floats(array: Array) -> Array:
    """Return the floats in an array, one by one; of a complex number its two halves."""
    size = array.dtype.itemsize // (2 if array.dtype.kind == "c" else 1)
    return np.ascontiguousarray(array).ravel().view(f"f{size}")


def explain_zero_signs(truth: Array, got: Array) -> Verdict | None:
    """Recognise answers with equal values whose zeros have another sign (their bits differ)."""
    if truth.dtype.kind not in WITH_NAN:
        return None
    numbers, given = _floats(truth), _floats(got)
    zeros = numbers == 0
    count = int(((np.signbit(numbers) != np.signbit(given)) & zeros).sum())
    if not count:
        return None
    share = f"{count} of {int(zeros.sum())} zeros"
    return wrong("signed-zero", f"{share} have the wrong sign (-0.0 is not 0.0)", pixels=count)


def explain_bool_bytes(truth: Array, got: Array) -> Verdict | None:
    """Recognise booleans whose bytes are not 0 and 1; their values are equal nevertheless."""
    if truth.dtype.kind != "b":
        return None
    values = np.ascontiguousarray(got).view(np.uint8)
    count = int((values > 1).sum())
    if not count:
        return None
    sentence = f"{count} times true is the byte {values.max()}, where it must be 1"
    return wrong("bool-bytes", sentence, pixels=count)


def explain_nan(mismatch: Mismatch) -> Verdict | None:
    """Recognise answers wrong only where one of both is NaN."""
    truth, got, differs = mismatch.truth, mismatch.got, mismatch.differs
    if truth.dtype.kind not in WITH_NAN:
        return None
    if bool(np.isnan(got[differs]).all()):
        return wrong("nan", f"{mismatch.share} are NaN where numbers exist", pixels=mismatch.count)
    if bool(np.isnan(truth[differs]).all()):
        return wrong("nan", f"{mismatch.share} are numbers where NaN is stored", pixels=mismatch.count)
    return None


def largest_difference(truth: Array, got: Array) -> float:
    """Return the largest absolute difference of two arrays of one dtype; NaN against a number is infinite."""
    if truth.size == 0:
        return 0
    if truth.dtype.kind in INTEGERS:
        # Subtracting as unsigned numbers is exact even where the signed difference does not fit.
        high, low = np.maximum(truth, got), np.minimum(truth, got)
        bits = f"u{truth.dtype.itemsize}"
        return int((high.view(bits) - low.view(bits)).max())
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.where(same(truth, got), 0, np.abs(truth.astype(np.float64) - got.astype(np.float64)))
    largest = float(apart.max())
    return math.inf if math.isnan(largest) else largest


def explain_rounding(mismatch: Mismatch) -> Verdict | None:
    """Recognise grey values off by at most one, and floats off in their last digits."""
    truth, got = mismatch.truth, mismatch.got
    if truth.dtype.kind not in GREY:
        return None
    largest = largest_difference(truth, got)
    if truth.dtype.kind == "f":
        close = np.isfinite(truth) & (np.abs(truth - got) <= np.abs(truth) * 2.0**-10)
        fits = bool((close | same(truth, got)).all())
    else:
        fits = largest == 1 and int(truth.max()) - int(truth.min()) >= FEW_VALUES
    if not fits:
        return None
    return wrong(
        "rounding",
        f"{mismatch.share} are off by rounding: by at most {largest:g}",
        pixels=mismatch.count,
        of=truth.size,
        max_difference=largest,
    )


def explain_scaling(mismatch: Mismatch) -> Verdict | None:
    """Recognise negated, inverted and rescaled grey values: a straight line from truth to answer."""
    truth, got = mismatch.truth, mismatch.got
    if truth.dtype.kind == "b":
        exchanged = mismatch.count == truth.size > 1
        return wrong("scaled", "true and false are exchanged", factor=-1, offset=1) if exchanged else None
    if truth.dtype.kind not in GREY:
        return None
    if bool(same(np.negative(truth), got).all()):
        return wrong("scaled", "every value is negated", factor=-1, offset=0)
    line = _line(truth.astype(np.float64), got.astype(np.float64), whole=truth.dtype.kind in INTEGERS)
    if line is None:
        return None
    factor, offset = line
    parts = [f"multiplied by {factor:.6g}"] if factor != 1 else []
    parts += [f"increased by {offset:.6g}"] if offset else []
    what = f"inverted (subtracted from {offset:.6g})" if factor == -1 else " and ".join(parts)
    return wrong("scaled", f"every value is {what}", factor=factor, offset=offset) if parts else None


def _line(truth: Array, got: Array, *, whole: bool) -> tuple[float, float] | None:
    """Return factor and offset of the line through the darkest and the brightest pixel, if all lie on it.

    Rounded, for what comes back has been rounded too. A line needs a third value between these two.
    """
    low, high = np.unravel_index(truth.argmin(), truth.shape), np.unravel_index(truth.argmax(), truth.shape)
    factor = (got[high] - got[low]) / (truth[high] - truth[low])
    offset = got[low] - factor * truth[low]
    rise = float(abs(got[high] - got[low]))
    if rise <= (FEW_VALUES if whole else 0):
        return None
    slack = 1.0 if whole else 1e-5 * rise
    on_it = np.abs(got - (factor * truth + offset)) <= slack
    between = (truth != truth[low]) & (truth != truth[high])
    fits = bool(on_it.all()) and bool(between.any())
    return (round(float(factor), 9), round(float(offset), 9)) if fits else None


def explain_pixelwise(mismatch: Mismatch) -> Verdict:
    """Say how many pixels differ, where, and by how much, when nothing better is known."""
    truth, got = mismatch.truth, mismatch.got
    first = np.unravel_index(int(np.argmax(mismatch.differs)), truth.shape)
    instead = f"{shown(got[first])} instead of {shown(truth[first])}"
    at = mismatch.asked.position([int(i) for i in first])
    evidence: dict[str, Any] = {"pixels": mismatch.count, "of": truth.size, "first": at}
    if truth.dtype.kind in REAL:
        largest = largest_difference(truth, got)
        evidence["max_difference"] = largest if math.isfinite(largest) else str(largest)
    if truth.dtype.names is not None:
        evidence["fields"] = [name for name in truth.dtype.names if not same(truth[name], got[name]).all()]
    if truth.size == 1:
        return wrong("other", f"{mismatch.asked.place} is {instead}", **evidence, planes=[])
    planes = mismatch.planes()
    where = f", all at {', '.join(planes)}" if planes else ""
    which = f" in {', '.join(map(repr, evidence['fields']))}" if "fields" in evidence else ""
    sentence = f"{mismatch.share} differ{which}{where}, first at {at}: {instead}"
    return wrong("other", sentence, **evidence, planes=planes)
