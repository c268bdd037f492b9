"""Explains values that went through something narrower: fewer bits, a smaller range, fewer decimals."""

import numpy as np

from harness.conformance.kinds import QUANTITIES
from harness.conformance.mismatch import Array, Mismatch, same, shown, varies
from harness.conformance.values import largest_difference
from harness.conformance.verdict import Verdict, wrong

DECIMALS = (1, 2, 3)


def explain_narrowed(mismatch: Mismatch) -> Verdict | None:
    """Recognise lost high bytes, saturated values, rounded floats, and lost imaginary parts."""
    kind = mismatch.truth.dtype.kind
    if kind not in QUANTITIES or not varies(mismatch.got):
        return None
    if kind == "c":
        return _explain_imaginary(mismatch)
    if kind == "f":
        return _explain_float(mismatch) or _explain_saturated(mismatch)
    return _explain_truncated(mismatch) or _explain_saturated(mismatch)


def _explain_imaginary(mismatch: Mismatch) -> Verdict | None:
    if not bool(same(mismatch.truth.real, mismatch.got).all()):
        return None
    return wrong("imaginary-lost", f"{mismatch.share} have lost their imaginary part", pixels=mismatch.count)


def _explain_truncated(mismatch: Mismatch) -> Verdict | None:
    truth, got = mismatch.truth, mismatch.got
    for size in (1, 2, 4):
        for kind in (truth.dtype.kind, "u"):
            if bool((truth.astype(f"{kind}{size}") == got).all()):
                sentence = f"{mismatch.share} are cut off: only their lower {8 * size} bits came back"
                return wrong("truncated", sentence, bits=8 * size, pixels=mismatch.count)
    return None


def _explain_saturated(mismatch: Mismatch) -> Verdict | None:
    truth, got, differs = mismatch.truth, mismatch.got, mismatch.differs
    if not varies(truth[differs]) or varies(got[differs]):
        return None
    limit = got[differs][:1]
    for word, limited in (("above", np.minimum), ("below", np.maximum)):
        if bool(same(limited(truth, limit), got).all()):
            said = shown(limit)
            sentence = f"{mismatch.share} are saturated: what is {word} {said} came back as {said}"
            return wrong("saturated", sentence, limit=limit.tolist()[0], pixels=mismatch.count)
    return None


def _explain_float(mismatch: Mismatch) -> Verdict | None:
    truth, got = mismatch.truth, mismatch.got
    for way, rounded in _rounded(truth):
        if bool(same(rounded, got).all()):
            largest = largest_difference(truth, got)
            sentence = f"{mismatch.share} are off by rounding: {way}, which takes up to {largest:g}"
            return wrong("rounding", sentence, pixels=mismatch.count, way=way, max_difference=_plain(largest))
    return None


def _rounded(truth: Array) -> list[tuple[str, Array]]:
    """Return what becomes of floats by rules that are known, and what to call them."""
    found = [(f"they went through {name}", truth.astype(name)) for name in ("float16", "float32")]
    found += [("they were cut to whole numbers", np.trunc(truth))]
    found += [("they were rounded to whole numbers", np.rint(truth))]
    return found + [(f"they were rounded to {d} decimals", np.round(truth, d)) for d in DECIMALS]


def _plain(value: float) -> float | str:
    return value if np.isfinite(value) else str(value)
