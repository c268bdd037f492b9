"""Walks in a run: every step judged, the first wrong one told, times summed."""

import pytest
from run_small import run_small

from harness.host.errors import InputError
from harness.report.content import build_report

WALKS = """
operations:
  - {operation: walk, name: planes, pattern: planes, count: 3}
  - {operation: walk, name: around, pattern: viewport, size: {y: 8, x: 8}, count: 6}
  - {operation: walk, name: all, pattern: blocks}
"""


@pytest.fixture
def walks(small_scenario):
    head = small_scenario.read_text().partition("operations:")[0]
    small_scenario.write_text(head + WALKS)
    return small_scenario


def test_right_steps_pass(add_fake, walks, tmp_path):
    finished = run_small(walks, tmp_path / "run", add_fake())

    assert {record.outcome for record in finished.records} == {"passed"}
    assert {record.operation for record in finished.records} == {"walk"}
    assert len(finished.records) == 2 * 3


def test_the_first_wrong_step_is_told_by_its_number_and_place(add_fake, walks, tmp_path):
    fake = add_fake("zeros-in-step-3")

    finished = run_small(walks, tmp_path / "run", fake, only=("*ramp-0.4/planes/*",))

    (record,) = finished.records
    assert record.outcome == "failed"
    assert record.explanation.startswith("step 3 of 3 (z=2): ")
    assert record.evidence["step"] == 3


def test_what_a_tool_raises_in_a_step_is_told_with_the_step(add_fake, walks, tmp_path):
    finished = run_small(walks, tmp_path / "run", add_fake("raises"), only=("*ramp-0.4/planes/*",))

    (record,) = finished.records
    assert record.outcome == "errored"
    assert record.explanation.startswith("step 1 of 3 (z=0): read raised OSError")


def test_a_worker_that_dies_on_the_way_is_told_with_the_step(add_fake, walks, tmp_path):
    finished = run_small(walks, tmp_path / "run", add_fake("dies-by-signal"), only=("*ramp-0.4/planes/*",))

    (record,) = finished.records
    assert record.outcome == "crashed"
    assert record.explanation.startswith("step 1 of 3 (z=0): the worker ")


def test_the_time_allowed_is_for_the_whole_walk(add_fake, walks, tmp_path):
    walks.write_text(walks.read_text().replace("run: 60}", "run: 5}"))

    finished = run_small(
        walks, tmp_path / "run", add_fake("late"), only=("*ramp-0.4/planes/*",)
    )  # 3 s a step

    (record,) = finished.records
    assert record.outcome == "timeout"
    assert record.explanation == "step 2 of 3 (z=1): the walk took longer than 5 s"


def test_a_walk_is_timed_as_a_whole_and_its_slowest_step_is_kept(add_fake, walks, tmp_path):
    walks.write_text(walks.read_text() + "timing: {sessions: 2, warm: 2}\n")

    finished = run_small(walks, tmp_path / "run", add_fake(), only=("*ramp-0.4/around/*",))

    def of(metric, step="operation"):
        return {
            (one.session, one.repeat, one.phase): one.value
            for one in finished.samples
            if (one.metric, one.step) == (metric, step)
        }

    walls, slowest = of("wall"), of("slowest_step")
    assert len(walls) == 2 * 3
    assert {phase for _, _, phase in walls} == {"cold", "warm"}
    assert slowest.keys() == walls.keys()
    assert all(0 < slowest[key] < walls[key] for key in walls)
    assert len(of("wall", "open")) == 2
    rows = [row.step for case in build_report(finished).timings for row in case.rows]
    assert rows == ["open cold", "operation cold", "operation warm", "slowest warm"]


def test_a_tool_that_cannot_read_cannot_walk(add_fake, walks, tmp_path):
    name = add_fake()
    manifest = tmp_path / "adapters" / name / "adapter.toml"
    manifest.write_text(manifest.read_text().replace('"open", "read", ', ""))

    finished = run_small(walks, tmp_path / "run", name, only=("*ramp-0.4/planes/*",))

    assert [record.outcome for record in finished.records] == ["unsupported"]
    assert "not among its capabilities: operation read" in finished.records[0].explanation


PLATE = """
scenario: plates
title: Plates
datasets:
  - {name: plate, source: microscopy, axes: yx, shape: [20, 16], dtype: uint16, chunks: [16, 16], levels: 2,
     ome_zarr: "0.4", plate: {rows: 2, columns: 2}}
deadlines: {start: 60, prepare: 60, run: 60}
memory_mib: 512
operations:
  - {operation: walk, name: thumbnails, pattern: images, level: 1}
  - {operation: walk, name: open-all, pattern: openings}
"""


@pytest.fixture
def plate(tmp_path):
    path = tmp_path / "plates.yaml"
    path.write_text(PLATE)
    return path


def test_every_image_of_a_plate_is_opened_and_read(add_fake, plate, tmp_path):
    plate.write_text(PLATE + "timing: {sessions: 1, warm: 1}\n")

    finished = run_small(plate, tmp_path / "run", add_fake())

    assert [record.outcome for record in finished.records] == ["passed", "passed"]
    metrics = {(one.step, one.metric) for one in finished.samples}
    assert {("operation", "wall"), ("operation", "slowest_step")} <= metrics
    assert ("open", "wall") not in metrics  # it is part of each step


def test_the_image_that_is_wrong_is_named(add_fake, plate, tmp_path):
    finished = run_small(plate, tmp_path / "run", add_fake("zeros-in-step-3"), only=("*/thumbnails/*",))

    (record,) = finished.records
    assert record.outcome == "failed"
    assert record.explanation.startswith("image 3 of 4 (B/1/0): ")


def test_a_plate_is_not_read_as_if_it_were_an_image(add_fake, plate, tmp_path):
    plate.write_text(PLATE + "  - {operation: read, name: all}\n")

    with pytest.raises(InputError, match="a plate holds images and is none"):
        run_small(plate, tmp_path / "run", add_fake())


def test_one_image_is_no_plate(add_fake, walks, tmp_path):
    walks.write_text(walks.read_text() + "  - {operation: walk, name: tour, pattern: images}\n")

    with pytest.raises(InputError, match="goes over the images of a plate, and this is one image"):
        run_small(walks, tmp_path / "run", add_fake())
