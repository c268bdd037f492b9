"""The exact figures of a run, as they stand in a baseline."""

from pathlib import Path

import pytest

from harness.performance.changes import changes
from harness.performance.exact import baseline_of
from harness.results.baseline import Baseline
from harness.results.load import Run
from harness.results.model import Footer, Manifest, Record, Sample, ScenarioUsed, Selection, ToolId, ToolUsed
from harness.results.wire import FaultSeen, WireRequest, WireSeen

TOOL = ToolId(name="thing", version="1")
CASE = "wire/nuclei/plane/s3"
TRIAL = f"{CASE}::thing@1"


def record(**other):
    facts = {
        "trial": TRIAL, "case": CASE, "scenario": "wire", "dataset": "nuclei", "operation": "read",
        "title": "plane", "store": "s3", "tool": TOOL, "lock_hash": "l", "scenario_digest": "d",
        "outcome": "passed", "expected": True, "started": "2026-01-01T00:00:00.000Z", "duration_ms": 1,
        "wire": WireSeen(by="gateway", repeats=2), "timed": True,
    }  # fmt: skip
    return Record.model_validate({**facts, **other})


def request(repeat, number, **other):
    facts = {
        "trial": TRIAL, "repeat": repeat, "number": number, "step": "operation", "method": "GET",
        "key": f"0/{number}", "kind": "chunk", "status": 200, "sent": 0, "received": 100, "head": 9,
        "begin_ms": number, "end_ms": number + 1, "user_agent": "x", "connection": 0, "in_flight": 1,
    }  # fmt: skip
    return WireRequest.model_validate({**facts, **other})


def sample(session, value, **other):
    facts = {
        "trial": TRIAL, "session": session, "repeat": 0, "phase": "warm", "step": "operation",
        "metric": "wall", "value": value, "unit": "ns",
    }  # fmt: skip
    return Sample.model_validate({**facts, **other})


def run_of(records, *, requests=(), samples=(), torn=False):
    manifest = Manifest(
        run="r", started="2026-01-01T00:00:00.000Z", harness="0.1.0", command=("ozh",), seed=0, jobs=1,
        scenarios=(ScenarioUsed(name="wire", title="", path="wire.yaml", digest="d"),),
        selection=Selection(scenarios=("wire",), tools=("thing",)),
        tools=(ToolUsed(tool=TOOL, lock_hash="l"),),
        planned=tuple(one.trial for one in records), provenance={"host": "here"},
        stores={"s3": {"server": "MinIO"}},
    )  # fmt: skip
    footer = Footer(
        ended="", records=len(records), outcomes={}, unexpected=0, stores={"s3": {"version": "R"}}
    )
    return Run(Path("run"), manifest, tuple(records), samples, None if torn else footer, requests)


def test_requests_and_bytes_are_told_by_step_and_kind_with_their_range_over_passes():
    first = [
        request(0, 0, step="open", kind="metadata", key="zarr.json", received=50),
        request(0, 1),
        request(0, 2, key="0/1"),
    ]
    second = [request(1, 0, step="open", kind="metadata", key="zarr.json", received=50), request(1, 1)]

    (trial,) = baseline_of(run_of([record()], requests=(*first, *second))).trials

    assert trial.counted.passes == 2
    assert trial.counted.requests == (2, 3)
    assert trial.counted.requests_of == {"open GET metadata": (1, 1), "operation GET chunk": (1, 2)}
    assert trial.counted.bytes == (150, 250)
    assert trial.counted.bytes_of == {"open received": (50, 50), "operation received": (100, 200)}
    assert trial.counted.again == (0, 1)


def test_what_was_sent_is_among_the_bytes():
    one = request(0, 0, method="PUT", sent=70, received=0)

    (trial,) = baseline_of(run_of([record(wire=WireSeen(by="gateway", repeats=1))], requests=(one,))).trials

    assert trial.counted.bytes == (70, 70)
    assert trial.counted.bytes_of == {"operation sent": (70, 70)}


def test_a_counted_trial_without_a_request_has_none():
    (trial,) = baseline_of(run_of([record()])).trials

    assert trial.counted.requests == trial.counted.bytes == (0, 0)


def test_memory_is_the_median_over_sessions_of_the_most_that_each_held():
    peaks = [
        sample(session, value, repeat=repeat, metric="peak_rss", unit="bytes")
        for session, values in enumerate([(10, 30), (20, 10), (40, 40)])
        for repeat, value in enumerate(values)
    ]
    opening = sample(0, 999, step="open", phase="cold", metric="peak_rss", unit="bytes")

    (trial,) = baseline_of(run_of([record()], samples=(*peaks, opening))).trials

    assert (trial.memory.median, trial.memory.low, trial.memory.high, trial.memory.n) == (30, 20, 40, 3)


def test_times_are_medians_by_step_and_never_those_of_a_wrong_answer():
    walls = tuple(sample(session, value) for session, value in enumerate((5, 7, 6)))
    start = sample(0, 99, step="start", phase="cold")

    (right,) = baseline_of(run_of([record()], samples=(*walls, start))).trials
    (wrong,) = baseline_of(run_of([record(outcome="failed", wire=None)], samples=walls)).trials

    assert {what: one.median for what, one in right.times.items()} == {"operation warm": 6}
    assert (wrong.times, wrong.memory) == ({}, None)


def test_doing_nothing_takes_a_round_trip():
    samples = (sample(0, 1), sample(0, 9, metric="host_wall"))

    (trial,) = baseline_of(run_of([record(operation="null")], samples=samples)).trials

    assert trial.times["operation warm"].median == 9


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ({"outcome": "failed", "evidence": {"kind": "fill"}}, "fill"),
        ({"outcome": "errored", "problem": {"type": "KeyError", "message": "'x'"}}, "KeyError"),
        ({"outcome": "passed", "evidence": {"kind": "whatever"}}, ""),
        (
            {"fault": FaultSeen(name="busy", made="raised", allowed=("raised",), met=1, attempts=1, ms=1)},
            "raised",
        ),
    ],
)
def test_the_kind_of_an_outcome_is_what_stays_the_same(other, kind):
    (trial,) = baseline_of(run_of([record(wire=None, **other)])).trials

    assert trial.kind == kind


def test_a_baseline_names_versions_locks_scenarios_and_stores():
    found = baseline_of(run_of([record()]))

    assert found.selection.tools == ("thing@1",)
    assert [(one.name, one.version, one.lock_hash) for one in found.tools] == [("thing", "1", "l")]
    assert [(one.name, one.digest) for one in found.scenarios] == [("wire", "d")]
    assert (found.host, found.stores) == ("here", {"s3": {"version": "R"}})
    assert Baseline.model_validate_json(found.model_dump_json()) == found


def test_a_run_that_was_interrupted_is_said_to_be_so():
    whole, torn = run_of([record()]), run_of([record()], torn=True)

    assert changes(whole, torn).notes == (
        "The second run was interrupted: trials that it lacks say nothing.",
    )
