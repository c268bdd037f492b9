"""The wire in a few lines for a terminal: faults, what was counted, how well the cost model did."""

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from harness.report.costs import cost_sentences
from harness.report.escape import one_line, shortened
from harness.report.model import Report
from harness.report.requests import counted_sentences
from harness.report.wire_model import FaultsPart
from harness.report.words import FAULT_CLASSES, FAULT_SYMBOLS

LONGEST = 500  # characters of a remark


def terminal_wire(report: Report) -> Iterator[RenderableType]:
    """Yield the tally of faults, and sentences about requests and costs."""
    if report.faults:
        yield from _tally(report.faults)
    if report.requests:
        for sentence in counted_sentences(report.requests):
            odd = sentence in report.requests.remarks
            yield Text(shortened(sentence, LONGEST), style="yellow" if odd else "")
    if report.costs:
        for sentence in cost_sentences(report.costs):
            yield Text(shortened(sentence, LONGEST))


def _tally(part: FaultsPart) -> Iterator[RenderableType]:
    yield Text("Faults met, by what the tool made of them", style="bold")
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("tool", overflow="fold")
    for name in FAULT_CLASSES:
        table.add_column(Text(f"{FAULT_SYMBOLS[name]} {name}"), justify="right", no_wrap=True)
    table.add_column("not allowed", justify="right")
    for tally in part.tallies:
        if tally.met:
            bad = Text(str(tally.not_allowed), style="bold red" if tally.not_allowed else "green")
            counts = [Text(str(number), style="" if number else "dim") for _, number in tally.made]
            table.add_row(Text(one_line(tally.tool.label)), *counts, bad)
    yield table
