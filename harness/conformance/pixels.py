"""Judges pixels by their digest, and explains wrong ones: the most telling reason wins."""

from collections.abc import Callable

import numpy as np

from harness.conformance.chunkwise import explain_chunks, explain_fill, explain_misplaced
from harness.conformance.digest import digest, v3_name
from harness.conformance.keys import explain_key_order
from harness.conformance.mismatch import Array, Asked, laid_out, same
from harness.conformance.narrowed import explain_narrowed
from harness.conformance.picked import explain_pick_order
from harness.conformance.planes import explain_reordered
from harness.conformance.shapes import explain_shape
from harness.conformance.shifted import explain_shift
from harness.conformance.text import explain_text
from harness.conformance.values import (
    explain_bool_bytes,
    explain_nan,
    explain_pixelwise,
    explain_rounding,
    explain_scaling,
    explain_zero_signs,
    same_but_nan_payloads,
)
from harness.conformance.verdict import Verdict, wrong
from harness.conformance.whole import (
    explain_array,
    explain_axis_order,
    explain_byte_order,
    explain_chunk_order,
    explain_dtype,
    explain_level,
)

NAN_NOTE = "NaNs have other payloads (bits) than stored"


def judge_pixels(
    truth: Array, dtype: str | None, shape: tuple[int, ...] | None, sha256: str | None
) -> Verdict:
    """Judge what a tool says about the pixels it read: dtype (Zarr v3 name), shape and digest.

    A verdict with `evidence["kind"] == "digest"` asks for the pixels themselves and `explain_pixels`.
    """
    if dtype is None or shape is None or sha256 is None:
        given = {"dtype": dtype, "shape": shape, "digest": sha256}
        missing = ", ".join(name for name, value in given.items() if value is None)
        return wrong("no-answer", f"the answer has no {missing}")
    same_digest = sha256 == digest(truth)
    pixels = "the same bytes" if same_digest else "other bytes"
    if dtype != v3_name(truth.dtype):
        sentence = f"dtype {dtype} came back instead of {v3_name(truth.dtype)} ({pixels})"
        return wrong("dtype", sentence, expected=v3_name(truth.dtype), got=dtype)
    if tuple(shape) != truth.shape:
        sentence = f"shape {list(shape)} came back instead of {list(truth.shape)} ({pixels})"
        return wrong("shape", sentence, expected=list(truth.shape), got=list(shape))
    if same_digest:
        return Verdict(right=True)
    return wrong("digest", "the pixels differ from the truth", expected=digest(truth), got=sha256)


def explain_pixels(truth: Array, got: Array, asked: Asked) -> Verdict:
    """Explain why the pixels `got`, saved on a second asking, are not the truth that was asked for.

    `evidence["kind"]` is one of wrong-array, dtype, shape, signed-zero, bool-bytes, byte-swapped, picked,
    transposed, mirrored, key-order, fill, wrong-fill, step-ignored, shifted, reordered, repeated, truncated,
    saturated, imaginary-lost, rounding, text, wrong-level, nan, chunks-misplaced, scaled, chunks-differ,
    other; or not-repeatable, where this time the pixels are right. Floats that differ only inside NaNs are
    right, with a note.
    """
    with np.errstate(all="ignore"):  # casts that do not fit, signalling NaNs
        return _explain(truth, got, asked)


def _explain(truth: Array, got: Array, asked: Asked) -> Verdict:
    if found := explain_array(got, asked) or explain_dtype(truth, got) or explain_shape(truth, got, asked):
        return found
    if bool(same(truth, got).all()):
        return _explain_equal(truth, got)
    shown = laid_out(asked, truth, got)
    looks: tuple[Callable[[], Verdict | None], ...] = (
        lambda: explain_byte_order(shown),
        lambda: explain_pick_order(got, asked),
        lambda: explain_axis_order(truth, got, asked.kept),
        lambda: explain_chunk_order(shown),
        lambda: explain_key_order(shown),
        lambda: explain_fill(shown),
        lambda: explain_shift(shown),
        lambda: explain_reordered(shown),
        lambda: explain_narrowed(shown),
        lambda: explain_text(shown),
        lambda: explain_level(got, asked),
        lambda: explain_nan(shown),
        lambda: explain_misplaced(shown),
        lambda: explain_rounding(shown),
        lambda: explain_scaling(shown),
        lambda: explain_chunks(shown),
    )
    return next((found for look in looks if (found := look())), None) or explain_pixelwise(shown)


def _explain_equal(truth: Array, got: Array) -> Verdict:
    if digest(truth) == digest(got):
        sentence = "asked again, the pixels are right: the first answer had other pixels or a wrong digest"
        return wrong("not-repeatable", sentence)
    if same_but_nan_payloads(truth, got):
        return Verdict(right=True, notes=(NAN_NOTE,))
    found = explain_zero_signs(truth, got) or explain_bool_bytes(truth, got)
    return found or wrong("other", "the values are equal but their bytes differ")
