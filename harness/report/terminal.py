"""The same report in short, for the end of a run in a terminal. Printing it is the command line's job.

Texts become `rich` Text objects, in which no markup is looked for, stripped of what a terminal would obey.
"""

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.report.escape import one_line, shortened
from harness.report.exchange import exchange_sentences
from harness.report.fixed import fixed_sentence
from harness.report.model import Report, TimedCase, TimingCell
from harness.report.nouns import Counts
from harness.report.units import number
from harness.report.validators import validator_sentences
from harness.report.wire_terminal import terminal_wire
from harness.report.words import SLOWEST, SYMBOLS, WORDS, TimedStep
from harness.results.model import Outcome

STYLES: dict[Outcome, str] = {
    "passed": "green",
    "failed": "bold red",
    "errored": "red",
    "unsupported": "dim",
    "known_issue": "yellow",
    "timeout": "magenta",
    "crashed": "magenta",
    "not_built": "dim",
    "infrastructure": "cyan",
}
_NUMBER = 7  # columns of a terminal that a time may need, with the star of the fastest
_STEPS: dict[TimedStep, str] = {
    "open cold": "open",
    "operation cold": "cold",
    "operation warm": "warm",
    "slowest warm": "slowest",  # step, where there are walks
}
LONGEST = 500  # characters of an explanation


def terminal_report(report: Report) -> tuple[RenderableType, ...]:
    """Return banners, counts, the timing table, the wire and what tools make of one another in short.

    Then a line for each known issue that did not appear, and for each unexpected outcome.
    """
    return (
        *_banners(report),
        *_counts(report),
        *_timings(report),
        *terminal_wire(report),
        *_agreement(report),
        *_unexpected(report),
    )


def _banners(report: Report) -> Iterator[Text]:
    for banner in report.head.banners:
        if banner.kind != "unexpected":  # these stand at the end, one by one
            yield Text(f"{one_line(banner.text)}", style="bold yellow")


def _counts(report: Report) -> Iterator[RenderableType]:
    if not any(tool.counts.planned for tool in report.tools):
        return
    names = list(dict.fromkeys(name for tool in report.tools for name, _ in tool.stores))
    yield Text("Right answers, of all planned, by store", style="bold")
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("tool", overflow="fold")
    for name in (*names, "all"):
        table.add_column(Text(one_line(name)), justify="right")
    table.add_column("otherwise")
    for tool in report.tools:
        if not tool.counts.planned:  # it took part in what has a place of its own
            continue
        parts = dict(tool.stores)
        cells = [_share(parts[name]) if name in parts else Text("") for name in names]
        table.add_row(Text(one_line(tool.label)), *cells, _share(tool.counts), _otherwise(tool.counts))
    yield table


def _share(counts: Counts) -> Text:
    style = "green" if counts.passed == counts.planned else "bold red" if counts.unexpected else ""
    return Text(f"{counts.passed}/{counts.planned}", style=style)


def _otherwise(counts: Counts) -> Text:
    parts = [
        Text(f"{SYMBOLS[outcome]} {times} {WORDS[outcome]}", style=STYLES[outcome])
        for outcome, times in counts.outcomes
        if outcome != "passed"
    ]
    parts += [Text(f"{counts.missing} not run", style="bold yellow")] if counts.missing else []
    return Text(", ").join(parts)


def _timings(report: Report) -> Iterator[RenderableType]:
    cases = [case for case in report.near_timings if case.rows]
    if not cases:
        return
    yield Text("Median times in ms; * marks the fastest, warm", style="bold")
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("case and tool", no_wrap=True)
    there = {row.step for case in cases for row in case.rows}
    steps = [step for step in _STEPS if step in there or step != SLOWEST]
    for step in steps:
        table.add_column(_STEPS[step], justify="right", no_wrap=True, min_width=_NUMBER)
    for case in cases:
        table.add_row(Text(one_line(case.key.case), style="bold"))
        for tool in report.tools:
            if case.outcomes[tool.number] is not None:
                table.add_row(Text(f"  {one_line(tool.label)}"), *_times(case, tool.number, steps))
    yield table


def _times(case: TimedCase, place: int, steps: Sequence[TimedStep]) -> list[Text]:
    outcome = case.outcomes[place]
    if outcome is not None and outcome != "passed":
        return [_word(outcome)]
    cells = {row.step: row.cells[place] for row in case.rows}
    return [_milliseconds(cells.get(step)) for step in steps]


def _milliseconds(cell: TimingCell | None) -> Text:
    if cell is None or cell.summary is None:
        return Text("")
    median = number(cell.summary.median, cell.summary.unit)
    return Text(f"* {median}", style="bold green") if cell.fastest else Text(median)


def _agreement(report: Report) -> Iterator[RenderableType]:
    """Yield sentences about readers and writers, validators, and what may be fixed."""
    said = [
        *(exchange_sentences(report.exchange) if report.exchange else ()),
        *(validator_sentences(report.validators) if report.validators else ()),
    ]
    for sentence in said:
        yield Text(shortened(sentence, LONGEST))
    for fixed in report.fixed:
        yield Text(shortened(f"Fixed? {fixed_sentence(fixed)}", LONGEST), style="bold yellow")


def _unexpected(report: Report) -> Iterator[RenderableType]:
    unexpected = [problem for problem in report.problems if not problem.expected]
    if not unexpected:
        return
    yield Text(f"Unexpected outcomes: {report.counts.unexpected}", style="bold red")
    for problem in unexpected:
        more = f" and {len(problem.cases) - 1} more" if len(problem.cases) > 1 else ""
        line = Text("  ").append_text(_word(problem.outcome))
        line.append(f" {one_line(problem.tool.label)} {one_line(problem.example.case)}{more}")
        yield line
        yield Padding(Text(shortened(problem.explanation or problem.problem, LONGEST)), (0, 0, 0, 4))


def _word(outcome: Outcome) -> Text:
    return Text(f"{SYMBOLS[outcome]} {WORDS[outcome]}", style=STYLES[outcome])
