"""Writes the report of a run beside its records."""

from dataclasses import dataclass
from pathlib import Path

from harness.report.agreement_csv import exchange_csv, validators_csv
from harness.report.content import build_report
from harness.report.csv_files import conformance_csv, timings_csv
from harness.report.html import render_html
from harness.report.markdown import render_markdown
from harness.report.model import Report
from harness.report.wire_csv import faults_csv, round_trips_csv, wire_csv
from harness.results.append import write_atomically
from harness.results.load import Run


@dataclass(frozen=True)
class ReportPaths:
    """Where the parts of a report are; None for a table that has nothing to say."""

    html: Path
    markdown: Path
    conformance: Path
    timings: Path
    wire: Path | None = None
    faults: Path | None = None
    round_trips: Path | None = None
    exchange: Path | None = None
    validators: Path | None = None


def write_report(run: Run, folder: Path, report: Report | None = None) -> ReportPaths:
    """Write report/{report.html,report.md,*.csv} below the folder, each file at once.

    All CSV files but conformance.csv and timings.csv are written only where the run has such data. An older
    report is replaced. `report` spares building it again.
    """
    report = report or build_report(run)
    place = folder / "report"
    place.mkdir(parents=True, exist_ok=True)
    return ReportPaths(
        html=_written(place / "report.html", render_html(report)),
        markdown=_written(place / "report.md", render_markdown(report)),
        conformance=_written(place / "conformance.csv", conformance_csv(run)),
        timings=_written(place / "timings.csv", timings_csv(report)),
        wire=_table(place / "wire.csv", wire_csv(report) if report.requests else None),
        faults=_table(place / "faults.csv", faults_csv(run, report) if report.faults else None),
        round_trips=_table(place / "round_trips.csv", round_trips_csv(report) if report.costs else None),
        exchange=_table(place / "exchange.csv", exchange_csv(run) if report.exchange else None),
        validators=_table(place / "validators.csv", validators_csv(run) if report.validators else None),
    )


def _written(path: Path, text: str) -> Path:
    write_atomically(path, text)
    return path


def _table(path: Path, text: str | None) -> Path | None:
    """Write a table, or take an older one away where there is nothing to say any more."""
    if text is None:
        path.unlink(missing_ok=True)
        return None
    return _written(path, text)
