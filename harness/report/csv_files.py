"""The tables of a report as CSV: one row per record, and one row per summary of times."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.performance.summary import Summary
from harness.report.escape import spreadsheet
from harness.report.model import Report
from harness.report.nouns import CaseKey, ToolLine
from harness.results.load import Run
from harness.results.model import Outcome

if TYPE_CHECKING:
    import pandas as pd

TRIAL = {
    "scenario": "string",
    "dataset": "string",
    "title": "string",
    "store": "string",
    "network": "string",
    "tool": "string",
    "version": "string",
    "configuration": "string",
    "outcome": "string",
}
_TIMINGS = {
    **TRIAL,
    "step": "string",
    "phase": "string",
    "median": "float64",
    "low": "float64",
    "high": "float64",
    "interval": "string",
    "n": "Int64",
    "over": "string",
    "samples": "Int64",
    "outliers": "Int64",
    "unit": "string",
    "fastest": "boolean",
}


def conformance_csv(run: Run) -> str:
    """Return one line per record; `duration_ms` is in milliseconds."""
    from harness.results.frames import records_frame  # noqa: PLC0415 -- pandas is slow to import

    return table_csv(records_frame(run))


def timings_csv(report: Report) -> str:
    """Return one line per timed case, tool and step, in ns.

    A wrong answer has one line with its outcome and no number. The step `memory` is the peak, in bytes;
    the step `start` is a tool's, over all its cases.
    """
    import pandas as pd  # noqa: PLC0415 -- slow to import, and needed at the end of a run only

    rows = [row for line in report.tools for row in _timing_rows(report, line)]
    return table_csv(pd.DataFrame(rows, columns=list(_TIMINGS)).astype(_TIMINGS))


def _timing_rows(report: Report, line: ToolLine) -> Iterator[dict[str, object]]:
    for case in report.timings:
        outcome = case.outcomes[line.number]
        head = trial_columns(case.key, line, outcome)
        if outcome is not None and outcome != "passed":
            yield head
        for row in case.rows:
            cell = row.cells[line.number]
            if cell.summary:
                step, phase = row.step.split()
                yield {
                    **head,
                    "step": step,
                    "phase": phase,
                    **_numbers(cell.summary),
                    "fastest": cell.fastest,
                }
        peak = case.peaks[line.number]
        if peak is not None:
            yield {**head, "step": "memory", "high": peak, "unit": "bytes"}
    if line.start:
        tool = {"tool": line.id.name, "version": line.id.version, "configuration": line.id.configuration}
        yield {**tool, "step": "start", "phase": "cold", **_numbers(line.start)}


def trial_columns(key: CaseKey, line: ToolLine, outcome: Outcome | None) -> dict[str, object]:
    """Return what every table says of a trial."""
    return {
        "scenario": key.scenario,
        "dataset": key.dataset,
        "title": key.title,
        "store": key.store,
        "network": key.network,
        "tool": line.id.name,
        "version": line.id.version,
        "configuration": line.id.configuration,
        "outcome": outcome,
    }


def _numbers(summary: Summary) -> dict[str, object]:
    return {
        "median": summary.median,
        "low": summary.low,
        "high": summary.high,
        "interval": summary.interval,
        "n": summary.n,
        "over": summary.over,
        "samples": summary.samples,
        "outliers": summary.outliers,
        "unit": summary.unit,
    }


def table_csv(frame: "pd.DataFrame") -> str:
    """Return the frame as CSV with every text made safe for spreadsheets."""
    texts = frame.select_dtypes(include=["string", "category"]).columns
    safe = frame.assign(
        **{name: frame[name].astype("string").map(spreadsheet, na_action="ignore") for name in texts}
    )
    return str(safe.to_csv(index=False, lineterminator="\n"))
