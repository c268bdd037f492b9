"""`ozh gate`, for CI: tells whether anything exact got worse since the baseline that is committed."""

import json
import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from harness.cli import options
from harness.cli.files import write
from harness.cli.live import showing
from harness.performance.changes import Comparison
from harness.report.changes_json import changes_json
from harness.report.changes_markdown import changes_markdown
from harness.report.changes_terminal import changes_terminal
from harness.report.escape import one_line
from harness.report.gate import gate_sentences
from harness.report.words import plural
from harness.report.write import write_report
from harness.results.baseline_file import load_baseline
from harness.results.model import Selection
from harness.run.gate import check_scenarios, chosen, exit_code, held, save_whole
from harness.run.request import Request, work_out
from harness.run.run import run as carry_out
from harness.stores.open import StoreChoice


def gate(
    baseline: Annotated[Path, typer.Argument(help="A baseline, e.g. results/baselines/wire.json")],
    scenarios: options.Scenarios = None,
    tool: options.Tools = None,
    store: options.StoreKinds = None,
    only: options.Only = None,
    update: Annotated[
        bool, typer.Option("--update", help="Write what is found as the new baseline, and say what changed")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="The run's folder; default: results/<time>", show_default=False)
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write the changes as Markdown, for a pull request", show_default=False
        ),
    ] = None,
    as_json: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Write the changes as JSON", show_default=False),
    ] = None,
    s3_endpoint: options.S3Endpoint = None,
    s3_credentials: options.S3Credentials = None,
    allow_stand_in: options.AllowStandIn = False,
) -> None:
    """Run what a baseline holds; exit 1 if an outcome, requests or bytes got worse, or a trial is gone.

    Memory counts beyond a margin; time only informs. Scenarios are for making a baseline by --update; without
    it, --tool names another version to hold against it.
    """
    given = Selection(
        scenarios=tuple(scenarios or ()),
        tools=tuple(tool or ()),
        stores=tuple(kind.value for kind in store or ()),
        only=tuple(only or ()),
    )
    old = None if update and not baseline.exists() else load_baseline(baseline)
    selection = chosen(given, old, update=update)
    if old and not update:
        check_scenarios(work_out(selection, seed=0), old)
    request = Request(
        selection=selection,
        out=out or Path("results") / datetime.now(UTC).strftime("%Y%m%d-%H%M%S"),
        store=StoreChoice(s3_endpoint, s3_credentials, allow_stand_in),
        command=("ozh", *sys.argv[1:]),
    )
    with showing() as progress:
        finished = carry_out(request, progress)
    report = write_report(finished, finished.folder)
    found, comparison = held(finished, old)
    if update:
        save_whole(baseline, found)
        when = "anew" if old else "for the first time"
        print(f"{baseline}: {plural(len(found.trials), 'trial')}, written {when}")
    if comparison:
        said = () if update else tuple(gate_sentences(comparison, _taking_in(baseline, given.tools)))
        _show(said, comparison)
        write(markdown, changes_markdown(comparison, f"ozh gate {baseline}", said))
        write(as_json, json.dumps({"said": said, **changes_json(comparison)}, indent=1) + "\n")
    print(f"Report: {report.html}")
    if comparison and not update:
        raise typer.Exit(exit_code(comparison))


def _taking_in(baseline: Path, tools: Sequence[str]) -> str:
    named = [part for tool in tools for part in ("--tool", tool)]
    return shlex.join(["ozh", "gate", str(baseline), "--update", *named])


def _show(said: Sequence[str], comparison: Comparison) -> None:
    console = Console()
    for line in said:
        console.print(Text(one_line(line), style="bold"), soft_wrap=True)
    for part in changes_terminal(comparison):
        console.print(part)
