"""`ozh bisect`: which release of a tool changed it."""

import json
import shlex
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from harness.cli import options
from harness.cli.live import showing
from harness.report.bisected import bisected_sentences, step_sentence
from harness.report.escape import one_line
from harness.results.bisected import VersionSeen
from harness.run.bisect import Wanted
from harness.run.bisect import bisect as carry_out
from harness.stores.open import StoreChoice

_INTERRUPTED = 130


class Metric(StrEnum):
    """What may have changed, as choices of an option."""

    REQUESTS = "requests"
    BYTES = "bytes"
    TIME = "time"
    MEMORY = "memory"
    OUTCOME = "outcome"


def bisect(
    tool: Annotated[str, typer.Argument(metavar="NAME[+CONFIGURATION]", help="The tool, without a version")],
    good: Annotated[str, typer.Option(metavar="VERSION", help="A version that is as it should be")],
    bad: Annotated[str, typer.Option(metavar="VERSION", help="One that is not; it may be the older one")],
    case: Annotated[
        str, typer.Option(metavar="CASE", help="As reports name it: SCENARIO/DATASET/TITLE/STORE")
    ],
    metric: Annotated[Metric, typer.Option(help="What is different")],
    out: Annotated[
        Path | None,
        typer.Option(
            help="The folder; one that is there is gone on with; default: results/bisect-<time>",
            show_default=False,
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            help="The case's scenario file, where it did not come with the harness", show_default=False
        ),
    ] = None,
    s3_endpoint: options.S3Endpoint = None,
    s3_credentials: options.S3Credentials = None,
    *,
    as_json: options.Json = False,
) -> None:
    """Find the release between two versions that changed requests, bytes, time, memory or the outcome.

    Versions without a lock get one. Exit 0 also where nothing differs or can't be told, 2 bad input, 3 host.
    """
    folder = out or Path("results") / f"bisect-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    wanted = Wanted(
        tool=tool,
        good=good,
        bad=bad,
        case=case,
        metric=metric.value,
        folder=folder,
        store=StoreChoice(s3_endpoint, s3_credentials),
        command=("ozh", *sys.argv[1:]),
        scenario=str(scenario) if scenario else None,
    )
    try:
        with showing() as progress:

            def tell(seen: VersionSeen, candidates: int) -> None:
                progress.say(step_sentence(tool, metric.value, seen, candidates))

            found = carry_out(wanted, progress, tell)
    except KeyboardInterrupt:
        print(f"ozh: interrupted -- run it again with --out {shlex.quote(str(folder))}", file=sys.stderr)
        raise typer.Exit(_INTERRUPTED) from None
    if as_json:
        print(json.dumps(found.model_dump(mode="json"), indent=1))
        return
    console = Console()
    for number, sentence in enumerate(bisected_sentences(found)):
        console.print(Text(one_line(sentence), style="" if number else "bold"), soft_wrap=True)
    console.print(f"All that was measured: {folder}", soft_wrap=True, markup=False, highlight=False)
