"""The tables of the wire as CSV: figures of requests, faults, round trips and costs."""

from collections.abc import Iterable, Iterator, Mapping

from harness.performance.wire import Span
from harness.report.csv_files import TRIAL, table_csv, trial_columns
from harness.report.model import Report
from harness.report.nouns import CaseKey
from harness.report.wire_model import CostLine, FaultCell, StepFigures
from harness.results.load import Run

_WIRE = {
    **TRIAL,
    "step": "string",
    "figure": "string",
    "method": "string",
    "kind": "string",
    "low": "float64",
    "high": "float64",
    "unit": "string",
    "passes": "Int64",
}
_FAULTS = {
    **{name: kind for name, kind in TRIAL.items() if name != "outcome"},
    "fault": "string",
    "outcome": "string",
    "expected": "boolean",
    "made": "string",
    "allowed": "string",
    "met": "Int64",
    "attempts": "Int64",
    "ms": "float64",
    "left": "string",
    "problem_type": "string",
    "problem_message": "string",
}
_COSTS = {
    **{name: kind for name, kind in TRIAL.items() if name not in {"network", "outcome"}},
    "step": "string",
    "phase": "string",
    "trips": "float64",
    "low": "float64",
    "high": "float64",
    "confidence": "float64",
    "overlapped": "boolean",
    "sessions": "Int64",
    "rtts_ms": "string",
    "misfit": "float64",
    "network_share": "float64",
    "handshakes_low": "Int64",
    "handshakes_high": "Int64",
    "model_trips": "float64",
    "work_seconds": "float64",
    "wire_bytes": "Int64",
    "overlap": "float64",
    "checks": "Int64",
    "median_error": "float64",
    "worst_error": "float64",
    "worst_network": "string",
    "no_model": "string",
}


def wire_csv(report: Report) -> str:
    """Return one line per counted trial, step and figure; `low` and `high` are over its passes.

    The figure `of kind` is the number of requests of one method and kind; `needed` is the same for all steps.
    The step `both` is opening and operation together.
    """
    part = report.requests
    rows: list[dict[str, object]] = []
    for case in part.cases if part else ():
        for line in case.lines:
            head = trial_columns(case.key, line.tool, line.outcome)
            for step in (*line.steps, *([line.both] if line.both else ())):
                rows += ({**head, **row} for row in _figures(step, case.needed))
    return _table(rows, _WIRE)


def faults_csv(run: Run, report: Report) -> str:
    """Return one line per trial with a fault; `ms` is the operation with its opening."""
    problems = {(record.case, str(record.tool)): record.problem for record in run.records}
    rows: list[dict[str, object]] = []
    for group in report.faults.groups if report.faults else ():
        for row in group.rows:
            for line, cell in zip(report.tools, row.cells, strict=True):
                if cell.planned:
                    problem = problems.get((row.key.case, str(line.id)))
                    said = (
                        {"problem_type": problem.type, "problem_message": problem.message} if problem else {}
                    )
                    head = trial_columns(row.key, line, cell.outcome)
                    rows.append({**head, **_fault(row.key, cell), **said})
    return _table(rows, _FAULTS)


def round_trips_csv(report: Report) -> str:
    """Return one line per case on several networks, tool and step; errors are shares of the true time."""
    rows = [
        {**trial_columns(case.key, line.tool, None), **_cost(line)}
        for case in (report.costs.cases if report.costs else ())
        for line in case.lines
    ]
    return _table(rows, _COSTS)


def _table(rows: Iterable[Mapping[str, object]], columns: Mapping[str, str]) -> str:
    import pandas as pd  # noqa: PLC0415 -- slow to import, and needed at the end of a run only

    return table_csv(pd.DataFrame(list(rows), columns=list(columns)).astype(dict(columns)))


def _figures(step: StepFigures, needed: int | None) -> Iterator[dict[str, object]]:
    spans = step.spans
    plain: list[tuple[str, Span, str]] = [
        ("requests", spans.requests, ""),
        ("received", spans.received, "bytes"),
        ("sent", spans.sent, "bytes"),
        ("head", spans.head, "bytes"),
        ("duplicates", spans.duplicates, ""),
        ("not found", spans.not_found, ""),
        ("in flight peak", spans.in_flight_peak, ""),
        ("connections", spans.connections, ""),
        ("handshakes", spans.handshakes, ""),
    ]
    if needed is not None:
        plain.append(("needed", Span(needed, needed), "bytes"))
    if step.amplification:
        plain.append(("amplification", step.amplification, "times"))
    for figure, span, unit in plain:
        yield {"figure": figure, "unit": unit or "requests", **_over(step, span)}
    for method, kind, span in spans.by_kind:
        yield {"figure": "of kind", "method": method, "kind": kind, "unit": "requests", **_over(step, span)}


def _over(step: StepFigures, span: Span) -> dict[str, object]:
    return {"step": step.step, "low": span.low, "high": span.high, "passes": step.spans.passes}


def _fault(key: CaseKey, cell: FaultCell) -> dict[str, object]:
    told: dict[str, object] = {"fault": key.fault, "expected": cell.expected if cell.outcome else None}
    if cell.seen:
        seen = cell.seen
        told |= {
            "made": seen.made, "allowed": " ".join(seen.allowed), "met": seen.met, "attempts": seen.attempts,
            "ms": seen.ms, "left": seen.left,
        }  # fmt: skip
    return told


def _cost(line: CostLine) -> dict[str, object]:
    step, phase = line.step.split()
    told: dict[str, object] = {"step": step, "phase": phase, "no_model": line.why or None}
    if line.trips:
        trips = line.trips
        told |= {
            "trips": trips.trips, "low": trips.low, "high": trips.high, "confidence": trips.confidence,
            "overlapped": trips.overlapped, "sessions": trips.sessions, "misfit": trips.misfit,
            "rtts_ms": " ".join(f"{rtt:g}" for rtt in trips.rtts_ms), "network_share": trips.network_share,
        }  # fmt: skip
    if line.handshakes:
        told |= {"handshakes_low": int(line.handshakes.low), "handshakes_high": int(line.handshakes.high)}
    if line.model:
        curve = line.model.curve
        told |= {
            "model_trips": curve.trips, "work_seconds": curve.work_seconds, "overlap": curve.overlap,
            "wire_bytes": line.model.wire_bytes,
        }  # fmt: skip
    if line.errors:
        told |= {
            "checks": line.errors.checks, "median_error": line.errors.median,
            "worst_error": line.errors.worst, "worst_network": line.errors.worst_network,
        }  # fmt: skip
    return told
