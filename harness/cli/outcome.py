"""Writes the report of a run and prints its summary: the end of `ozh run`, and all of `ozh report`."""

from rich.console import Console

from harness.report.content import build_report
from harness.report.terminal import terminal_report
from harness.report.write import write_report
from harness.results.load import Run


def show_outcome(run: Run) -> None:
    """Write the report into the run's folder, print its summary and where it is."""
    paths = write_report(run, run.folder)
    console = Console()
    for part in terminal_report(build_report(run)):
        console.print(part)
    console.print(f"Report: {paths.html}", soft_wrap=True, markup=False, highlight=False)
