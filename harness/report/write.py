"""Writes the report of a run beside its records."""

from dataclasses import dataclass
from pathlib import Path

from harness.report.content import build_report
from harness.report.csv_files import conformance_csv, timings_csv
from harness.report.html import render_html
from harness.report.markdown import render_markdown
from harness.results.append import write_atomically
from harness.results.load import Run


@dataclass(frozen=True)
class ReportPaths:
    """Where the parts of a report are."""

    html: Path
    markdown: Path
    conformance: Path
    timings: Path


def write_report(run: Run, folder: Path) -> ReportPaths:
    """Write report/{report.html,report.md,conformance.csv,timings.csv} below the folder, each file at once.

    An older report is replaced.
    """
    report = build_report(run)
    place = folder / "report"
    place.mkdir(parents=True, exist_ok=True)
    paths = ReportPaths(
        html=place / "report.html",
        markdown=place / "report.md",
        conformance=place / "conformance.csv",
        timings=place / "timings.csv",
    )
    write_atomically(paths.html, render_html(report))
    write_atomically(paths.markdown, render_markdown(report))
    write_atomically(paths.conformance, conformance_csv(run))
    write_atomically(paths.timings, timings_csv(report))
    return paths
