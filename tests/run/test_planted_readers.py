"""Planted readers, one for each class, on a real MinIO: what they make of a fault, and what they ask for."""

import pytest
from run_small import run_small

SCENARIO = """
scenario: planted
title: Planted
datasets:
  - {name: ramp, source: ramp, axes: zyx, shape: [4, 64, 64], dtype: uint16, chunks: [2, 32, 32],
     ome_zarr: "0.4", codec: {name: none}}
stores: [http]
deadlines: {start: 60, prepare: 60, run: 60}
memory_mib: 512
operations:
  - {operation: read, name: plane, region: {z: 3}}
"""
FAULT = """
faults:
  - {name: twice-500, number: 3, times: 2, deed: {does: status, status: 500}, expect: [EXPECT], because: so,
     deadline: DEADLINE}
"""
CLASSES = ("right", "raised", "fill", "wrong", "stuck", "crashed")
OUTCOMES = {"right": "failed", "raised": "errored", "fill": "failed", "wrong": "failed", "stuck": "timeout",
            "crashed": "crashed"}  # fmt: skip


@pytest.fixture
def scenario(tmp_path):
    def make(more):
        path = tmp_path / "planted.yaml"
        path.write_text(SCENARIO + more)
        return path

    return make


def with_fault(expect, deadline=30):
    return FAULT.replace("EXPECT", expect).replace("DEADLINE", str(deadline))


@pytest.mark.minio
def test_each_planted_reader_makes_of_the_fault_what_it_was_planted_for(add_fake, scenario, tmp_path):
    tools = {add_fake(made, worker="planted_reader.py"): made for made in CLASSES}
    finished = run_small(scenario(with_fault("right", 3)), tmp_path / "run", *tools)

    table = {tools[record.tool.name]: record for record in finished.records}
    assert {planted: record.fault.made for planted, record in table.items()} == {one: one for one in CLASSES}
    assert all(record.fault.met in (1, 2) for record in finished.records)
    assert table["right"].outcome == "passed"
    assert table["right"].fault.attempts == 3
    for planted in CLASSES[1:]:
        assert table[planted].outcome == OUTCOMES[planted]
        assert not table[planted].expected
    assert "StoreError: 0/1/1/1: HTTP 500" in table["raised"].explanation
    assert "1 of 4 chunks are fill value" in table["fill"].explanation
    assert "1 of 4 chunks differ: [1, 1, 1]" in table["wrong"].explanation
    met = [one for one in finished.requests if one.fault]
    assert {(one.key, one.status, one.fault) for one in met} == {("0/1/1/1", 500, "twice-500")}


@pytest.mark.minio
@pytest.mark.parametrize("made", ["raised", "fill"])
def test_what_the_scenario_allows_is_passed_and_still_told(made, add_fake, scenario, tmp_path):
    tool = add_fake(made, worker="planted_reader.py")
    (record,) = run_small(scenario(with_fault("raised, fill")), tmp_path / "run", tool).records

    assert (record.outcome, record.expected, record.fault.made) == ("passed", True, made)
    assert record.explanation


@pytest.mark.minio
def test_recovery_where_it_is_impossible_is_a_failure_of_somebody(add_fake, scenario, tmp_path):
    tool = add_fake("right", worker="planted_reader.py")
    (record,) = run_small(scenario(with_fault("raised")), tmp_path / "run", tool).records

    assert (record.outcome, record.fault.made) == ("failed", "right")
    assert "the true answer came back, where raised was to be expected" in record.explanation


@pytest.mark.minio
def test_a_fault_that_is_never_met_asks_for_the_true_answer_only(add_fake, scenario, tmp_path):
    tool = add_fake("raised", worker="planted_reader.py")
    fault = with_fault("raised").replace("number: 3", "target: group")  # which this reader does not ask for
    (record,) = run_small(scenario(fault), tmp_path / "run", tool).records

    assert (record.outcome, record.fault.met, record.fault.allowed) == ("passed", 0, ("right",))


@pytest.mark.minio
def test_requests_are_counted_in_a_pass_of_their_own_and_timed_passes_are_not_watched(
    add_fake, scenario, tmp_path
):
    tool = add_fake("raised", worker="planted_reader.py")
    more = "timing: {sessions: 2, warm: 1}\nwire: {repeats: 2}\n"
    finished = run_small(scenario(more), tmp_path / "run", tool)

    (record,) = finished.records
    assert record.outcome == "passed", record.explanation
    assert record.wire.by == "trace and gateway"
    assert record.wire.needed_bytes == 4 * 2 * 32 * 32 * 2
    assert {sample.session for sample in finished.samples} == {0, 1}
    for repeat in (0, 1):
        seen = [one for one in finished.requests if one.repeat == repeat]
        asked = sorted((one.step, one.kind, one.key, one.status) for one in seen)
        chunks = [
            ("operation", "chunk", f"0/{z}/{y}/{x}", 200) for z in (0, 1) for y in (0, 1) for x in (0, 1)
        ]
        assert [one for one in asked if one[1] == "chunk"] == chunks
        assert ("open", "metadata", "0/.zarray", 200) in asked
        assert {one.in_flight for one in seen} == {1}
        assert {one.method for one in seen} == {"GET"}
        assert all(one.user_agent.startswith("Python-urllib/") for one in seen)
    assert (tmp_path / "run" / "requests.parquet").stat().st_size > 0
