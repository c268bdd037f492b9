import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.performance.signed_rank import EXACT, centre, p_above

values = st.lists(st.floats(-1, 1).filter(lambda x: x != 0), min_size=1, max_size=9, unique_by=abs)


@given(values)
def test_p_is_the_share_of_all_signs_whose_negative_ranks_are_as_few(given_values):
    sizes = np.abs(given_values)
    ranks = sizes.argsort().argsort() + 1
    below = ranks[np.array(given_values) < 0].sum()
    signs = product((0, 1), repeat=len(ranks))
    share = np.mean([np.dot(sign, ranks) <= below for sign in signs])
    assert p_above(given_values, 0) == pytest.approx(share)


@given(values)
def test_what_lies_above_and_what_lies_below_share_one_sum(given_values):
    mirrored = [-value for value in given_values]
    assert p_above(given_values, 0) + p_above(mirrored, 0) >= 1


def test_ten_values_above_have_the_least_p_that_ten_can_have():
    assert p_above(list(range(1, 11)), 0) == 2**-10


def test_the_threshold_is_what_they_are_held_against():
    assert p_above([0.1] * 12, 0.05) < 0.001
    assert p_above([0.1] * 12, 0.15) == 1


def test_equal_distances_are_counted_against_a_finding():
    # Ranks 1.5 and 1.5: 1.5 below, which is rounded up to 2.
    assert p_above([1, -1], 0) == pytest.approx(0.75)


def test_values_on_the_threshold_say_nothing():
    assert p_above([0, 0, 0], 0) == 1
    assert p_above([0, 1, 2, 3], 0) == p_above([1, 2, 3], 0)


def test_beyond_what_is_counted_out_the_normal_distribution_goes_on_where_it_ended():
    draw = np.random.default_rng(3)
    noise = draw.normal(0.15, 1, EXACT + 1)
    exact, normal = p_above(noise[:EXACT], 0), p_above(noise, 0)
    assert math.log(normal / exact) == pytest.approx(0, abs=0.7)


def test_a_centre_hardly_heeds_one_wild_value():
    assert centre([1, 1.1, 0.9, 1, 100]) == pytest.approx(1, abs=0.1)


def test_no_values_have_no_centre():
    with pytest.raises(ValueError, match="no value"):
        centre([])
