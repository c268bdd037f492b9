"""Ratios of paired times: known values, simulated coverage, and real bouts of identical readers."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import recorded_bouts

from harness.performance.ratio import interval_rank, paired_ratio
from harness.performance.signed_rank import cumulative_signed_rank

TIMES = st.lists(st.tuples(st.floats(1e-3, 1e6), st.floats(1e-3, 1e6)), min_size=1, max_size=30)


@given(TIMES)
def test_the_centre_lies_in_the_interval_and_the_exchange_of_arms_inverts_it(pairs):
    a, b = zip(*pairs, strict=True)
    there, back = paired_ratio(a, b), paired_ratio(b, a)
    assert there.low <= there.centre <= there.high
    assert math.isclose(there.centre * back.centre, 1, rel_tol=1e-9)
    assert math.isclose(there.low * back.high, 1, rel_tol=1e-9)


@given(TIMES, st.floats(0.1, 10))
def test_a_slower_arm_moves_all_three_by_its_factor(pairs, factor):
    a, b = zip(*pairs, strict=True)
    plain, slowed = paired_ratio(a, b), paired_ratio([x * factor for x in a], b)
    for field in ("centre", "low", "high"):
        assert math.isclose(getattr(slowed, field), getattr(plain, field) * factor, rel_tol=1e-9)


@given(TIMES.filter(lambda pairs: len(pairs) > 5), st.randoms())
def test_one_wild_pair_in_many_does_not_decide(pairs, draw):
    a, b = [100 + draw.random() for _ in range(20)], [100 + draw.random() for _ in range(20)]
    a[3] = pairs[0][0] * 1e6
    assert 0.98 < paired_ratio(a, b).centre < 1.02


@pytest.mark.parametrize("pairs", [1, 2, 5, 9])
def test_the_distribution_is_that_of_all_signs(pairs):
    sums = [sum(r for r, sign in enumerate(signs, 1) if sign) for signs in product((0, 1), repeat=pairs)]
    shares = cumulative_signed_rank(pairs)
    for w, share in enumerate(shares):
        assert share == sum(s <= w for s in sums) / 2**pairs


# Published two-sided critical values of the signed rank at 0.05: the largest W that is significant.
@pytest.mark.parametrize(
    ("pairs", "critical"),
    [(6, 0), (7, 2), (8, 3), (9, 5), (10, 8), (12, 13), (15, 25), (20, 52), (25, 89), (30, 137)],
)
def test_the_interval_is_that_of_the_published_tables(pairs, critical):
    rank, confidence = interval_rank(pairs, 0.95)
    assert rank == critical + 1
    assert 0.95 <= confidence < 0.97


def test_hollander_and_wolfe_s_depression_scores():
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    ratio = paired_ratio(np.exp(after).tolist(), np.exp(before).tolist())
    assert math.log(ratio.centre) == pytest.approx(-0.46)
    assert (math.log(ratio.low), math.log(ratio.high)) == (pytest.approx(-0.786), pytest.approx(-0.010))
    assert ratio.confidence == pytest.approx(0.961, abs=5e-4)


def test_too_few_pairs_give_the_widest_interval_and_say_how_sure_it_is():
    ratio = paired_ratio([2, 3, 4, 5], [1, 1, 1, 1])
    assert (ratio.low, ratio.high) == (pytest.approx(2), pytest.approx(5))
    assert ratio.confidence == 1 - 2 / 2**4


@pytest.mark.parametrize("pairs", [61, 90])
def test_for_many_pairs_the_normal_distribution_comes_close_to_the_exact_one(pairs):
    rank, confidence = interval_rank(pairs, 0.95)
    assert confidence == 0.95
    assert 2 * cumulative_signed_rank(pairs)[rank - 1] == pytest.approx(0.05, abs=0.001)


@pytest.mark.parametrize(("pairs", "expected"), [(8, 0.9609), (20, 0.9516), (70, 0.95)])
def test_the_interval_covers_the_truth_as_often_as_it_says(pairs, expected):
    rng = np.random.default_rng(5)
    held, rounds = 0, 1500
    for _ in range(rounds):
        machine = rng.normal(0, 0.3, pairs)  # shared by both arms of a pair
        a, b = (np.exp(machine + rng.standard_t(3, pairs) * 0.05) for _ in range(2))
        ratio = paired_ratio((1.2 * a).tolist(), b.tolist())
        held += ratio.low <= 1.2 <= ratio.high
    assert held / rounds == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    ("a", "b"), [([], []), ([1], [1, 2]), ([0.0], [1.0]), ([1.0], [math.nan]), ([math.inf], [1.0])]
)
def test_what_is_no_pair_of_times_is_refused(a, b):
    with pytest.raises(ValueError, match=r"pairs|positive"):
        paired_ratio(a, b)


# --- real bouts: two processes measured alternately on a noisy machine


@pytest.fixture(scope="module")
def bouts():
    """Return one pair of times (arm 1, arm 0) per bout of real processes, with its slow-down."""
    return [
        (slow, quantum[1].astype(float), quantum[0].astype(float))
        for _, slow, _, times in recorded_bouts()
        for quantum in [times.min(axis=2)]
    ]


def centres(bouts, slow):
    return [paired_ratio(a, b).centre for its, a, b in bouts if its == slow]


@pytest.mark.samples
def test_intervals_over_real_bouts_of_identical_readers_hold_1_as_often_as_they_say(bouts):
    same = np.array(centres(bouts, 0.0))
    rng = np.random.default_rng(0)
    ratios = [paired_ratio(rng.choice(same, 10, replace=False).tolist(), [1.0] * 10) for _ in range(1000)]
    held = sum(ratio.low <= 1 <= ratio.high for ratio in ratios) / 1000
    assert 0.93 < held < 0.98


@pytest.mark.samples
def test_pairs_inside_one_real_bout_are_not_independent(bouts):
    ratios = [paired_ratio(a, b) for slow, a, b in bouts if slow == 0]
    assert sum(ratio.low <= 1 <= ratio.high for ratio in ratios) / len(ratios) < 0.9


@pytest.mark.samples
@pytest.mark.parametrize("slow", [0.05, 0.1])
def test_real_bouts_find_a_slower_reader_and_about_how_much_slower_it_is(bouts, slow):
    slower = centres(bouts, slow)
    ratio = paired_ratio(slower, [1.0] * len(slower))
    assert ratio.low > 1
    assert ratio.centre == pytest.approx(1 + slow, abs=0.02)  # burning time costs a little time itself
