from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_runs import TENSORSTORE, ZARR_3, record, run_of, walls

from harness.report.content import build_report
from harness.report.plot import strip_plot, ticks
from harness.report.units import three_digits

SVG_WIDTH = 560


def _plot(times, other="failed"):
    first, second = record(TENSORSTORE, timed=True), record(ZARR_3, outcome=other, timed=True)
    report = build_report(run_of([first, second], walls(first, times)))
    return strip_plot(report.timings[0], report.tools)


@given(st.lists(st.floats(min_value=0, max_value=1e7, allow_nan=False), min_size=1, max_size=5))
def test_every_dot_lies_inside_the_plot(times):
    svg = ET.fromstring(_plot(times))

    places = [float(circle.get("cx")) for circle in svg.iter("circle")]
    assert len(places) == len(times)
    assert all(0 < place < SVG_WIDTH for place in places)


@given(st.floats(min_value=1e-6, max_value=1e6), st.floats(min_value=4, max_value=1e9))
def test_an_axis_has_a_few_round_ticks_inside_its_limits(low, factor):
    found = ticks(low, low * factor)

    assert 1 <= len(found) <= 8
    assert found == sorted(found)
    assert all(low <= value <= low * factor for value in found)


def test_slower_is_further_right():
    svg = ET.fromstring(_plot([1, 10, 100]))

    places = [float(circle.get("cx")) for circle in svg.iter("circle")]
    assert places == sorted(places)
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.2)


def test_a_wrong_answer_has_a_lane_with_its_outcome():
    texts = [text.text for text in ET.fromstring(_plot([1])).iter("text")]

    assert "failed" in texts
    assert "zarr-python@3.4.2" in texts
    assert "time in ms, log scale" in texts


def test_the_plot_says_its_medians_to_those_who_cannot_see_it():
    label = ET.fromstring(_plot([1, 2, 3])).get("aria-label")

    assert "tensorstore@0.1.86, operation, warm: median 2.00 ms" in label


def test_without_measurements_there_is_no_plot():
    assert _plot([]) == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.00123456, "0.00123"), (9.999, "10.0"), (12.345, "12.3"), (123.6, "124"), (12345, "12,300")],
)
def test_numbers_have_three_significant_digits(value, shown):
    assert three_digits(value) == shown


@given(st.floats(min_value=1e-9, max_value=1e12))
def test_rounding_to_three_digits_is_off_by_less_than_one_percent(value):
    assert float(three_digits(value).replace(",", "")) == pytest.approx(value, rel=0.0051)
