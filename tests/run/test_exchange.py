"""What each tool writes is read by every tool: who lies is told from who was lied to."""

import pytest
from run_small import request, run_small

from harness.results.load import load_run
from harness.run.progress import Progress
from harness.run.run import run

SCENARIO = """
scenario: swap
title: Swap
datasets:
  - {name: ramp, source: ramp, axes: yx, shape: [20, 30], dtype: uint16, chunks: [8, 8], ome_zarr: "0.5",
     units: {y: micrometer, x: micrometer}}
stores: [file]
exchange: true
deadlines: {start: 60, prepare: 60, run: 60}
memory_mib: 512
operations:
  - {operation: write, name: blosc}
  - {operation: write, name: old, ome_zarr: "0.4"}
"""


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "swap.yaml"
    path.write_text(SCENARIO)
    return path


def cells(finished, look):
    """Return the outcomes of one look by writer, reader and what was written."""
    return {
        (str(one.written_by), str(one.tool), one.written): one.outcome
        for one in finished.records
        if one.written_by and one.title == look
    }


def test_a_reader_that_lies_is_found_with_every_writer_and_a_writer_with_every_reader(
    add_fake, scenario, tmp_path
):
    tools = [add_fake(), add_fake("zeros"), add_fake("loses-a-unit")]

    finished = run_small(scenario, tmp_path / "run", *tools)

    assert [record.trial for record in finished.records] == list(finished.manifest.planned)
    writes = {str(one.tool): one.outcome for one in finished.records if one.operation == "write"}
    assert writes["fake-honest@1"] == writes["fake-zeros@1"] == "passed"
    assert writes["fake-loses-a-unit@1"] == "failed"
    pixels = cells(finished, "pixels")
    assert len(pixels) == 3 * 3 * 2
    assert {reader for (_, reader, _), outcome in pixels.items() if outcome == "failed"} == {"fake-zeros@1"}
    assert {outcome for (_, reader, _), outcome in pixels.items() if reader == "fake-zeros@1"} == {"failed"}
    # A reader is held to what is on disk: that a unit was lost is not its fault.
    assert set(cells(finished, "metadata").values()) == {"passed"}


def test_what_was_not_written_cannot_be_read_and_is_nobodys_fault(add_fake, scenario, tmp_path):
    reads_only = add_fake(name="fake-reads-only")
    manifest = tmp_path / "adapters" / reads_only / "adapter.toml"
    manifest.write_text(manifest.read_text().replace(', "write"]', "]"))

    finished = run_small(scenario, tmp_path / "run", add_fake(), reads_only)

    told = [one for one in finished.records if str(one.written_by) == f"{reads_only}@1"]
    assert len(told) == 2 * 2 * 2
    assert {one.outcome for one in told} == {"unsupported"}
    assert all(one.expected and "nothing to read" in one.explanation for one in told)
    assert {one.outcome for one in finished.records if str(one.written_by) == "fake-honest@1"} == {"passed"}


def test_validators_judge_what_was_written_and_readers_are_not_asked_to(add_fake, scenario, tmp_path):
    finished = run_small(scenario, tmp_path / "run", add_fake(), "always-valid")

    judged = [one for one in finished.records if one.operation == "validate"]
    assert {(str(one.tool), one.outcome) for one in judged} == {("always-valid@1.0.0", "passed")}
    assert len(judged) == 2
    assert not [one for one in finished.records if one.tool.name == "always-valid" and one not in judged]


def test_a_torn_run_writes_again_what_is_still_to_be_read(add_fake, scenario, tmp_path):
    out, tool = tmp_path / "run", add_fake()
    run_small(scenario, out, tool)
    lines = (out / "records.jsonl").read_bytes().splitlines(keepends=True)
    (out / "records.jsonl").write_bytes(b"".join(lines[:3]))
    (out / "footer.json").unlink()

    finished = run(request(scenario, out, tool, resume=True), Progress())

    assert [record.trial for record in finished.records] == list(finished.manifest.planned)
    assert {record.outcome for record in finished.records} == {"passed"}
    assert load_run(out).footer is not None


@pytest.mark.minio
@pytest.mark.tools
def test_what_is_written_to_s3_is_read_over_http_too(scenario, tmp_path):
    scenario.write_text(scenario.read_text().replace("stores: [file]", "stores: [file, http, s3]"))

    finished = run_small(scenario, tmp_path / "run", "tensorstore")

    read = [one for one in finished.records if one.written_by and one.operation == "read"]
    assert {one.store for one in read} == {"file", "http", "s3"}
    assert {one.outcome for one in finished.records} == {"passed"}
