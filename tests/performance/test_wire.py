"""Figures of counting passes: planted requests with known counts, and properties."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.performance.wire import Span, amplification, figures, passes, spans
from harness.results.wire import WireRequest

PLAIN = WireRequest(
    trial="speed/plane::tool@1",
    repeat=0,
    number=0,
    step="operation",
    method="GET",
    key="0/c/0/0",
    kind="chunk",
    status=200,
    sent=0,
    received=100,
    head=20,
    begin_ms=0,
    end_ms=1,
    user_agent="a tool",
    connection=0,
    in_flight=1,
)


def request(number, **changes):
    return PLAIN.model_copy(update={"number": number, **changes})


OPENING = [
    request(0, step="open", key=".zattrs", kind="metadata", status=404, received=9, end_ms=10),
    request(1, step="open", key="zarr.json", kind="metadata", begin_ms=10, end_ms=20),
]
READING = [
    request(2, begin_ms=20, end_ms=30, in_flight=1),
    request(3, key="0/c/0/1", connection=1, begin_ms=21, end_ms=35, in_flight=2, user_agent="another"),
    request(4, method="HEAD", received=0, begin_ms=36, end_ms=40),
]


def test_a_pass_is_counted_by_method_kind_and_bytes():
    its = figures([*OPENING, *READING])
    assert its.requests == 5
    assert its.by_kind == (("GET", "chunk", 2), ("GET", "metadata", 2), ("HEAD", "chunk", 1))
    assert (its.received, its.sent, its.head) == (309, 0, 100)
    assert (its.not_found, its.in_flight_peak) == (1, 2)
    assert its.user_agents == ("a tool", "another")


def test_a_step_counts_its_own_requests_and_the_connections_it_opened_itself():
    opening, reading = (figures([*OPENING, *READING], step) for step in ("open", "operation"))
    assert (opening.requests, reading.requests) == (2, 3)
    assert (opening.connections, reading.connections) == (1, 1)
    assert opening.user_agents == ("a tool",)


def test_nothing_at_all_counts_as_nothing():
    its = figures([])
    assert (its.requests, its.by_kind, its.in_flight_peak, its.connections, its.handshakes) == (
        0,
        (),
        0,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("second", "counts"),
    [
        ({}, 1),
        ({"status": 206, "start": 0, "stop": 10}, 0),  # another part of the object
        ({"status": 404}, 0),
        ({"status": 503}, 0),
        ({"received": 0}, 0),
        ({"method": "HEAD"}, 0),
        ({"method": "PUT"}, 0),
        ({"key": "0/c/0/1"}, 0),
    ],
)
def test_a_duplicate_is_the_same_data_fetched_again(second, counts):
    assert figures([request(0), request(1, **second)]).duplicates == counts


def test_the_same_range_thrice_is_two_duplicates():
    assert figures([request(n, start=0, stop=10, status=206) for n in range(3)]).duplicates == 2


def test_pages_of_one_listing_are_no_duplicates():
    assert figures([request(n, kind="listing", key="0/") for n in range(3)]).duplicates == 0


def first_requests(intervals):
    return [request(n, connection=n, begin_ms=a, end_ms=b) for n, (a, b) in enumerate(intervals)]


@pytest.mark.parametrize(
    ("intervals", "handshakes"),
    [
        ([(0, 5)], 1),
        ([(0, 5), (1, 6), (2, 7)], 1),  # all opened at once
        ([(0, 5), (5, 9), (9, 12)], 3),  # each after the other
        ([(0, 20), (1, 5), (6, 9)], 2),  # the long one hides behind the two
        ([(0, 5), (6, 30), (7, 9), (10, 12)], 3),
    ],
)
def test_handshakes_are_the_longest_row_of_connections_one_after_another(intervals, handshakes):
    assert figures(first_requests(intervals)).handshakes == handshakes


def test_later_requests_of_a_connection_cost_no_handshake():
    kept = [request(n, connection=0, begin_ms=n * 10, end_ms=n * 10 + 5) for n in range(4)]
    assert figures(kept).handshakes == 1


def test_a_connection_that_is_closed_after_each_request_costs_one_each():
    assert figures(first_requests([(n * 10, n * 10 + 5) for n in range(4)])).handshakes == 4


INTERVALS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 9)).map(lambda it: (it[0], it[0] + it[1])), max_size=7
)


@given(INTERVALS)
def test_no_other_row_of_connections_is_longer(intervals):
    def in_a_row(chosen):
        ordered = sorted(chosen)
        return all(a[1] <= b[0] for a, b in pairwise(ordered))

    longest = max(n for n in range(len(intervals) + 1) if any(map(in_a_row, combinations(intervals, n))))
    assert figures(first_requests(intervals)).handshakes == longest


@given(st.permutations([*OPENING, *READING]))
def test_figures_do_not_depend_on_the_order_of_requests(shuffled):
    assert figures(shuffled) == figures([*OPENING, *READING])


def test_spans_say_where_repeats_differ():
    its = spans([figures(READING), figures([*OPENING, *READING])])
    assert its.passes == 2
    assert its.requests == Span(3, 5)
    assert not its.requests.same
    assert its.in_flight_peak == Span(2, 2)
    assert its.in_flight_peak.same
    assert {(method, kind): span for method, kind, span in its.by_kind} == {
        ("GET", "chunk"): Span(2, 2),
        ("GET", "metadata"): Span(0, 2),
        ("HEAD", "chunk"): Span(1, 1),
    }


def test_spans_name_every_user_agent_of_any_pass():
    its = spans([figures([request(0, user_agent="b")]), figures([request(0, user_agent="a")])])
    assert its.user_agents == ("a", "b")


def test_spans_over_nothing_are_refused():
    with pytest.raises(ValueError, match="passes"):
        spans([])


@pytest.mark.parametrize(
    ("received", "needed", "times"), [(300, 100, 3), (0, 100, 0), (9, 0, None), (9, None, None)]
)
def test_amplification_is_fetched_over_needed(received, needed, times):
    assert amplification(received, needed) == times


def test_requests_are_sorted_into_their_passes():
    mixed = [request(1), request(0, repeat=1), request(0), request(0, trial="other")]
    assert passes(mixed) == {
        (PLAIN.trial, 0): (request(0), request(1)),
        (PLAIN.trial, 1): (request(0, repeat=1),),
        ("other", 0): (request(0, trial="other"),),
    }
