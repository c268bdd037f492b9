"""The search among versions: it ends, asks for few, and finds what there is to find."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.performance.bisection import differ, interval, nearer, tells_nothing
from harness.results.baseline import Baseline, Counted, Middle, ScenarioFound, TrialFigures
from harness.results.model import Selection, ToolId

MIB = 2**20


def search(changed_at, count, silent=frozenset()):
    """Search a row of versions; return where it ended, and which were asked."""
    known, asked = {}, []
    while (here := interval(count, known)).next is not None:
        assert here.next not in asked
        assert 0 < here.next < count - 1
        asked.append(here.next)
        if here.next in silent:
            known[here.next] = "tells nothing"
        else:
            known[here.next] = "changed" if here.next >= changed_at else "as before"
    return here, asked


rows = st.integers(2, 200).flatmap(lambda count: st.tuples(st.integers(1, count - 1), st.just(count)))


@given(rows)
def test_the_version_is_found_in_as_many_steps_as_halving_takes(row):
    changed_at, count = row

    here, asked = search(changed_at, count)

    assert here.is_found
    assert here.after == changed_at
    assert len(asked) <= math.ceil(math.log2(count - 1)) if count > 2 else not asked


@given(rows, st.data())
def test_versions_that_tell_nothing_leave_an_interval_with_the_change_in_it_and_nothing_to_ask(row, data):
    changed_at, count = row
    silent = data.draw(st.frozensets(st.integers(0, count), max_size=20))

    here, asked = search(changed_at, count, silent)

    assert here.before < changed_at <= here.after
    assert set(range(here.before + 1, here.after)) <= silent & set(asked)
    assert here.candidates == here.after - here.before


@given(st.integers(2, 100), st.data())
def test_where_it_changes_back_and_forth_a_place_where_it_changed_is_found(count, data):
    inner = data.draw(st.lists(st.booleans(), min_size=count - 2, max_size=count - 2))
    changed = [False, *inner, True]
    known = {}
    while (here := interval(count, known)).next is not None:
        known[here.next] = "changed" if changed[here.next] else "as before"

    assert here.is_found
    assert (changed[here.before], changed[here.after]) == (False, True)


def test_one_version_is_no_row():
    with pytest.raises(ValueError, match="between two versions"):
        interval(1, {})


def counted(requests=(5, 5), received=(1000, 1000)):
    return Counted(passes=2, requests=requests, bytes=received, again=(0, 0))


def memory(mib):
    low, high = (mib - 1) * MIB, (mib + 1) * MIB
    return Middle(median=mib * MIB, low=low, high=high, interval="range", n=5, over="sessions")


def trial(version, **more):
    tool = ToolId(name="thing", version=version)
    return TrialFigures(case="s/d/read/s3", tool=tool, store="s3", **{"outcome": "passed", **more})


def baseline(version, **more):
    return Baseline(
        made="2026-01-01T00:00:00Z",
        harness="1",
        host="one",
        selection=Selection(scenarios=("s",)),
        scenarios=(ScenarioFound(name="s", digest="d"),),
        tools=(),
        trials=(trial(version, **more),),
    )


@pytest.mark.parametrize(
    ("metric", "one", "other", "expected"),
    [
        ("requests", {"counted": counted()}, {"counted": counted()}, False),
        ("requests", {"counted": counted()}, {"counted": counted((6, 6))}, True),
        ("requests", {"counted": counted((4, 6))}, {"counted": counted((6, 8))}, False),
        ("requests", {"counted": counted()}, {"counted": counted(received=(9, 9))}, False),
        ("bytes", {"counted": counted()}, {"counted": counted(received=(9, 9))}, True),
        ("memory", {"memory": memory(100)}, {"memory": memory(104)}, False),
        ("memory", {"memory": memory(100)}, {"memory": memory(130)}, True),
        ("outcome", {}, {}, False),
        ("outcome", {}, {"outcome": "failed", "kind": "fill value"}, True),
        ("outcome", {"outcome": "failed", "kind": "x"}, {"outcome": "failed", "kind": "y"}, True),
    ],
)
def test_a_difference_is_told_by_the_metric_alone(metric, one, other, expected):
    assert differ(metric, baseline("1", **one), baseline("2", **other)) is expected


def test_what_our_own_side_spoilt_is_no_difference():
    assert differ("outcome", baseline("1"), baseline("2", outcome="infrastructure")) is None


@pytest.mark.parametrize(
    ("metric", "figures", "why"),
    [
        ("outcome", {"outcome": "failed", "kind": "x"}, ""),
        ("outcome", {"outcome": "infrastructure"}, "our store or host failed"),
        ("requests", {"outcome": "failed", "kind": "fill value"}, "failed (fill value)"),
        ("requests", {"outcome": "crashed"}, "crashed"),
        ("requests", {"counted": counted()}, ""),
        ("bytes", {"counted": counted()}, ""),
        ("memory", {"memory": memory(1)}, ""),
        ("memory", {}, "its memory could not be measured"),
    ],
)
def test_a_version_tells_nothing_where_it_has_no_figure(metric, figures, why):
    assert tells_nothing(metric, trial("1", **figures)) == why


@pytest.mark.parametrize(
    ("between", "expected"),
    [((0.9, 1.1), False), ((1.5, 2.6), True), ((1.1, 1.7), None), ((0.5, 1.41), False), ((1.42, 9.0), True)],
)
def test_a_ratio_is_nearer_to_no_change_or_to_all_of_it_where_its_interval_does_not_hold_both(
    between, expected
):
    assert nearer(between, 2.0) is expected


@given(st.floats(1.01, 100), st.floats(0.01, 100), st.floats(1, 100))
def test_what_is_nearer_is_told_alike_in_both_directions(whole, low, width):
    told = nearer((low, low * width), whole)
    mirrored = nearer((whole / (low * width), whole / low), whole)

    assert {told, mirrored} in ({None}, {True, False})
