"""Reduced images: as asked, as documented, within tolerance; every other way is found out."""

import json
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import image

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
    verdict = judge_downsample(source, request, "zyx", answer, convention, got if saved else None)
    json.dumps(verdict.evidence, allow_nan=False)
    return verdict


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
    verdict = judged(got, convention=Documented(edge="ceil"))
    assert verdict.right
    assert verdict.notes == (f"convention: edge ceil (5x37x46 becomes 5x19x23), documented at {URL}",)


def test_another_rounding_is_right_if_documented():
    verdict = judged(reduce(SOURCE, BY_2, "mean", rounding="down"), convention=Documented(rounding="down"))
    assert verdict.right
    assert verdict.notes == (f"convention: rounding down, documented at {URL}",)


def test_another_phase_is_right_if_documented():
    got = reduce(SOURCE, BY_2, "nearest", phase=1)
    assert judged(got, method="nearest", convention=Documented(phase=1)).right


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (reduce(SOURCE, BY_2, "mean", "ceil"), "edge ceil (5x37x46 becomes 5x19x23)"),
        (reduce(SOURCE, BY_2, "mean", rounding="down"), "rounding down"),
    ],
)
def test_another_convention_is_wrong_if_not_documented(got, said):
    verdict = judged(got)
    assert not verdict.right
    assert verdict.evidence["kind"] == "convention"
    assert (
        verdict.explanation == f"this is {said}, which was not asked for and is not documented for this tool"
    )


def test_another_phase_is_named():
    verdict = judged(reduce(SOURCE, BY_2, "nearest", phase=1), method="nearest")
    assert "this is phase 1" in verdict.explanation


def test_nearest_for_mean_is_named():
    verdict = judged(reduce(SOURCE, BY_2, "nearest"))
    assert verdict.evidence["kind"] == "method"
    assert "this is nearest" in verdict.explanation


def test_a_wrong_digest_asks_for_the_pixels():
    got = reduce(SOURCE, BY_2, "mean") + np.uint16(1)
    assert judged(got, saved=False, tolerance=1).evidence["kind"] == "digest"


def test_a_deviation_within_the_tolerance_is_right_and_recorded():
    got = reduce(SOURCE, BY_2, "mean")
    got[::2] += 1
    verdict = judged(got, tolerance=2)
    assert verdict.right
    assert verdict.evidence["max_deviation"] == 1


def test_an_inexact_convention_allows_one_grey_value_and_no_more():
    got = reduce(SOURCE, BY_2, "mean")
    got[::2] += 1
    assert judged(got, convention=Documented(exact=False)).right
    got[::2] += 1
    assert not judged(got, convention=Documented(exact=False)).right


def test_a_deviation_beyond_the_tolerance_is_measured():
    got = reduce(SOURCE, BY_2, "mean")
    got[0, 0, :3] += 3
    verdict = judged(got, tolerance=2)
    assert verdict.evidence["kind"] == "deviates"
    assert verdict.explanation == "3 of 2070 pixels differ from the mean of each block, by up to 3"


def test_a_shape_that_no_convention_makes_is_wrong():
    got = reduce(SOURCE, (2, 2, 2), "mean")
    verdict = judged(got)
    assert verdict.explanation == "shape [2, 18, 23] came back instead of [5, 18, 23]"


def test_a_wrong_dtype_is_wrong():
    assert judged(reduce(SOURCE.astype(np.float64), BY_2, "mean")).evidence["kind"] == "dtype"


def test_floats_summed_in_single_precision_are_right():
    source = image("float32") / np.float32(7)
    quarter = np.float32(0.25)
    got = (
        source[:, :36:2, ::2] + source[:, 1:36:2, ::2] + source[:, :36:2, 1::2] + source[:, 1:36:2, 1::2]
    ) * quarter
    exact = reduce(source, BY_2, "mean")
    assert not np.array_equal(got, exact)
    verdict = judged(got, source=source)
    assert verdict.right
    assert verdict.notes == ("floats differ by the order of summation only",)


def test_floats_that_differ_by_more_are_wrong():
    source = image("float32") / np.float32(7)
    got = reduce(source, BY_2, "mean") * np.float32(1.0001)
    assert judged(got, source=source).evidence["kind"] == "deviates"
