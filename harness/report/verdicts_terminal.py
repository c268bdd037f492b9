"""Verdicts on time for a terminal, as `rich` texts in which no markup is looked for."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from harness.report.escape import one_line, shortened
from harness.report.verdicts import WORD_SYMBOLS, VerdictLine, verdict_lines, verdict_sentences
from harness.results.bouts import Verdicts, Word

_STYLES: dict[Word, str] = {
    "slower": "bold red",
    "faster": "green",
    "not slower": "green",
    "inconclusive": "dim",
}
_LONGEST = 500


def verdicts_terminal(verdicts: Verdicts) -> Iterator[RenderableType]:
    """Yield what came of the comparison of times, then each verdict with its figures."""
    yield from (Text(shortened(sentence, _LONGEST)) for sentence in verdict_sentences(verdicts))
    for line in verdict_lines(verdicts):
        yield from _verdict(line)


def _verdict(line: VerdictLine) -> Iterator[RenderableType]:
    text = Text(f"{WORD_SYMBOLS[line.word]} {line.said}  ", style=_STYLES[line.word])
    yield text.append(f"{one_line(line.case)}  {one_line(line.arms)}", style="default")
    detectable = f"; {line.detectable} is detectable" if line.detectable else ""
    yield Padding(
        Text(f"time: {line.ratio or 'none'}{detectable}; {line.bouts} bouts, {line.seconds}"), (0, 0, 0, 4)
    )
    for note in line.notes:
        yield Padding(Text(shortened(note, _LONGEST), style="dim"), (0, 0, 0, 6))
