"""The reference reductions, held against slow and obvious ones."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from harness.datasets.reduce import ROUNDINGS, reduce, reduced_shape

INTEGERS = st.sampled_from(["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"])


def rounded(exact, rounding):
    if rounding == "down":
        return math.trunc(exact)
    return round(exact) if rounding == "half-even" else math.floor(exact + Fraction(1, 2))


def slow_mean(array, factor, edge, rounding):
    out = np.empty(reduced_shape(array.shape, factor, edge), array.dtype)
    for at in np.ndindex(out.shape):
        block = array[tuple(slice(i * f, (i + 1) * f) for i, f in zip(at, factor, strict=True))]
        exact = Fraction(sum(int(v) for v in block.ravel()), block.size)
        out[at] = rounded(exact, rounding)
    return out


@given(
    INTEGERS.flatmap(lambda d: hnp.arrays(d, hnp.array_shapes(min_dims=1, max_dims=3, max_side=7))),
    st.data(),
)
def test_the_mean_of_integers_is_exact_in_every_dtype(array, data):
    factor = data.draw(st.tuples(*[st.integers(1, 4)] * array.ndim))
    edge = data.draw(st.sampled_from(["floor", "ceil"]))
    rounding = data.draw(st.sampled_from(ROUNDINGS))
    reduced = reduce(array, factor, "mean", edge, rounding)
    assert reduced.dtype == array.dtype
    np.testing.assert_array_equal(reduced, slow_mean(array, factor, edge, rounding))


@pytest.mark.parametrize(
    ("rounding", "expected"), [("half-even", [2, 2]), ("half-up", [2, 3]), ("down", [1, 2])]
)
def test_halves_are_rounded_as_asked(rounding, expected):
    array = np.array([1, 2, 2, 3], np.uint8)
    assert reduce(array, (2,), "mean", rounding=rounding).tolist() == expected


@pytest.mark.parametrize(("rounding", "expected"), [("half-even", -2), ("half-up", -1), ("down", -1)])
def test_halves_below_zero_are_rounded_as_asked(rounding, expected):
    assert reduce(np.array([-1, -2], np.int16), (2,), "mean", rounding=rounding).tolist() == [expected]


def test_sums_beyond_64_bits_do_not_overflow():
    array = np.full((2, 4), 2**64 - 1, np.uint64)
    assert reduce(array, (2, 2), "mean").tolist() == [[2**64 - 1] * 2]


def test_a_ragged_edge_is_dropped_by_floor_and_averaged_by_ceil():
    array = np.array([0, 2, 4, 6, 9], np.uint16)
    assert reduce(array, (2,), "mean", "floor").tolist() == [1, 5]
    assert reduce(array, (2,), "mean", "ceil").tolist() == [1, 5, 9]


def test_an_axis_with_factor_1_is_left_alone():
    array = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert reduce(array, (1, 1), "mean").tolist() == array.tolist()


@pytest.mark.parametrize(("phase", "expected"), [(0, [0, 3, 6]), (1, [1, 4, 6]), (2, [2, 5, 6])])
def test_nearest_takes_the_phase_of_each_block_and_stays_inside(phase, expected):
    assert reduce(np.arange(7), (3,), "nearest", "ceil", phase=phase).tolist() == expected


@given(hnp.arrays("f4", (5, 6)))
def test_nearest_keeps_bits_whatever_the_dtype(array):
    assert reduce(array, (2, 2), "nearest", phase=1).tobytes() == array[1:4:2, 1::2].tobytes()


def test_floats_are_averaged_in_double_precision_and_nan_spreads():
    array = np.array([1, 2, np.nan, 1, np.inf, -np.inf], np.float32)
    np.testing.assert_array_equal(reduce(array, (2,), "mean"), np.array([1.5, np.nan, np.nan], np.float32))


def test_a_mean_of_true_and_false_is_the_majority():
    assert reduce(np.array([True, True, True, False]), (4,), "mean").tolist() == [True]


def test_too_short_an_axis_reduces_to_nothing():
    assert reduce(np.ones((1, 4), np.uint8), (2, 2), "mean").shape == (0, 2)


def test_what_cannot_be_reduced_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        reduce(np.ones((2, 2)), (2,), "mean")
    with pytest.raises(ValueError, match="phase 2"):
        reduce(np.ones((4, 4)), (2, 2), "nearest", phase=2)
    with pytest.raises(ValueError, match="no mean"):
        reduce(np.array(["a", "b"]), (2,), "mean")
