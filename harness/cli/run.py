"""`ozh run`: hand the request over, show progress, print the outcome."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from harness.cli import options
from harness.cli.live import showing
from harness.cli.outcome import show_outcome
from harness.host.errors import InputError
from harness.results.model import Selection
from harness.run.request import Request, work_out
from harness.run.run import exit_code
from harness.run.run import run as carry_out
from harness.stores.open import StoreChoice

_INTERRUPTED = 130


def run(
    scenarios: options.Scenarios = None,
    tool: options.Tools = None,
    store: options.StoreKinds = None,
    only: options.Only = None,
    out: Annotated[
        Path | None, typer.Option(help="The run's folder; default: results/<time>", show_default=False)
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be run")] = False,
    jobs: Annotated[
        int,
        typer.Option(
            min=1, max=64, help="Workers at once, for conformance; time is never measured beside others"
        ),
    ] = 1,
    seed: Annotated[int, typer.Option(help="Draws the order of tools and sessions")] = 0,
    s3_endpoint: options.S3Endpoint = None,
    s3_credentials: options.S3Credentials = None,
    allow_stand_in: options.AllowStandIn = False,
) -> None:
    """Run scenarios through tools; exit 0 if nothing unexpected happened, 1 if so, 2 bad input, 3 host."""
    selection = Selection(
        scenarios=tuple(scenarios or ()),
        tools=tuple(tool or ()),
        stores=tuple(kind.value for kind in store or ()),
        only=tuple(only or ()),
    )
    if resume and out is None:
        raise InputError("--resume needs the run's folder", "give it by --out")
    if not resume and not selection.scenarios:
        raise InputError("no scenario was named", "try `ozh run quick`, or see `ozh list scenarios`")
    if dry_run:
        _show_plan(selection, seed)
        return
    folder = out or Path("results") / datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    request = Request(
        selection=selection,
        out=folder,
        store=StoreChoice(s3_endpoint, s3_credentials, allow_stand_in),
        command=("ozh", *sys.argv[1:]),
        resume=resume,
        jobs=jobs,
        seed=seed,
    )
    try:
        with showing() as progress:
            finished = carry_out(request, progress)
        show_outcome(finished)
    except KeyboardInterrupt:
        print(f"ozh: interrupted -- go on with: ozh run --resume --out {folder}", file=sys.stderr)
        raise typer.Exit(_INTERRUPTED) from None
    raise typer.Exit(exit_code(finished))


def _show_plan(selection: Selection, seed: int) -> None:
    planned = work_out(selection, seed)
    for trial in planned.trials:
        print(trial.id)
    print(f"{len(planned.trials)} trials of {len(planned.scenarios)} scenarios", file=sys.stderr)
