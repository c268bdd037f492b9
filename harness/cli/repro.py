"""`ozh repro`: data and a short script to show one case to a tool's maintainers."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.live import showing
from harness.run.reproduce import reproduce
from harness.scenario.named import scenario_of


def repro(
    case: Annotated[
        str, typer.Argument(metavar="CASE", help="As reports name it: SCENARIO/DATASET/TITLE/STORE")
    ],
    tool: Annotated[str, typer.Option(metavar="NAME[@VERSION]", help="The tool that it is about")],
    out: Annotated[
        Path | None, typer.Option(help="The new folder; default: repro-<dataset>-<tool>", show_default=False)
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            help="The case's scenario file, where it did not come with the harness", show_default=False
        ),
    ] = None,
) -> None:
    """Write a folder with the data, a script of that tool alone, what was expected and what came back."""
    path = scenario_of(case, str(scenario) if scenario else None)
    dataset = [*case.split("/"), ""][1]
    folder = out or Path(f"repro-{dataset}-{tool.partition('@')[0]}")
    with showing() as progress:
        made = reproduce(path, case, tool, folder, progress)
    said = f": {made.record.explanation}" if made.record.explanation else ""
    print(f"{made.tool}: {made.record.outcome}{said}")
    print(f"{made.folder}: {made.repro.run}")
