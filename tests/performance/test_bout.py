import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.performance.bout import bout_ratio, log_ratio_of_totals

shapes = st.tuples(st.integers(1, 6).map(lambda blocks: 2 * blocks), st.integers(1, 4))


@given(shapes, st.integers(0, 2**32 - 1), st.floats(0.5, 2))
def test_a_bout_finds_a_constant_factor_exactly(shape, seed, factor):
    a = np.random.default_rng(seed).integers(10**7, 10**8, shape)
    ratio = bout_ratio(a, np.round(a * factor).astype(np.int64))
    assert ratio.fastest == pytest.approx(math.log(factor), abs=1e-5)
    assert ratio.total == pytest.approx(math.log(factor), abs=1e-5)


def test_the_second_of_a_pair_being_slower_cancels_within_a_block():
    # AB BA: whoever comes second takes 4 % longer.
    a, b = np.array([[100_000], [104_000]]), np.array([[104_000], [100_000]])
    assert bout_ratio(a, b).fastest == pytest.approx(0)


def test_one_disturbed_operation_in_a_quantum_moves_the_total_and_not_the_verdict():
    a = np.full((20, 5), 1000)
    b = a.copy()
    b[:, 2] = 2000
    ratio = bout_ratio(a, b)
    assert ratio.fastest == 0
    assert math.exp(ratio.total) == pytest.approx(1.2)


def test_one_wild_block_hardly_moves_a_bout():
    a = np.full((20, 2), 1000)
    b = a.copy()
    b[:2] = 50_000
    assert bout_ratio(a, b).fastest == 0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.ones((3, 1), int), np.ones((3, 1), int)),
        (np.ones((2, 1), int), np.ones((4, 1), int)),
        (np.ones((0, 1), int), np.ones((0, 1), int)),
        (np.ones(4, int), np.ones(4, int)),
        (np.zeros((2, 1), int), np.ones((2, 1), int)),
    ],
)
def test_what_is_no_bout_is_refused(a, b):
    with pytest.raises(ValueError, match=r"blocks of two quanta|positive"):
        bout_ratio(a, b)


def test_totals_of_a_clock_that_stood_still_are_no_error():
    assert log_ratio_of_totals(np.zeros((2, 1), int), np.zeros((2, 1), int)) == 0
