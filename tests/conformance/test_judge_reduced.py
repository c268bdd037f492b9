"""Reduced images: as asked, as documented, within tolerance; every other way is found out."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import image
from recorded import hold

from harness.conformance.digest import digest, v3_name
from harness.conformance.reduced import judge_downsample
from harness.datasets.reduce import ROUNDINGS, reduce
from harness.scenario.operation import Downsample
from harness.tools.protocol import Answer

SOURCE = image()  # 5 x 37 x 46
BY_2 = (1, 2, 2)
URL = "https://example.org/reduce"


@dataclass(frozen=True)
class Documented:
    edge: str | None = None
    rounding: str | None = None
    phase: int | None = None
    exact: bool = True
    url: str = URL


def judged(got, *, source=SOURCE, convention=None, saved=True, **asked):
    answer = Answer(id=1, dtype=v3_name(got.dtype), shape=got.shape, sha256=digest(got))
    request = Downsample(operation="downsample", **asked)
    return judge_downsample(source, request, "zyx", answer, convention, got if saved else None)


def held(got, **more):
    """Judge, and hold that the verdict is the recorded one."""
    return hold(judged(got, **more))


@given(
    st.sampled_from(["floor", "ceil"]),
    st.sampled_from(ROUNDINGS),
    st.sampled_from(["mean", "nearest"]),
    st.booleans(),
)
def test_what_was_asked_for_is_right(edge, rounding, method, saved):
    got = reduce(SOURCE, BY_2, method, edge, rounding, 1)
    verdict = judged(got, saved=saved, method=method, edge=edge, rounding=rounding, phase=1)
    assert verdict.right
    assert verdict.notes == ()


def test_another_edge_is_right_if_documented_and_says_what_it_means():
    got = reduce(SOURCE, BY_2, "mean", "ceil")
    verdict = held(got, convention=Documented(edge="ceil"))
    assert verdict.right
    assert verdict.notes == (f"convention: edge ceil (5x37x46 becomes 5x19x23), documented at {URL}",)


def test_another_rounding_is_right_if_documented():
    verdict = held(reduce(SOURCE, BY_2, "mean", rounding="down"), convention=Documented(rounding="down"))
    assert verdict.right
    assert verdict.notes == (f"convention: rounding down, documented at {URL}",)


def test_another_phase_is_right_if_documented():
    got = reduce(SOURCE, BY_2, "nearest", phase=1)
    assert held(got, method="nearest", convention=Documented(phase=1)).right


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (reduce(SOURCE, BY_2, "mean", "ceil"), "edge ceil (5x37x46 becomes 5x19x23)"),
        (reduce(SOURCE, BY_2, "mean", rounding="down"), "rounding down"),
    ],
)
def test_another_convention_is_wrong_if_not_documented(got, said):
    verdict = held(got)
    assert not verdict.right
    assert verdict.evidence["kind"] == "convention"
    assert (
        verdict.explanation == f"this is {said}, which was not asked for and is not documented for this tool"
    )


def test_another_phase_is_named():
    verdict = held(reduce(SOURCE, BY_2, "nearest", phase=1), method="nearest")
    assert "this is phase 1" in verdict.explanation


def test_nearest_for_mean_is_named():
    verdict = held(reduce(SOURCE, BY_2, "nearest"))
    assert verdict.evidence["kind"] == "method"
    assert "this is nearest" in verdict.explanation


def test_a_wrong_digest_asks_for_the_pixels():
    got = reduce(SOURCE, BY_2, "mean") + np.uint16(1)
    assert held(got, saved=False, tolerance=1).evidence["kind"] == "digest"


def test_a_deviation_within_the_tolerance_is_right_and_recorded():
    got = reduce(SOURCE, BY_2, "mean")
    got[::2] += 1
    verdict = held(got, tolerance=2)
    assert verdict.right
    assert verdict.evidence["max_deviation"] == 1


def test_an_inexact_convention_allows_one_grey_value_and_no_more():
    got = reduce(SOURCE, BY_2, "mean")
    got[::2] += 1
    assert held(got, convention=Documented(exact=False)).right
    got[::2] += 1
    assert not held(got, convention=Documented(exact=False)).right


def test_a_deviation_beyond_the_tolerance_is_measured():
    got = reduce(SOURCE, BY_2, "mean")
    got[0, 0, :3] += 3
    verdict = held(got, tolerance=2)
    assert verdict.evidence["kind"] == "deviates"
    assert verdict.explanation == "3 of 2070 pixels differ from the mean of each block, by up to 3"


def test_an_answer_without_a_digest_is_no_answer():
    answer = Answer(id=1, dtype="uint16", shape=(5, 18, 23))
    verdict = hold(judge_downsample(SOURCE, Downsample(operation="downsample"), "zyx", answer))
    assert verdict.explanation == "the answer has no digest"
    nothing = hold(judge_downsample(SOURCE, Downsample(operation="downsample"), "zyx", Answer(id=1)))
    assert nothing.explanation == "the answer has no dtype, shape, digest"


@pytest.mark.parametrize("phase", [0, 1])
def test_what_is_near_to_a_documented_way_is_right_and_says_so(phase):
    got = reduce(SOURCE, BY_2, "nearest", phase=phase)
    got[0, 0, 0] += 3
    verdict = held(got, method="nearest", tolerance=3, convention=Documented(phase=1))
    assert verdict.right
    near = ("deviates by at most 3",)
    assert verdict.notes == (near if phase == 0 else (f"convention: phase 1, documented at {URL}", *near))


@pytest.mark.parametrize("rounding", ["down", "half-even"])
def test_a_deviation_is_told_against_the_nearest_way(rounding):
    got = reduce(SOURCE, BY_2, "mean", rounding=rounding)
    got[0, 0, :4] += 9
    verdict = held(got, convention=Documented(rounding="down"))
    assert verdict.explanation == "4 of 2070 pixels differ from the mean of each block, by up to 9"


def test_a_deviation_from_two_ways_alike_is_told_against_the_first():
    got = reduce(SOURCE, BY_2, "mean") + np.uint16(5000)
    verdict = held(got, convention=Documented(rounding="down"))
    assert verdict.explanation.startswith(
        "2070 of 2070 pixels differ from the mean of each block, by up to 500"
    )


def test_another_edge_leaves_the_phase_as_it_was_asked_for():
    got = reduce(SOURCE, BY_2, "nearest", "ceil", phase=1)
    assert held(got, method="nearest", phase=1, convention=Documented(edge="ceil")).right


def test_not_a_number_for_a_number_deviates_without_limit():
    source = image("float32")
    got = reduce(source, BY_2, "mean")
    got[0, 0, 0] = np.nan
    verdict = held(got, source=source, tolerance=9)
    assert verdict.explanation == "1 of 2070 pixels differ from the mean of each block, by up to inf"
    assert verdict.evidence["max_deviation"] == "inf"


def test_floats_that_are_not_finite_are_right_where_they_must_be():
    source = image("float32") / np.float32(7)
    source[0, 0, 0], source[1, 1, 1] = np.inf, np.nan
    got = (source[:, :36:2, ::2] + source[:, 1:36:2, ::2]) + (
        source[:, :36:2, 1::2] + source[:, 1:36:2, 1::2]
    )
    got = got * np.float32(0.25)
    assert held(got, source=source).right
    edge = reduce(source, BY_2, "mean", "ceil") * np.float32(1 + 1e-7)
    assert held(edge, source=source, edge="ceil").right


def test_a_shape_that_no_convention_makes_is_wrong():
    got = reduce(SOURCE, (2, 2, 2), "mean")
    verdict = held(got)
    assert verdict.explanation == "shape [2, 18, 23] came back instead of [5, 18, 23]"


def test_a_wrong_dtype_is_wrong():
    assert held(reduce(SOURCE.astype(np.float64), BY_2, "mean")).evidence["kind"] == "dtype"


def test_floats_summed_in_single_precision_are_right():
    source = image("float32") / np.float32(7)
    quarter = np.float32(0.25)
    got = (
        source[:, :36:2, ::2] + source[:, 1:36:2, ::2] + source[:, :36:2, 1::2] + source[:, 1:36:2, 1::2]
    ) * quarter
    exact = reduce(source, BY_2, "mean")
    assert not np.array_equal(got, exact)
    verdict = held(got, source=source)
    assert verdict.right
    assert verdict.notes == ("floats differ by the order of summation only",)


def test_floats_that_differ_by_more_are_wrong():
    source = image("float32") / np.float32(7)
    got = reduce(source, BY_2, "mean") * np.float32(1.0001)
    assert held(got, source=source).evidence["kind"] == "deviates"
