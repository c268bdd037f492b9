"""What differs between two runs, as words: for `ozh gate` and `ozh compare`, in a terminal and in Markdown.

Texts stand here as they came from tools; the formats escape them.
"""

from collections import Counter
from dataclasses import dataclass

from harness.performance.changes import Beside, Change, Comparison, Direction, Metric, Part
from harness.performance.wire import Span
from harness.report.units import byte_text, three_digits, with_unit
from harness.report.wire_figures import bytes_span, span_text
from harness.report.words import plural, tool_label
from harness.results.baseline import Middle, Range
from harness.results.model import ToolId

# Each direction has a symbol and a word, so that none is told by colour alone.
DIRECTION_SYMBOLS: dict[Direction, str] = {"worse": "✗", "better": "✓", "neutral": "•"}
TIME_IS_NOT_JUDGED = (
    "Time and memory only inform, for they were not measured in pairs: between two runs a machine changes by "
    "more than a release does. Time is judged in pairs inside one run."
)
_ARROW = " → "


@dataclass(frozen=True)
class ChangeLine:
    """One change as texts."""

    direction: Direction
    case: str
    tool: str
    metric: Metric
    before: str
    after: str
    ratio: str  # empty where there is none
    parts: tuple[str, ...]


@dataclass(frozen=True)
class BesideLine:
    """Time or memory before and after, as texts."""

    case: str
    tool: str
    what: str
    before: str
    after: str
    ratio: str


def change_lines(comparison: Comparison) -> tuple[ChangeLine, ...]:
    """Return the changes, the worse ones first."""
    return tuple(_line(change) for change in comparison.changes)


def beside_lines(comparison: Comparison) -> tuple[BesideLine, ...]:
    """Return times and memory of all trials that were compared."""
    return tuple(
        BesideLine(
            case=one.case,
            tool=_tools(one.tool_before, one.tool_after),
            what=_what(one),
            before=_middle(one, one.before),
            after=_middle(one, one.after),
            ratio=_ratio(one.ratio),
        )
        for one in comparison.beside
    )


def sentences(comparison: Comparison) -> tuple[str, ...]:
    """Return what came of the comparison, what was not compared, and what a reader must know."""
    counts = Counter(change.direction for change in comparison.changes)
    told = [f"{counts[direction]} {direction}" for direction in DIRECTION_SYMBOLS if counts[direction]]
    head = (
        f"{plural(comparison.compared, 'trial')} compared, {comparison.alike:,} the same. "
        f"{plural(len(comparison.changes), 'change')}{': ' if told else ''}{', '.join(told)}."
    )
    reasons = Counter(one.why for one in comparison.apart)
    not_compared = (f"{plural(count, 'trial')} not compared: {why}." for why, count in reasons.items())
    return (head, *not_compared, *comparison.notes)


def _line(change: Change) -> ChangeLine:
    before, after = _values(change)
    return ChangeLine(
        direction=change.direction,
        case=change.case,
        tool=_tools(change.tool_before, change.tool_after),
        metric=change.metric,
        before=before,
        after=after,
        ratio=_ratio(change.ratio),
        parts=tuple(_part(part, change.metric) for part in change.parts),
    )


def _values(change: Change) -> tuple[str, str]:
    if isinstance(change.before, tuple) and isinstance(change.after, tuple):
        return _ranges(change.metric, change.before, change.after)
    return (
        "new" if change.before is None else str(change.before),
        "gone" if change.after is None else str(change.after),
    )


def _ranges(metric: Metric, before: Range, after: Range) -> tuple[str, str]:
    """Return both as texts that differ where they do: bytes exactly, if rounding would hide it."""
    if metric == "requests":
        return span_text(Span(*before)), span_text(Span(*after))
    texts = bytes_span(Span(*before)), bytes_span(Span(*after))
    if texts[0] != texts[1] or before == after:
        return texts
    return f"{span_text(Span(*before))} B", f"{span_text(Span(*after))} B"


def _part(part: Part, metric: Metric) -> str:
    unit: Metric = "requests" if part.name == "fetched again" else metric
    return f"{part.name.replace('_', ' ')}: {_ARROW.join(_ranges(unit, part.before, part.after))}"


def _tools(before: ToolId | None, after: ToolId | None) -> str:
    labels = [tool_label(tool) for tool in (before, after) if tool]
    return _ARROW.join(dict.fromkeys(labels))


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{three_digits(ratio)}x"


def _what(one: Beside) -> str:
    return ", ".join(one.what.split()) if one.what != "peak memory" else one.what


def _middle(one: Beside, middle: Middle) -> str:
    if one.what == "peak memory":
        return byte_text(middle.median)
    return _with_spread(middle)


def _with_spread(middle: Middle) -> str:
    """Return a time with its interval and what it is over, e.g. `12.3 ms (11.9-14.2, range, n 5)`."""
    median = with_unit(middle.median, "ns")
    if middle.n == 1:
        return f"{median} (n 1)"
    ends = "\N{EN DASH}".join(three_digits(value / 1e6) for value in (middle.low, middle.high))
    return f"{median} ({ends}, {middle.interval}, n {middle.n})"
