"""Names of buckets."""

import re

from hypothesis import given
from hypothesis import strategies as st

from harness.stores.provision import bucket_name


@given(st.text(min_size=1, max_size=200), st.integers(0, 10**6))
def test_a_bucket_has_a_name_that_every_server_takes(run, number):
    name = bucket_name(f"r{run}", f"w{number}")
    assert re.fullmatch(r"ozh-[a-z0-9][a-z0-9-]*[a-z0-9]", name)
    assert len(name) <= 63


def test_long_run_ids_that_differ_only_at_the_end_have_buckets_of_their_own():
    assert bucket_name("r" * 80 + "1", "data") != bucket_name("r" * 80 + "2", "data")


def test_a_common_run_id_stays_readable():
    assert bucket_name("20261122T171500-quick", "data") == "ozh-20261122t171500-quick-data"
