"""`ozh report`: write the report of a run again and show its summary."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.outcome import show_outcome
from harness.results.load import load_run


def report(folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder")]) -> None:
    """Write the report of a run (HTML, Markdown, CSV) and show its summary."""
    show_outcome(load_run(folder))
