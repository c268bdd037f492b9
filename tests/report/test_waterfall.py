from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_runs import MINIO, run_of
from wire_runs import counted, request, with_wire

from harness.report.content import build_report
from harness.report.ticks import even_ticks
from harness.report.waterfall import request_text, waterfall
from harness.report.wire_model import Waterfall

WIDTH, HEIGHT_OF_A_ROW = 560, 11


def _drawn(*requests):
    one = counted()
    asked = [request(one, number, **facts) for number, facts in enumerate(requests)]
    ((_, (fall,)),) = build_report(with_wire(run_of([one], stores=MINIO), asked)).requests.waterfalls
    return ET.fromstring(waterfall(fall))


def _texts(svg, kind):
    return [text.text for text in svg.iter("text") if text.get("class") == kind]


@given(
    st.lists(
        st.tuples(st.floats(0, 1e7, allow_nan=False), st.floats(0, 1e6, allow_nan=False)),
        min_size=1,
        max_size=6,
    )
)
def test_every_bar_lies_inside_the_drawing(times):
    svg = _drawn(*({"begin_ms": begin, "end_ms": begin + took} for begin, took in times))

    bars = [(float(bar.get("x")), float(bar.get("width"))) for bar in svg.iter("rect")]
    assert len(bars) == len(times)
    assert all(x > 0 and width > 0 and x + width < WIDTH for x, width in bars)


def test_rows_stand_in_the_order_of_beginning_one_below_the_other():
    svg = _drawn({"begin_ms": 9.0, "end_ms": 12.0, "key": "late"}, {"begin_ms": 1.0, "key": "early"})

    heights = [float(bar.get("y")) for bar in svg.iter("rect")]
    assert _texts(svg, "name") == ["GET early", "GET late"]
    assert heights[1] - heights[0] == HEIGHT_OF_A_ROW


def test_a_kind_has_a_class_and_what_failed_is_marked_in_words():
    svg = _drawn(
        {"kind": "shard_index"},
        {"status": 404},
        {"status": 0},
        {"status": 503, "fault": "busy"},
        {"fault": "drip"},
    )

    assert [group.get("class") for group in svg.iter("g")] == [
        "kind-shard_index",
        "kind-chunk bad",
        "kind-chunk bad",
        "kind-chunk bad",
        "kind-chunk bad",
    ]
    assert _texts(svg, "mark") == ["404", "cut", "503 fault", "fault"]


def test_the_beginning_of_the_operation_is_drawn_only_where_something_came_before():
    opening = {"step": "open", "kind": "metadata"}

    assert [line.get("class") for line in _drawn(opening, {}).iter("line")].count("begins") == 1
    assert not [line for line in _drawn({}, {}).iter("line") if line.get("class") == "begins"]
    assert not [line for line in _drawn(opening).iter("line") if line.get("class") == "begins"]


def test_a_title_tells_method_key_range_and_bytes():
    one = request(
        counted(), 0, key="0/c/0/0", kind="shard", start=4096, stop=8192, status=206, received=4096,
        begin_ms=1, end_ms=3.5, connection=2, in_flight=5, fault="slow drip",
    )  # fmt: skip

    assert request_text(one) == (
        "GET 0/c/0/0 [4,096 to 8,192]: 206, shard, 4.00 KiB received, 2.50 ms, connection 2, 5 in flight, "
        "fault: slow drip"
    )


def test_a_long_key_shows_its_end():
    (name,) = _texts(_drawn({"key": "labels/a-very-long-name-of-a-label-image/0/c/12/13/14"}), "name")

    assert len(name) <= 31
    assert name.startswith("GET …")
    assert name.endswith("/c/12/13/14")


def test_hostile_keys_and_methods_are_text():
    svg = _drawn({"key": "</title><script>alert(1)</script>\x1b[31m\x00\u202e", "method": "<b>\n"})

    assert not list(svg.iter("script"))
    assert "alert(1)" in "".join(svg.itertext())
    assert not set("".join(svg.itertext())) & set("\x1b\x00\u202e")


def test_it_says_what_it_shows_to_those_who_cannot_see_it():
    label = _drawn({"in_flight": 2}, {"status": 404}).get("aria-label")

    assert label == (
        "Requests of tensorstore@0.1.86 in wire/nuclei/plane/s3: 2 requests, 2 at once at most, 1 failed."
    )


def test_without_requests_there_is_no_drawing():
    assert waterfall(Waterfall(None, None, (), 0)) == ""


@given(st.floats(min_value=1e-4, max_value=1e8), st.integers(min_value=2, max_value=9))
def test_an_even_axis_begins_at_zero_and_has_a_few_round_ticks(end, most):
    ticks = even_ticks(end, most)

    assert ticks[0] == 0
    assert 2 <= len(ticks) <= most or (most == 2 and len(ticks) == 1)
    assert ticks[-1] <= end
    assert all(b - a == pytest.approx(ticks[1]) for a, b in pairwise(ticks))
