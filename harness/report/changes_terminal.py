"""Changes for a terminal, as `rich` texts in which no markup is looked for."""

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from harness.performance.changes import Comparison, Direction
from harness.report.changes import (
    DIRECTION_SYMBOLS,
    TIME_IS_NOT_JUDGED,
    BesideLine,
    ChangeLine,
    beside_lines,
    change_lines,
    sentences,
)
from harness.report.escape import one_line, shortened

_STYLES: dict[Direction, str] = {"worse": "bold red", "better": "green", "neutral": "dim"}
_LONGEST = 500


def changes_terminal(comparison: Comparison, *, with_times: bool = True) -> Iterator[RenderableType]:
    """Yield what came of a comparison, each change with what it is made of, then time and memory."""
    yield from (Text(shortened(sentence, _LONGEST)) for sentence in sentences(comparison))
    for change in change_lines(comparison):
        yield from _change(change)
    if with_times:
        yield from _beside(beside_lines(comparison))


def _change(line: ChangeLine) -> Iterator[RenderableType]:
    """Yield a change over two lines, for names are long: what it is of, and the figures."""
    symbol = f"{DIRECTION_SYMBOLS[line.direction]} {line.direction:<8}"
    text = Text(symbol, style=_STYLES[line.direction])
    yield text.append(f"{one_line(line.case)}  {one_line(line.tool)}", style="default")
    ratio = f"  {line.ratio}" if line.ratio else ""
    figures = f"{line.metric}: {one_line(line.before)} → {one_line(line.after)}{ratio}"
    yield Text(f"{'':10}{figures}")
    for part in line.parts:
        yield Text(f"{'':12}{shortened(part, _LONGEST)}", style="dim")


def _beside(lines: Sequence[BesideLine]) -> Iterator[RenderableType]:
    if not lines:
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("case and tool", overflow="fold")
    for name in ("median of", "before", "after", "ratio"):
        table.add_column(name, justify="right")
    for line in lines:
        name = f"{one_line(line.case)}\n  {one_line(line.tool)}"
        table.add_row(Text(name), line.what, line.before, line.after, line.ratio)
    yield Text("Informs only; not paired", style="bold")
    yield table
    yield Text(TIME_IS_NOT_JUDGED, style="dim")
