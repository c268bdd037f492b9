"""`ozh compare`: two arms measured now, or two finished runs held against each other."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType

from harness.cli import options
from harness.cli.files import write
from harness.cli.live import showing
from harness.host.errors import InputError
from harness.host.uv import Say
from harness.performance.changes import changes
from harness.report.changes_json import changes_json
from harness.report.changes_markdown import changes_markdown
from harness.report.changes_terminal import changes_terminal
from harness.report.verdicts_terminal import verdicts_terminal
from harness.report.versus import versus_json, versus_markdown
from harness.report.write import write_report
from harness.results.append import MANIFEST
from harness.results.load import load_run
from harness.results.model import Selection
from harness.run.arms import Paired, pair_arms, pair_scenarios, parse_arm
from harness.run.comparing import Compared, compare_live, exit_code
from harness.run.request import Request
from harness.scenario.find import is_scenario
from harness.stores.open import StoreChoice

_INTERRUPTED = 130


def compare(
    a: Annotated[str, typer.Argument(help="NAME[@VERSION][+CONFIGURATION], a scenario, or a run's folder")],
    b: Annotated[str, typer.Argument(help="What is compared with it: of the same kind")],
    scenarios: options.Scenarios = None,
    tool: Annotated[
        str | None,
        typer.Option(metavar="NAME[@VERSION]", help="Of two scenarios: the tool", show_default=False),
    ] = None,
    store: options.StoreKinds = None,
    only: options.Only = None,
    out: Annotated[
        Path | None, typer.Option(help="The run's folder; default: results/<time>", show_default=False)
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the comparison in --out")] = False,
    markdown: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it as Markdown, for a pull request", show_default=False),
    ] = None,
    as_json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write it as JSON", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the order of processes and quanta")] = 0,
    s3_endpoint: options.S3Endpoint = None,
    s3_credentials: options.S3Credentials = None,
) -> None:
    """Compare two tools, versions or configurations: first outcomes, requests and bytes, then time.

    Exit 1 only for a confirmed slow-down of B, 2 bad input, 3 host. A time that can't be told fails nothing.
    """
    if _is_run(a) and _is_run(b):
        _show_runs(Path(a), Path(b), markdown, as_json)
        return
    if resume and out is None:
        raise InputError("--resume needs the comparison's folder", "give it by --out")
    kinds = tuple(kind.value for kind in store or ())
    globs = tuple(only or ())
    names = tuple(scenarios or ())
    with showing() as progress:
        paired = _paired((a, b), names, tool, (kinds, globs), progress.say)
        request = Request(
            selection=Selection(scenarios=names or (a, b), tools=paired.tools, stores=kinds, only=globs),
            out=out or Path("results") / datetime.now(UTC).strftime("%Y%m%d-%H%M%S"),
            store=StoreChoice(s3_endpoint, s3_credentials),
            command=("ozh", *sys.argv[1:]),
            resume=resume,
            seed=seed,
        )
        try:
            compared = compare_live(request, paired, (a, b), progress)
        except KeyboardInterrupt:
            print(f"ozh: interrupted -- go on by --resume --out {request.out}", file=sys.stderr)
            raise typer.Exit(_INTERRUPTED) from None
    _show(compared, markdown, as_json)
    raise typer.Exit(exit_code(compared))


def _is_run(name: str) -> bool:
    return (Path(name) / MANIFEST).is_file()


def _paired(
    arms: tuple[str, str],
    scenarios: tuple[str, ...],
    tool: str | None,
    chosen: tuple[Sequence[str], Sequence[str]],
    say: Say,
) -> Paired:
    """Return what is to be compared: two tools on scenarios, or one tool on two scenarios."""
    if scenarios:
        if tool:
            raise InputError("--tool goes with two scenarios", "of two tools, name both as A and B")
        return pair_arms((parse_arm(arms[0], say), parse_arm(arms[1], say)), scenarios, *chosen)
    if all(is_scenario(arm) for arm in arms):
        if not tool:
            raise InputError("two scenarios are compared with one tool", "name it by --tool")
        return pair_scenarios(parse_arm(tool, say), arms, *chosen)
    raise InputError(
        "no scenario was named", "ozh compare TOOL TOOL SCENARIO..., or see `ozh list scenarios`"
    )


def _show_runs(a: Path, b: Path, markdown: Path | None, as_json: Path | None) -> None:
    comparison = changes(load_run(a), load_run(b), "versions")
    _print(changes_terminal(comparison))
    write(markdown, changes_markdown(comparison, f"{b}, compared with {a}"))
    write(as_json, _json(changes_json(comparison)))


def _show(compared: Compared, markdown: Path | None, as_json: Path | None) -> None:
    exact, verdicts = compared.exact, compared.verdicts
    report = write_report(compared.run, compared.run.folder)
    _print(changes_terminal(exact, with_times=False))
    _print(verdicts_terminal(verdicts))
    write(markdown, versus_markdown(exact, verdicts))
    write(as_json, _json(versus_json(exact, verdicts)))
    print(f"Report: {report.html}")


def _print(parts: Iterable[RenderableType]) -> None:
    console = Console()
    for part in parts:
        console.print(part)


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1) + "\n"
