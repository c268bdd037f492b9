"""Prices of requests."""

import pytest

from harness.performance.price import Price, price


def test_reads_are_charged_and_the_rest_is_named():
    its = price(
        [("GET", "chunk", 1500), ("GET", "listing", 3), ("HEAD", "metadata", 500), ("PUT", "chunk", 7)],
        0.0004,
    )
    assert its == Price(amount=pytest.approx(0.0008), charged=2000, left_out=(("LIST", 3), ("PUT", 7)))


def test_no_requests_cost_nothing():
    assert price([], 0.0004) == Price(0, 0, ())
