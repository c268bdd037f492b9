from pathlib import Path

import pandas as pd

from harness.results.frames import records_frame, samples_frame
from harness.results.load import Run
from harness.results.model import OUTCOMES, Manifest, Problem, Record, Sample, Selection, ToolId

TOOL = ToolId(name="zarr-python", version="3.4.2", configuration="tuned")
TRIAL = f"quick/nuclei/plane/s3::{TOOL}"


def _run(records=(), samples=()):
    manifest = Manifest(
        run="r",
        started="2026-11-22T16:58:03Z",
        harness="0.1.0",
        command=("ozh",),
        seed=0,
        jobs=1,
        scenarios=(),
        selection=Selection(scenarios=()),
        planned=(),
        provenance={},
    )
    return Run(Path("r"), manifest, tuple(records), tuple(samples), None)


def _record(**other):
    facts = {
        "trial": TRIAL,
        "case": "quick/nuclei/plane/s3",
        "scenario": "quick",
        "dataset": "nuclei",
        "operation": "read",
        "title": "plane",
        "store": "s3",
        "tool": TOOL,
        "scenario_digest": "d",
        "outcome": "passed",
        "expected": True,
        "started": "2026-11-22T16:58:03.120Z",
        "duration_ms": 41.5,
    }
    return Record(**{**facts, **other})


def _sample(**other):
    facts = {
        "trial": TRIAL,
        "session": 1,
        "repeat": 2,
        "phase": "warm",
        "step": "operation",
        "metric": "wall",
        "value": 3.5e6,
        "unit": "ns",
    }
    return Sample(**{**facts, **other})


def test_a_record_is_one_row_with_its_tool_in_parts():
    problem = Problem(type="OSError", message="403")

    frame = records_frame(_run([_record(outcome="errored", problem=problem, warnings=("a", "b"))]))

    row = frame.iloc[0]
    assert (row["tool"], row["version"], row["configuration"]) == ("zarr-python", "3.4.2", "tuned")
    assert (row["problem_type"], row["problem_message"], row["warnings"]) == ("OSError", "403", 2)
    assert row["started"] == pd.Timestamp("2026-11-22T16:58:03.120", tz="UTC")


def test_a_sample_is_one_row_with_the_columns_of_its_trial():
    frame = samples_frame(
        _run([_record()], [_sample(), _sample(metric="peak_rss", value=1024, unit="bytes")])
    )

    assert list(frame["case"]) == ["quick/nuclei/plane/s3"] * 2
    assert list(frame["metric"]) == ["wall", "peak_rss"]
    assert list(frame["value"]) == [3.5e6, 1024]
    assert list(frame["outcome"]) == ["passed"] * 2


def test_a_sample_without_a_record_keeps_its_trial():
    frame = samples_frame(_run([], [_sample()]))

    assert list(frame["trial"]) == [TRIAL]
    assert frame[["case", "outcome", "expected"]].isna().all(axis=None)


def test_an_empty_run_has_the_same_columns_and_types():
    for frame_of in (records_frame, samples_frame):
        full, empty = frame_of(_run([_record()], [_sample()])), frame_of(_run())

        assert len(empty) == 0
        assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_outcomes_are_counted_even_where_there_are_none():
    counts = records_frame(_run([_record()]))["outcome"].value_counts()

    assert set(counts.index) == set(OUTCOMES)
    assert counts["passed"] == 1
    assert counts["failed"] == 0
