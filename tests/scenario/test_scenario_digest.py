"""Digests stay what they were for all that asks for nothing new."""

import pytest

from harness.scenario.digest import said

# Computed before there were networks, faults, counted requests, checksums and images to replace.
BEFORE = "eba5d02989955c02c470986583852524fc6524f5a34b7ddb669a2bbc9a3be53b"
WITH_A_WRITE = """\
scenario: good
title: Good
datasets:
  - {name: own, source: ramp, axes: zyx, shape: [4, 40, 30], dtype: uint16, chunks: [2, 16, 16], levels: 2}
  - ramp
operations:
  - operation: inspect
  - {operation: write, codec: {name: zstd, level: 3}}
"""


def test_the_digest_of_a_scenario_without_anything_new_stays_what_it_was(load):
    assert load(WITH_A_WRITE).digest == BEFORE


@pytest.mark.parametrize(
    "new",
    [
        "codec: {name: zstd, level: 3, checksum: true}",
        "codec: {name: zstd, level: 3, crc32c: true}",
        "codec: {name: zstd, level: 3}, overwrite: true",
    ],
)
def test_the_digest_changes_with_what_is_new(load, new):
    assert load(WITH_A_WRITE.replace("codec: {name: zstd, level: 3}", new)).digest != BEFORE


@pytest.mark.parametrize(
    "new",
    [
        "wire: {repeats: 1}",
        "networks: [direct, lan]",
        "networks: [{name: slow, rtt_ms: 0}]",
    ],
)
def test_the_digest_changes_with_networks_and_counting(load, good, new):
    served = good + "stores: [s3]\n"
    assert load(served + new + "\n").digest != load(served).digest


def test_what_is_said_is_all_of_it_but_what_asks_for_nothing_new(ramp):
    told = said(ramp(codec={"name": "zstd", "checksum": True}))
    assert told["codec"] == {
        "name": "zstd",
        "level": 5,
        "cname": "lz4",
        "shuffle": "shuffle",
        "checksum": True,
    }
    assert told["name"] == "ramp"
    assert told["shards"] is None
