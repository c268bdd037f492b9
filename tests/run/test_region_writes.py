"""Several workers write into one image: what is lost is told, by region and writer."""

import pytest
from run_small import run_small

SCENARIO = """
scenario: shared
title: Shared
datasets:
  - {name: ramp, source: microscopy, axes: zyx, shape: [4, 32, 30], dtype: uint16, chunks: [2, 16, 16],
     shards: [4, 32, 32], ome_zarr: "0.5", levels: 2}
  - {name: ramp-old, source: microscopy, axes: zyx, shape: [4, 32, 30], dtype: uint16, chunks: [2, 16, 16],
     ome_zarr: "0.4"}
deadlines: {start: 60, prepare: 60, run: 60}
memory_mib: 512
operations:
  - {operation: write_regions, name: parts, size: {z: 2, y: 8}, writers: 3, rounds: 2}
"""


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "shared.yaml"
    path.write_text(SCENARIO)
    return path


def test_nothing_is_lost_by_writers_that_wait_for_each_other(add_fake, scenario, tmp_path):
    finished = run_small(scenario, tmp_path / "run", add_fake())

    assert [record.outcome for record in finished.records] == ["passed", "passed"]
    assert finished.footer.unexpected == 0


def test_a_lost_region_is_told_with_its_writer(add_fake, scenario, tmp_path):
    finished = run_small(scenario, tmp_path / "run", add_fake("loses-a-region"), only=("*/ramp/*",))

    (record,) = finished.records
    assert record.outcome == "failed"
    assert record.explanation.startswith(
        "data were lost in 2 of 2 rounds, and no writer said so: up to 3 of 8 regions came back empty"
    )
    assert record.evidence["rounds_with_loss"] == [1, 2]
    assert {one["writer"] for one in record.evidence["damages"]} == {1, 2, 3}


def test_a_torn_region_is_told(add_fake, scenario, tmp_path):
    finished = run_small(scenario, tmp_path / "run", add_fake("tears-a-region"), only=("*/ramp-old/*",))

    assert "came back with a part missing" in finished.records[0].explanation


def test_what_may_happen_sometimes_is_expected_whether_it_does_or_not(add_fake, scenario, tmp_path):
    said = "expect: [{outcome: failed, explanation: data were lost, because: luck, sometimes: true}]\n"
    scenario.write_text(scenario.read_text() + said)
    tools = [add_fake(), add_fake("loses-a-region")]

    finished = run_small(scenario, tmp_path / "run", *tools)

    assert {record.outcome for record in finished.records} == {"passed", "failed"}
    assert finished.footer.unexpected == 0


def test_a_writer_that_dies_is_recorded_and_the_others_are_ended(add_fake, scenario, tmp_path):
    finished = run_small(scenario, tmp_path / "run", add_fake("dies-by-signal"), only=("*/ramp/*",))

    assert [record.outcome for record in finished.records] == ["crashed"]
