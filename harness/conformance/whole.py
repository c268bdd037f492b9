"""Explains answers that are wrong as a whole: dtype, byte order, order of axes, another level."""

import itertools
from collections.abc import Sequence

import numpy as np

from harness.conformance.digest import canonical_bytes, v3_name
from harness.conformance.kinds import QUANTITIES, REAL
from harness.conformance.mismatch import Array, Asked, Mismatch, axis_orders, equals, same, shown, varies
from harness.conformance.verdict import Verdict, wrong


def explain_dtype(truth: Array, got: Array) -> Verdict | None:
    """Say what became of the values, if the dtype is not the truth's."""
    expected, given = v3_name(truth.dtype), v3_name(got.dtype)
    if expected == given:
        return None
    head = f"dtype {given} came back instead of {expected}"
    evidence = {"expected": expected, "got": given}
    if expected.removeprefix("u") == given.removeprefix("u"):
        head += ": signed instead of unsigned" if truth.dtype.kind == "u" else ": unsigned instead of signed"
    if truth.shape != got.shape:
        values = f"the shape is {list(got.shape)} instead of {list(truth.shape)} too"
    else:
        values = _became(truth, got) or "the values differ too"
    return wrong("dtype", f"{head}; {values}", **evidence)


def _became(truth: Array, got: Array) -> str | None:
    """Say what became of the values in another dtype."""
    if truth.dtype.kind not in REAL or got.dtype.kind not in REAL:
        return "the values cannot be compared"
    if bool(same(truth, got).all()):
        return "the values are the same"
    if truth.dtype.kind == "b" and bool(same(truth, got != 0).all()) and not varies(got[truth]):
        return f"true came as {shown(got[truth])}"
    if canonical_bytes(truth) == canonical_bytes(got):
        return "the bytes are the same"
    if bool(same(truth.astype(got.dtype), got).all()):
        return "the values are those that fit into it, the others are cut off or rounded"
    return None


def explain_byte_order(mismatch: Mismatch) -> Verdict | None:
    """Recognise pixels whose bytes stand in the wrong order (big-endian read as little-endian)."""
    truth, got = mismatch.truth, mismatch.got
    if got.dtype.kind not in QUANTITIES:
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
    several = [axis for axis, n in enumerate(truth.shape) if n > 2]  # two planes are rather exchanged
    for count in range(1, len(several) + 1):
        for axes in itertools.combinations(several, count):
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
    if asked.level is None or not varies(got):
        return None
    for level, other in enumerate(asked.levels):
        if level != asked.level and _is_read_from(got, other, asked):
            sentence = f"these are pixels of level {level}, not of level {asked.level}"
            return wrong("wrong-level", sentence, asked=asked.level, got=level)
    return None


def explain_array(got: Array, asked: Asked) -> Verdict | None:
    """Recognise the pixels of another array, such as a label image: its whole, or the same region of it."""
    if not varies(got):
        return None
    for path, other in asked.others.items():
        if v3_name(other.dtype) == v3_name(got.dtype) and _is_read_from(got, other, asked):
            return wrong("wrong-array", f"these are the pixels of '{path}', not of {asked.whole}", got=path)
    return None


def _is_read_from(got: Array, other: Array, asked: Asked) -> bool:
    region = asked.of(other)
    return (region is not None and equals(region, got)) or equals(other, got)
