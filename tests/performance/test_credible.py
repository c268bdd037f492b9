"""Worker clocks against the host's."""

import pytest

from harness.performance.credible import disbelieve


@pytest.mark.parametrize(
    ("worker_ns", "host_ns"), [(0, 0), (9, 10), (10_500_000, 10_000_000), (10**12, 10**12 - 9)]
)
def test_a_time_that_fits_into_the_wait_is_believed(worker_ns, host_ns):
    assert disbelieve(worker_ns, host_ns) is None


def test_a_time_longer_than_the_wait_is_not_believed():
    said = disbelieve(50_000_000, 12_300_000)
    assert said == "the worker says 50.0 ms, but it answered after 12.3 ms: its clock cannot be trusted"
