"""Reference reductions by whole blocks, exact: what each level of a pyramid must hold."""

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from harness.scenario.recipe import Edge, Method

Rounding = Literal["half-even", "half-up", "down"]
ROUNDINGS: tuple[Rounding, ...] = ("half-even", "half-up", "down")
Array = np.ndarray[Any, np.dtype[Any]]


def reduced_shape(shape: Sequence[int], factor: Sequence[int], edge: Edge) -> tuple[int, ...]:
    """Return the shape after one reduction: `floor` drops a ragged last block, `ceil` keeps it."""
    pairs = zip(shape, factor, strict=True)
    return tuple(-(-n // f) if edge == "ceil" else n // f for n, f in pairs)


def reduce(
    array: Array,
    factor: Sequence[int],
    method: Method,
    edge: Edge = "floor",
    rounding: Rounding = "half-even",
    phase: int = 0,
) -> Array:
    """Return the array reduced by `factor` (one per axis), in its own dtype.

    `mean` averages each block: integers by exact integer arithmetic, then `rounding` (`half-up` goes up,
    also below zero; `down` cuts towards zero, as a cast does); floats by sums in float64. A ragged block
    kept by `ceil` is averaged over the elements it has. `nearest` takes element `phase` of each block along
    every axis, or the block's last element where it has fewer.

    Raises ValueError for factors that don't fit the array, or a phase outside the blocks.
    """
    if len(factor) != array.ndim or any(f < 1 for f in factor):
        raise ValueError(f"factor {list(factor)} does not fit an array of {array.ndim} axes")
    if method == "nearest":
        return _nearest(array, factor, edge, phase)
    shape = reduced_shape(array.shape, factor, edge)
    if math.prod(shape) == 0:
        return np.empty(shape, array.dtype)
    inside = tuple(slice(0, min(n, m * f)) for n, m, f in zip(array.shape, shape, factor, strict=True))
    array = array[inside]
    counts = _block_sizes(array.shape, factor)
    if array.dtype.kind == "f":
        with np.errstate(invalid="ignore", over="ignore"):
            return (_block_sums(array, factor, np.dtype(np.float64)) / counts).astype(array.dtype)
    if array.dtype.kind not in "biu":
        raise ValueError(f"no mean is defined for dtype {array.dtype}")
    return _integer_mean(array, factor, counts, rounding)


def _nearest(array: Array, factor: Sequence[int], edge: Edge, phase: int) -> Array:
    if not 0 <= phase < max(factor, default=1):
        raise ValueError(f"phase {phase} is outside blocks of {list(factor)}")
    shape = reduced_shape(array.shape, factor, edge)
    for axis, (f, n, kept) in enumerate(zip(factor, array.shape, shape, strict=True)):
        taken = np.minimum(np.arange(kept) * f + min(phase, f - 1), n - 1)
        array = array.take(taken, axis=axis) if f > 1 else array
    return array.copy()


def _integer_mean(array: Array, factor: Sequence[int], counts: Array, rounding: Rounding) -> Array:
    """Quotient and remainder of each block's sum by its size, then one step up where `rounding` says so.

    64-bit values are summed as two halves, because the sum of a block may not fit into 64 bits.
    """
    wide = np.dtype(np.int64 if array.dtype.kind == "i" else np.uint64)
    counts = counts.astype(wide)
    if array.dtype.itemsize < 8:
        quotient, remainder = np.divmod(_block_sums(array, factor, wide), counts)
    else:
        half = wide.type(32)
        high, rest = np.divmod(_block_sums(array >> half, factor, wide), counts)
        low = _block_sums(array & wide.type(0xFFFFFFFF), factor, wide) + (rest << half)
        low, remainder = np.divmod(low, counts)
        quotient = (high << half) + low
    return (quotient + _step_up(quotient, remainder, counts, rounding)).astype(array.dtype)


def _step_up(quotient: Array, remainder: Array, counts: Array, rounding: Rounding) -> Array:
    """Tell where the floored quotient must grow by one."""
    twice = remainder + remainder
    up: Array = twice > counts
    half: Array = twice == counts
    if rounding == "half-up":
        up = up | half
    elif rounding == "half-even":
        up = up | (half & (quotient & quotient.dtype.type(1)).astype(np.bool_))
    else:
        up = (quotient < 0) & (remainder > 0)
    return up


def _block_sums(array: Array, factor: Sequence[int], dtype: np.dtype[Any]) -> Array:
    # Halving axes first keeps the wide intermediate small: no full-size wide copy is made.
    for axis, f in enumerate(factor):
        if f > 1:
            array = np.add.reduceat(array, np.arange(0, array.shape[axis], f), axis=axis, dtype=dtype)
    return array.astype(dtype, copy=False)


def _block_sizes(shape: Sequence[int], factor: Sequence[int]) -> Array:
    sizes = np.ones((1,) * len(shape), np.int64)
    for axis, (n, f) in enumerate(zip(shape, factor, strict=True)):
        along = np.minimum(f, n - np.arange(0, n, f)).reshape(
            [-1 if a == axis else 1 for a in range(len(shape))]
        )
        sizes = sizes * along
    return sizes
