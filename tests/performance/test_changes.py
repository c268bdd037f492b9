"""What differs between two runs: exact figures, compared only where they belong together."""

import pytest
from figures import (
    CROP,
    MIB,
    NEWER,
    PLANE,
    TENSORSTORE,
    ZARR,
    baseline,
    counted,
    middle,
    trial,
)
from hypothesis import given
from hypothesis import strategies as st

from harness.performance.changes import Part, compare, only
from harness.results.baseline import ScenarioFound, ToolFound
from harness.results.model import OUTCOMES


def one_change(was, now, **other):
    comparison = compare(baseline(was), baseline(now), **other)
    assert comparison.compared == 1
    (change,) = comparison.changes
    return change


def test_a_run_differs_in_nothing_from_itself():
    same = baseline(trial(), trial(TENSORSTORE), trial(case=CROP, outcome="failed", counted=None))

    comparison = compare(same, same)

    assert (comparison.compared, comparison.alike) == (3, 3)
    assert comparison.changes == comparison.apart == comparison.notes == ()


def test_more_requests_are_worse_and_say_which():
    was = trial(
        counted=counted(19, requests_of={"open GET metadata": (3, 3), "operation GET chunk": (16, 16)})
    )
    now = trial(
        counted=counted(20, requests_of={"open GET metadata": (4, 4), "operation GET chunk": (16, 16)})
    )

    change = one_change(was, now)

    assert (change.metric, change.before, change.after, change.direction) == (
        "requests", (19, 19), (20, 20), "worse",
    )  # fmt: skip
    assert change.ratio == pytest.approx(20 / 19)
    assert change.parts == (Part("open GET metadata", (3, 3), (4, 4)),)


def test_fewer_bytes_are_better():
    change = one_change(trial(), trial(counted=counted(size=1000)))

    assert (change.metric, change.direction, change.ratio) == ("bytes", "better", 0.25)


def test_a_kind_that_is_new_counts_from_nothing():
    now = trial(counted=counted(requests_of={"open HEAD metadata": (1, 1)}))

    change = one_change(trial(), now)

    assert change.direction == "neutral"  # as many as before, but others
    assert change.parts == (Part("open HEAD metadata", (0, 0), (1, 1)),)


def test_what_was_fetched_again_is_told():
    change = one_change(trial(), trial(counted=counted(21, again=(2, 2))))

    assert change.parts == (Part("fetched again", (0, 0), (2, 2)),)


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ((18, 20), (20, 22), None),
        ((18, 20), (21, 22), "worse"),
        ((18, 20), (15, 17), "better"),
        ((18, 20), 19, None),
    ],
)
def test_what_varies_from_pass_to_pass_is_a_change_only_where_ranges_do_not_overlap(before, after, direction):
    comparison = compare(baseline(trial(counted=counted(before))), baseline(trial(counted=counted(after))))

    assert [change.direction for change in comparison.changes] == ([direction] if direction else [])


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("passed", "failed", "worse"),
        ("passed", "not_built", "worse"),
        ("errored", "failed", "worse"),
        ("known_issue", "errored", "worse"),
        ("failed", "passed", "better"),
        ("failed", "errored", "better"),
        ("timeout", "crashed", "neutral"),
        ("not_built", "failed", "neutral"),
        ("not_built", "passed", "better"),
    ],
)
def test_a_wrong_answer_is_the_worst_outcome_of_a_tool(before, after, direction):
    change = one_change(trial(outcome=before, counted=None), trial(outcome=after, counted=None))

    assert (change.metric, change.before, change.after, change.direction) == (
        "outcome", before, after, direction,
    )  # fmt: skip


def test_another_kind_of_wrong_answer_is_a_change_neither_better_nor_worse():
    was, now = (trial(outcome="failed", kind=kind, counted=None) for kind in ("fill", "transposed"))

    change = one_change(was, now)

    assert (change.before, change.after, change.direction) == (
        "failed (fill)", "failed (transposed)", "neutral",
    )  # fmt: skip


def test_memory_is_a_change_only_beyond_its_margin_and_its_spread():
    def after(mebibytes, low=None):
        now = trial(memory=middle(mebibytes * MIB, (low or mebibytes) * MIB))
        return [one.direction for one in compare(baseline(was), baseline(now)).changes]

    was = trial(memory=middle(100 * MIB))

    assert after(114) == []
    assert after(130) == ["worse"]
    assert after(130, low=99) == []
    assert after(70) == ["better"]


def test_a_small_process_may_grow_by_a_few_mebibytes():
    was, now = trial(memory=middle(10 * MIB)), trial(memory=middle(17 * MIB))

    assert compare(baseline(was), baseline(now)).changes == ()


def test_memory_of_two_machines_only_informs():
    was, now = trial(memory=middle(100 * MIB)), trial(memory=middle(200 * MIB))

    comparison = compare(baseline(was), baseline(now, host="there"))

    assert [change.direction for change in comparison.changes] == ["neutral"]
    assert "different machines" in comparison.notes[0]
    assert [one.ratio for one in comparison.beside] == [2]


def test_times_stand_beside_and_are_no_change():
    was = trial(times={"operation warm": middle(10e6), "operation cold": middle(30e6)})
    now = trial(times={"operation warm": middle(90e6)})

    comparison = compare(baseline(was), baseline(now))

    assert comparison.changes == ()
    assert [(one.what, one.ratio) for one in comparison.beside] == [("operation warm", 9)]


def test_a_trial_that_is_gone_is_worse_and_a_new_one_is_not():
    comparison = compare(baseline(trial(), trial(case=CROP)), baseline(trial(), trial(TENSORSTORE)))

    gone, new = comparison.changes
    assert (gone.case, gone.tool_after, gone.direction) == (CROP, None, "worse")
    assert (new.tool_before, new.tool_after, new.direction) == (None, TENSORSTORE, "neutral")
    assert (comparison.compared, comparison.alike) == (1, 1)


def test_versions_are_compared_with_one_another_only_when_asked_for():
    was, now = baseline(trial()), baseline(trial(NEWER, counted=counted(25)))

    apart, across = compare(was, now), compare(was, now, "versions")

    assert apart.compared == 0
    assert [change.before is None for change in apart.changes] == [False, True]
    (change,) = across.changes
    assert (change.tool_before, change.tool_after, change.direction) == (ZARR, NEWER, "worse")


def test_across_versions_the_same_version_comes_first():
    older = ZARR.model_copy(update={"version": "2.18.7"})
    was = baseline(trial(), trial(older, counted=counted(30)))
    now = baseline(trial(), trial(NEWER, counted=counted(31)))

    (change,) = compare(was, now, "versions").changes

    assert (change.tool_before, change.tool_after) == (older, NEWER)


def test_arms_of_one_run_are_compared_by_case():
    run = baseline(trial(), trial(TENSORSTORE, counted=counted(17)), trial(case=CROP))

    comparison = compare(only(run, ZARR), only(run, TENSORSTORE), "arms")

    better = comparison.of("better")
    assert [(one.case, one.tool_before, one.tool_after) for one in better] == [(PLANE, ZARR, TENSORSTORE)]
    assert [one.case for one in comparison.of("worse")] == [CROP]  # the other arm lacks it


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"scenarios": (ScenarioFound(name="quick", digest="other"),)}, "scenario 'quick' is not the same"),
        ({"stores": {"s3": {"server": "moto", "stand_in": True}}}, "stand-in"),
    ],
)
def test_what_does_not_belong_together_is_set_apart_with_the_reason(other, why):
    comparison = compare(baseline(trial()), baseline(trial(counted=counted(99)), **other))

    assert (comparison.compared, comparison.changes) == (0, ())
    assert [why in one.why for one in comparison.apart] == [True]


def test_our_own_failure_says_nothing_of_a_tool():
    comparison = compare(baseline(trial()), baseline(trial(outcome="infrastructure", counted=None)))

    assert comparison.changes == ()
    assert "our store or host" in comparison.apart[0].why


def test_another_lock_store_or_harness_is_said():
    now = baseline(
        trial(),
        harness="0.2.0",
        tools=(ToolFound(name="zarr-python", version="3.4.2", lock_hash="2"),),
        stores={"s3": {"server": "MinIO", "version": "RELEASE.2"}},
    )

    notes = " ".join(compare(baseline(trial()), now).notes)

    assert "zarr-python 3.4.2 has another lock" in notes
    assert "RELEASE.1, then RELEASE.2" in notes
    assert "0.1.0, then 0.2.0" in notes


ranges = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda pair: (min(pair), max(pair)))


@given(ranges, ranges)
def test_the_other_way_round_better_is_worse(one, other):
    def direction(first, second):
        sides = (baseline(trial(counted=counted(value))) for value in (first, second))
        return [change.direction for change in compare(*sides).changes]

    opposite = {"worse": "better", "better": "worse"}
    assert direction(other, one) == [opposite[each] for each in direction(one, other)]


@given(st.sampled_from([one for one in OUTCOMES if one != "infrastructure"]))
def test_the_same_outcome_is_no_change(outcome):
    same = baseline(trial(outcome=outcome, counted=None))

    assert compare(same, same).changes == ()
