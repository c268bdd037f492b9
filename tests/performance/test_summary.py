"""Medians with their spread."""

from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.performance.summary import Key, median_interval, outliers, summarise
from harness.results.model import Sample

VALUES = st.lists(st.floats(0, 1e12), min_size=1, max_size=40)


def sample(value, session=0, repeat=0, **changes):
    facts = {"trial": "t", "phase": "warm", "step": "operation", "metric": "wall", "unit": "ns"}
    return Sample(session=session, repeat=repeat, value=value, **{**facts, **changes})


def only(samples):
    (summary,) = summarise(samples).values()
    return summary


@given(VALUES)
def test_the_spread_holds_the_median(values):
    low, high, _ = median_interval(values)
    assert min(values) <= low <= median(values) <= high <= max(values)


@pytest.mark.parametrize(
    ("n", "rank"), [(6, 1), (8, 1), (9, 2), (10, 2), (12, 3), (15, 4), (20, 6), (25, 8), (50, 18)]
)
def test_the_interval_is_that_of_the_sign_test_s_tables(n, rank):
    assert median_interval(range(1, n + 1)) == (rank, n + 1 - rank, "95 %")


@pytest.mark.parametrize("n", [1, 2, 5])
def test_few_values_have_a_range_instead_and_say_so(n):
    assert median_interval(range(n)) == (0, n - 1, "range")


def test_the_interval_holds_the_true_median_as_often_as_it_says():
    rng = np.random.default_rng(11)
    drawn = rng.lognormal(size=(2000, 15))
    intervals = [median_interval(row.tolist()) for row in drawn]
    held = sum(low <= 1 <= high for low, high, _ in intervals)
    assert 0.95 < held / 2000 < 0.98  # exactly 0.9648


def test_one_session_is_summarised_over_its_repeats():
    summary = only(sample(value, repeat=i) for i, value in enumerate([5, 1, 3, 2, 4, 6, 7]))
    assert (summary.median, summary.low, summary.high, summary.interval) == (4, 1, 7, "95 %")
    assert (summary.n, summary.over, summary.samples, summary.unit) == (7, "repeats", 7, "ns")


def test_several_sessions_are_summarised_over_their_medians():
    samples = [sample(s * 10 + r, session=s, repeat=r) for s in range(3) for r in range(5)]
    summary = only(samples)
    assert (summary.median, summary.low, summary.high, summary.interval) == (12, 2, 22, "range")
    assert (summary.n, summary.over, summary.samples) == (3, "sessions", 15)


def test_phases_steps_and_metrics_are_kept_apart():
    samples = [
        sample(1, phase="cold"),
        sample(2),
        sample(3, step="open"),
        sample(4, metric="peak_rss", unit="bytes"),
        sample(5, trial="u"),
    ]
    summaries = summarise(samples)
    assert summaries[Key("t", "cold", "operation", "wall")].median == 1
    assert summaries[Key("t", "warm", "operation", "peak_rss")].unit == "bytes"
    assert len(summaries) == 5


def test_outliers_are_counted_and_do_not_move_the_median():
    summary = only(sample(value, repeat=i) for i, value in enumerate([10, 11, 12, 11, 10, 9000, 11]))
    assert summary.outliers == 1
    assert summary.median == 11


def test_three_values_have_no_outliers():
    assert outliers([1, 1, 100]) == 0


def test_no_samples_give_no_summaries():
    assert summarise([]) == {}
