"""A run as pandas frames, for reports and for anyone's own analysis.

Columns and types are the same for an empty run.
"""

from typing import Any, get_args

import pandas as pd

from harness.results.load import Run
from harness.results.model import OUTCOMES, Metric, Phase, Record, Step, Unit

_TEXT = "string"
_CASE_COLUMNS: dict[str, Any] = {
    "trial": _TEXT,
    "case": _TEXT,
    "scenario": _TEXT,
    "dataset": _TEXT,
    "operation": _TEXT,
    "title": _TEXT,
    "store": _TEXT,
    "network": _TEXT,
    "tool": _TEXT,
    "version": _TEXT,
    "configuration": _TEXT,
    "outcome": pd.CategoricalDtype(list(OUTCOMES)),
    "expected": "boolean",
}
_RECORD_COLUMNS: dict[str, Any] = {
    **_CASE_COLUMNS,
    "timed": "boolean",
    "started": "datetime64[ns, UTC]",
    "duration_ms": "float64",
    "explanation": _TEXT,
    "problem_type": _TEXT,
    "problem_message": _TEXT,
    "url": _TEXT,
    "warnings": "int64",  # how many
    "lock_hash": _TEXT,
    "scenario_digest": _TEXT,
}
_SAMPLE_COLUMNS: dict[str, Any] = {
    "session": "int64",
    "repeat": "int64",
    "phase": pd.CategoricalDtype(list(get_args(Phase))),
    "step": pd.CategoricalDtype(list(get_args(Step))),
    "metric": pd.CategoricalDtype(list(get_args(Metric))),
    "value": "float64",
    "unit": pd.CategoricalDtype(list(get_args(Unit))),
}


def records_frame(run: Run) -> pd.DataFrame:
    """Return one row per record. `started` is UTC, `duration_ms` in ms, `warnings` a count."""
    rows = [_record_row(record) for record in run.records]
    frame = pd.DataFrame(rows, columns=list(_RECORD_COLUMNS))
    frame["started"] = pd.to_datetime(frame["started"], utc=True, format="ISO8601")
    return frame.astype(_RECORD_COLUMNS)


def samples_frame(run: Run) -> pd.DataFrame:
    """Return one row per sample, with the columns of its trial; `value` is in `unit` (ns or bytes).

    A sample whose trial has no record keeps its trial and has nothing in the trial's other columns.
    """
    trials = {record.trial: _case_row(record) for record in run.records}
    rows = [
        {**trials.get(sample.trial, {}), **sample.model_dump(include={"trial", *_SAMPLE_COLUMNS})}
        for sample in run.samples
    ]
    columns = {**_CASE_COLUMNS, **_SAMPLE_COLUMNS}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _case_row(record: Record) -> dict[str, Any]:
    own = {"tool", "version", "configuration"}
    return {
        **{name: getattr(record, name) for name in _CASE_COLUMNS if name not in own},
        "tool": record.tool.name,
        "version": record.tool.version,
        "configuration": record.tool.configuration,
    }


def _record_row(record: Record) -> dict[str, Any]:
    return {
        **_case_row(record),
        "timed": record.timed,
        "started": record.started,
        "duration_ms": record.duration_ms,
        "explanation": record.explanation,
        "problem_type": record.problem.type if record.problem else None,
        "problem_message": record.problem.message if record.problem else None,
        "url": record.url,
        "warnings": len(record.warnings),
        "lock_hash": record.lock_hash,
        "scenario_digest": record.scenario_digest,
    }
