"""Explains answers that are wrong as a whole: dtype, byte order, order of axes, another level."""

import itertools
from collections.abc import Sequence

import numpy as np

from harness.conformance.digest import canonical_bytes, v3_name
from harness.conformance.mismatch import Array, Asked, Mismatch, axis_orders, equals, same, varies
from harness.conformance.verdict import Verdict, wrong
from harness.scenario.region import index


def explain_dtype(truth: Array, got: Array) -> Verdict | None:
    """Say what became of the values, if the dtype is not the truth's."""
    expected, given = v3_name(truth.dtype), v3_name(got.dtype)
    if expected == given:
        return None
    head = f"dtype {given} came back instead of {expected}"
    evidence = {"expected": expected, "got": given}
    if {expected, given} in ({f"int{bits}", f"uint{bits}"} for bits in (8, 16, 32, 64)):
        sign = "signed" if truth.dtype.kind == "u" else "unsigned"
        equal = truth.shape == got.shape and bytes(canonical_bytes(truth)) == bytes(canonical_bytes(got))
        values = _values_after_cast(truth, got) if not equal else "the same bytes, read with another sign"
        return wrong(
            "dtype",
            f"{head}: {sign} instead of {'un' if sign == 'signed' else ''}signed; {values}",
            **evidence,
        )
    return wrong("dtype", f"{head}; {_values_after_cast(truth, got)}", **evidence)


def _values_after_cast(truth: Array, got: Array) -> str:
    if truth.shape != got.shape:
        return f"the shape is {list(got.shape)} instead of {list(truth.shape)} too"
    if truth.dtype.kind not in "biuf" or got.dtype.kind not in "biuf":
        return "the values cannot be compared"
    if bool(same(truth, got).all()):
        return "the values are the same"
    if truth.dtype.itemsize == got.dtype.itemsize and canonical_bytes(truth) == canonical_bytes(got):
        return "the bytes are the same"
    with np.errstate(all="ignore"):
        if bool(same(truth.astype(got.dtype), got).all()):
            return "the values are those that fit into it, the others are cut off or rounded"
    return "the values differ too"


def explain_byte_order(mismatch: Mismatch) -> Verdict | None:
    """Recognise pixels whose bytes stand in the wrong order (big-endian read as little-endian)."""
    truth, got = mismatch.truth, mismatch.got
    if got.dtype.kind not in "iuf" or got.dtype.itemsize == 1:
        return None
    differs = mismatch.differs
    if not bool(same(got.byteswap()[differs], truth[differs]).all()):
        return None
    share = "" if bool(mismatch.bad.all()) else f" in {int(mismatch.bad.sum())} of {mismatch.bad.size} chunks"
    return wrong(
        "byte-swapped",
        f"the bytes of each pixel are swapped{share}: big-endian numbers were read as little-endian",
        pixels=mismatch.count,
    )


def explain_axis_order(truth: Array, got: Array, names: Sequence[str]) -> Verdict | None:
    """Recognise a transposed, column-major or mirrored array. `names` are the axes of the arrays."""
    if not varies(got):
        return None
    for order in axis_orders(truth.ndim):
        if equals(truth.transpose(order), got):
            moved = [names[i] for i in order]
            swapped = [names[i] for i, j in enumerate(order) if i != j]
            what = (
                f"{' and '.join(swapped)} are swapped" if len(swapped) == 2 else f"came as {', '.join(moved)}"
            )
            return wrong("transposed", f"the array is transposed: axes {what}", order=moved)
    if truth.shape != got.shape:
        return None
    if any(equals(other, got) for other in _column_major(truth)):
        return wrong(
            "transposed",
            "the pixels were laid out in column-major order but read in row-major order",
            order="F",
        )
    return _explain_mirror(truth, got, names)


def _column_major(truth: Array) -> tuple[Array, Array]:
    return truth.ravel("F").reshape(truth.shape), truth.ravel().reshape(truth.shape, order="F")


def _explain_mirror(truth: Array, got: Array, names: Sequence[str]) -> Verdict | None:
    for count in range(1, truth.ndim + 1):
        for axes in itertools.combinations(range(truth.ndim), count):
            if equals(np.flip(truth, axes), got):
                along = [names[a] for a in axes]
                return wrong("mirrored", f"the image is mirrored along {' and '.join(along)}", axes=along)
    return None


def explain_chunk_order(mismatch: Mismatch) -> Verdict | None:
    """Recognise chunks that are each transposed inside: stored column-major (`order: F`), read row-major."""
    chunks = mismatch.asked.chunks
    seen = 0
    for _, box in mismatch.boxes(mismatch.bad):
        truth, got = mismatch.truth[box], mismatch.got[box]
        if truth.shape == chunks and varies(truth):
            if not any(equals(other, got) for other in _column_major(truth)):
                return None
            seen += 1
    if not seen:
        return None
    return wrong(
        "transposed",
        f"the pixels are transposed within each of {seen} chunks: column-major order was read as row-major",
        order="F",
        chunks=seen,
    )


def explain_level(got: Array, asked: Asked) -> Verdict | None:
    """Recognise the pixels of another level: its whole, or the same region of it."""
    if not varies(got):
        return None
    for level, other in enumerate(asked.levels):
        if level == asked.level or other.ndim != len(asked.region):
            continue
        inside = all(isinstance(p, tuple) or p < n for p, n in zip(asked.region, other.shape, strict=True))
        if (inside and equals(other[index(asked.region)], got)) or equals(other, got):
            return wrong(
                "wrong-level",
                f"these are pixels of level {level}, not of level {asked.level}",
                asked=asked.level,
                got=level,
            )
    return None
