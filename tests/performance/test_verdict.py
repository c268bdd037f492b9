import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import recorded_bouts

from harness.performance.bout import bout_ratio
from harness.performance.detectable import detectable
from harness.performance.verdict import STANDARD, Look, decide, decide_together, look, p_of

log_ratios = st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=40)


def judged(log_ratios):
    """Return the first word that there is at the procedure's looks."""
    for bouts in STANDARD.looks:
        word = decide(look(log_ratios[:bouts]))
        if word:
            return word
    return "inconclusive"


def test_ten_bouts_that_all_say_so_are_enough():
    steps = [step / 10_000 for step in range(10)]
    assert decide(look([0.05 + step for step in steps])) == "slower"
    assert decide(look([-0.05 - step for step in steps])) == "faster"


def test_a_difference_too_small_to_matter_is_none_however_sure():
    assert decide(look([0.015 + step / 10_000 for step in range(10)])) == "not slower"


def test_nine_bouts_are_never_enough_to_call_anything_slower():
    assert decide(look([0.5 + step / 1000 for step in range(9)])) is None


def test_what_may_well_be_faster_is_looked_at_again_before_it_is_merely_not_slower():
    # Nine of ten are quicker, by far: sure to be not slower, not yet sure to be faster.
    seen = look([-0.1, -0.11, -0.12, -0.13, -0.09, -0.08, -0.14, -0.15, -0.16, 0.01])
    assert decide(seen) is None
    assert decide(seen, last=True) == "not slower"


def test_bouts_that_scatter_widely_tell_nothing():
    assert decide(look([0.2, -0.2, 0.21, -0.19, 0.22, -0.23, 0.24, -0.25, 0.26, -0.27])) is None


@given(log_ratios)
def test_swapping_the_arms_swaps_slower_and_faster(given_ratios):
    there, back = look(given_ratios), look([-value for value in given_ratios])
    assert there.slower_p == back.faster_p
    assert there.ratio == pytest.approx(1 / back.ratio)
    words = decide(there), decide(back)
    assert (words[0] == "slower") == (words[1] == "faster")


@given(log_ratios, st.integers(1, 20))
def test_among_more_comparisons_less_is_called_different(given_ratios, among):
    seen = look(given_ratios)
    if decide(seen, among=among) in ("slower", "faster"):
        assert decide(seen) == decide(seen, among=among)


def seen(slower_p, ratio=1.1):
    return Look(bouts=20, ratio=ratio, slower_p=slower_p, faster_p=1 - slower_p, not_slower_p=0.9)


def test_the_surest_difference_is_held_against_the_strictest_limit_and_the_next_against_a_looser_one():
    # 0.001 / 3, then 0.001 / 2, then 0.001 itself.
    words, among = decide_together([seen(0.0009), seen(0.0003), seen(0.0004)], STANDARD, 3)
    assert words == ("slower", "slower", "slower")
    assert among == 0


def test_where_the_surest_is_not_sure_enough_none_is():
    words, among = decide_together([seen(0.0009), seen(0.0004)], STANDARD, 3)
    assert words == (None, None)
    assert among == 3


def test_comparisons_found_to_be_not_slower_still_count_as_comparisons():
    same = Look(bouts=20, ratio=1.0, slower_p=0.5, faster_p=0.5, not_slower_p=0.0001)
    words, among = decide_together([same, seen(0.0009)], STANDARD, 2)
    assert words == ("not slower", None)
    assert among == 2


def test_a_verdict_names_the_p_of_the_test_that_decided():
    assert p_of(seen(0.0001), "slower") == 0.0001
    assert p_of(seen(0.0001), "not slower") == 0.9
    assert p_of(seen(0.0001), "inconclusive") is None


# --- detectable


@given(st.floats(0.05, 5))
def test_twice_the_scatter_makes_twice_as_much_undetectable(factor):
    noise = np.random.default_rng(1).normal(0, 0.2, 30)
    once, scaled = (math.log1p(detectable((noise * by).tolist(), 60)) for by in (1, factor))
    # Where the scatter is small, the margin bounds it.
    assert scaled == pytest.approx(once * factor, rel=1e-6) or min(once, scaled) == pytest.approx(
        math.log(1.05)
    )


def test_too_few_bouts_say_nothing_of_their_scatter():
    with pytest.raises(ValueError, match="five bouts"):
        detectable([0.1, 0.2, 0.1, 0.2])


@pytest.mark.parametrize("scatter", [0.03, 0.06, 0.1])
def test_a_slow_down_said_to_be_detectable_is_found_about_as_often_as_it_says(scatter):
    draw = np.random.default_rng(int(scatter * 100))
    found = 0
    for _ in range(300):
        told = detectable(draw.normal(0, scatter, 40).tolist())
        found += judged((draw.normal(0, scatter, 90) + math.log1p(told)).tolist()) == "slower"
    assert found / 300 > 0.88


# --- recorded bouts of real readers


@pytest.fixture(scope="module")
def recorded():
    """Return (impl, slow, log-ratio) of every bout that was not pinned, from a recording."""
    return [
        (impl, slow, bout_ratio(*times).fastest)
        for impl, slow, mode, times in recorded_bouts()
        if mode == "std"
    ]


@pytest.mark.samples
@pytest.mark.parametrize("impl", ["ts", "zp"])
def test_identical_readers_are_hardly_ever_called_slower(impl, recorded):
    same = np.array([ratio for its, slow, ratio in recorded if (its, slow) == (impl, 0)])
    draw = np.random.default_rng(0)
    words = [judged((draw.choice(same, 90) * draw.choice((-1, 1), 90)).tolist()) for _ in range(1000)]
    assert words.count("slower") <= 10  # 0.3 % of 8,000


@pytest.mark.samples
@pytest.mark.parametrize("impl", ["ts", "zp"])
def test_readers_slowed_by_a_tenth_are_called_slower(impl, recorded):
    slowed = np.array([ratio for its, slow, ratio in recorded if (its, slow) == (impl, 0.1)])
    draw = np.random.default_rng(0)
    words = [judged(draw.choice(slowed, 90).tolist()) for _ in range(200)]
    assert words.count("slower") >= 190
