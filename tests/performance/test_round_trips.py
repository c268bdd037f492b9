"""Dependent round trips: known slopes, counted-out intervals, and their coverage under simulated noise."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.performance.round_trips import _disorders, _interval_rank, round_trips

RTTS = (50, 100, 150)


def points(trips, start=0.2, sessions=3, rtts=RTTS):
    return [(rtt, start + trips * rtt / 1000) for rtt in rtts for _ in range(sessions)]


@given(st.floats(0, 500), st.floats(0.01, 100), st.integers(1, 6))
def test_a_straight_line_gives_its_slope(trips, start, sessions):
    its = round_trips(points(trips, start, sessions))
    assert its.trips == pytest.approx(trips, abs=1e-6)
    assert (its.low, its.high) == (pytest.approx(trips, abs=1e-6), pytest.approx(trips, abs=1e-6))
    assert its.misfit == pytest.approx(0, abs=1e-6)
    assert its.network_share == pytest.approx(trips * 0.05 / (start + trips * 0.05), abs=1e-6)
    assert (its.rtts_ms, its.sessions) == (RTTS, 3 * sessions)


@given(
    st.lists(st.tuples(st.sampled_from([50, 60, 100, 150]), st.floats(0.001, 100)), min_size=1, max_size=25)
)
def test_trips_lie_in_their_interval_and_none_is_negative(times):
    its = round_trips(times)
    assert (its is None) == (len({rtt for rtt, _ in times}) < 2)
    if its is not None:
        assert 0 <= its.low <= its.trips <= its.high
        assert 0 <= its.confidence < 1
        assert 0 <= its.network_share <= 1


@pytest.mark.parametrize("rtts", [(), (50,), (0, 1, 10, 100), (10, 49.9, 150, 151)])
def test_less_than_two_latencies_at_which_the_network_dominates_give_no_number(rtts):
    assert round_trips(points(9, rtts=rtts)) is None


def test_short_and_long_latencies_have_no_part():
    bent = [(0, 9.0), (10, 9.0), (400, 1.0)]
    assert round_trips([*bent, *points(12)]) == round_trips(points(12))


def test_a_session_in_which_the_machine_stood_still_does_not_decide():
    times = points(12, sessions=5)
    times[-1] = (150, 90.0)
    its = round_trips(times)
    assert its.trips == pytest.approx(12)
    assert its.low == pytest.approx(12)


@pytest.mark.parametrize(
    ("trips", "overlapped"), [(0, True), (0.9, True), (1, False), (1.1, False), (30, False)]
)
def test_below_one_work_went_on_while_waiting(trips, overlapped):
    assert round_trips(points(trips)).overlapped == overlapped


def test_an_interval_around_one_is_not_overlapped():
    times = [(rtt, 0.2 + 0.98 * rtt / 1000 + wobble) for rtt in RTTS for wobble in (-0.02, 0, 0.02)]
    its = round_trips(times)
    assert its.trips == pytest.approx(0.98)
    assert its.high > 1
    assert not its.overlapped


def test_a_bend_shows_as_a_misfit():
    bent = [(rtt, max(3.0, 40 * rtt / 1000)) for rtt in RTTS for _ in range(3)]
    assert round_trips(bent).misfit > 0.1


# --- the interval


@pytest.mark.parametrize("sizes", [(1,), (1, 1), (2, 1), (2, 2, 1), (3, 3), (2, 2, 2), (1, 3, 2)])
def test_disorders_are_those_of_all_orders(sizes):
    labels = [group for group, size in enumerate(sizes) for _ in range(size)]
    seen = Counter(
        sum(order[i] > order[j] for i in range(len(order)) for j in range(i + 1, len(order)))
        for order in set(permutations(labels))
    )
    assert _disorders(sizes) == [seen[count] for count in range(max(seen) + 1)]


# With two groups the statistic is Mann and Whitney's U: published two-sided critical values at 0.05.
@pytest.mark.parametrize(
    ("sizes", "critical"), [((4, 4), 0), ((5, 5), 2), ((6, 6), 5), ((8, 8), 13), ((5, 9), 7)]
)
def test_the_interval_of_two_latencies_is_that_of_the_published_tables(sizes, critical):
    rank, confidence = _interval_rank(sizes)
    assert rank == critical + 1
    assert 0.95 <= confidence < 0.98


def test_few_sessions_give_the_widest_interval_and_say_how_sure_it_is():
    its = round_trips([(50, 1.0), (50, 1.1), (100, 2.0), (100, 2.3)])
    assert (its.low, its.high) == (pytest.approx(18), pytest.approx(26))
    assert its.confidence == pytest.approx(1 - 2 / 6)


def hiccups(rng, time):
    return rng.normal(0, 0.05, time.shape) + (rng.random(time.shape) < 0.1) * rng.exponential(2, time.shape)


NOISES = {
    "normal": lambda rng, time: rng.normal(0, 0.1, time.shape),
    "heavy tails": lambda rng, time: 0.05 * rng.standard_t(2, time.shape),
    "hiccups": hiccups,
    "in proportion": lambda rng, time: time * rng.normal(0, 0.04, time.shape),
    "coarse clock": lambda rng, time: np.round(rng.normal(0, 0.1, time.shape), 2),
}


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize(("rtts", "sessions"), [(RTTS, 3), (RTTS, 5), ((50, 150), 4)])
def test_the_interval_holds_the_truth_as_often_as_it_says(noise, rtts, sessions):
    rng = np.random.default_rng(7)
    rtt = np.repeat(rtts, sessions)
    time = 0.3 + 26 * rtt / 1000
    rounds = 800
    its = [round_trips(zip(rtt, time + NOISES[noise](rng, time), strict=True)) for _ in range(rounds)]
    held = sum(one.low <= 26 <= one.high for one in its) / rounds
    assert its[0].confidence >= 0.95
    assert held == pytest.approx(its[0].confidence, abs=0.025)


def test_a_wrong_number_of_trips_is_outside_of_the_interval():
    rng = np.random.default_rng(8)
    rtt = np.repeat(RTTS, 5)
    time = 0.3 + 26 * rtt / 1000
    its = [round_trips(zip(rtt, time * rng.normal(1, 0.02, time.shape), strict=True)) for _ in range(300)]
    assert sum(one.low <= 30 <= one.high for one in its) / 300 < 0.05
