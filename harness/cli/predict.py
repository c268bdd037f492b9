"""`ozh predict`: what the operations of a run would cost on a network that was not tried."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.quantities import megabits, milliseconds
from harness.host.errors import InputError
from harness.report.content import build_report
from harness.report.escape import one_line
from harness.report.prediction import Link, Predicted, predictions
from harness.report.words import STEP_WORDS
from harness.results.load import load_run


def predict(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run over several networks")],
    rtt: Annotated[
        float, typer.Option(parser=milliseconds, metavar="TIME", help="Round trip time, e.g. 30ms")
    ],
    bandwidth: Annotated[
        float | None,
        typer.Option(
            parser=megabits, metavar="RATE", help="E.g. 1Gbit; default: no limit", show_default=False
        ),
    ] = None,
    price_per_1000_gets: Annotated[
        float | None, typer.Option(min=0, help="What the store charges for 1000 GETs", show_default=False)
    ] = None,
) -> None:
    """Tell seconds and money of each operation and tool on a network, and where this is extrapolated."""
    report = build_report(load_run(folder))
    link = Link(rtt, bandwidth, price_per_1000_gets)
    found = list(predictions(report, link))
    if not found:
        raise InputError(
            f"{folder} has nothing that was timed on several networks", "try `ozh run wire/first-look`"
        )
    console = Console()
    priced = price_per_1000_gets is not None
    for swept, of_case in groupby(found, key=lambda one: one.key.swept):
        console.print(Text(one_line("/".join(swept)), style="bold"))
        console.print(_table(of_case, priced=priced))
    for line in _remarks(found):
        console.print(Text(line))


def _table(of_case: Iterable[Predicted], *, priced: bool) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("tool", "step", "seconds", "range", *(["money"] if priced else [])):
        table.add_column(name, justify="left" if name in {"tool", "step"} else "right")
    for one in of_case:
        table.add_row(
            Text(one_line(one.tool.label)),
            STEP_WORDS[one.step],
            *_numbers(one),
            *([f"{one.price.amount:.3g}" if one.price else "not counted"] if priced else []),
        )
    return table


def _numbers(one: Predicted) -> tuple[str, str]:
    if one.prediction is None:
        return "none", one.why
    said = one.prediction
    mark = " *" if said.extrapolates else ""
    between = f"{said.low:.3g} to {said.high:.3g}" if said.low is not None and said.high is not None else ""
    return f"{said.seconds:.3g}{mark}", between


def _remarks(found: list[Predicted]) -> list[str]:
    outside = {why: None for one in found if one.prediction for why in one.prediction.extrapolates}
    lines = ["Range: if the model is as wrong as in its worst check."]
    lines += [f"* extrapolated: {why}" for why in outside]
    left_out = sorted({method for one in found if one.price for method, _ in one.price.left_out})
    if any(one.price for one in found):
        lines.append("Money is for GET and HEAD of objects, in the unit of the price.")
    if left_out:
        lines.append(f"Not charged here, because stores charge them differently: {', '.join(left_out)}.")
    lines.append("Cold steps have the round trips of connecting in them, warm ones do not.")
    return lines
