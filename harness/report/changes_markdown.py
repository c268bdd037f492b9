"""Changes in Markdown: fit for a comment on a pull request, and for the summary of a CI step."""

from collections.abc import Iterator, Sequence

from harness.performance.changes import Comparison
from harness.report.changes import (
    DIRECTION_SYMBOLS,
    TIME_IS_NOT_JUDGED,
    BesideLine,
    ChangeLine,
    beside_lines,
    change_lines,
    sentences,
)
from harness.report.escape import markdown, markdown_code
from harness.report.markdown_table import table
from harness.report.words import several

# A comment on GitHub holds 65,536 characters.
SHOWN_CHANGES = 100
SHOWN_BESIDE = 60
SHOWN_PARTS = 6


def changes_markdown(comparison: Comparison, title: str, said: Sequence[str] = ()) -> str:
    """Return a title, what came of it, the changes, and folded below them time and memory.

    `said` is what the verb has to say before all else. All texts are escaped here.
    """
    parts = [
        f"## {markdown(title)}",
        *(f"**{markdown(line)}**" for line in said),
        "\n".join(f"- {markdown(line)}" for line in sentences(comparison)),
        *_changes(change_lines(comparison)),
        *_apart(comparison),
        *_beside(beside_lines(comparison)),
    ]
    return "\n\n".join(parts) + "\n"


def _changes(lines: Sequence[ChangeLine]) -> Iterator[str]:
    if not lines:
        return
    rows = [
        [
            f"{DIRECTION_SYMBOLS[line.direction]} {line.direction}",
            markdown_code(line.case),
            markdown_code(line.tool),
            line.metric,
            markdown(line.before),
            markdown(line.after),
            line.ratio,
            markdown(several(line.parts, SHOWN_PARTS)),
        ]
        for line in lines[:SHOWN_CHANGES]
    ]
    yield table(["", "case", "tool", "metric", "before", "after", "ratio", "of which"], rows)
    yield from _more(len(lines) - SHOWN_CHANGES, "changes")


def _apart(comparison: Comparison) -> Iterator[str]:
    if comparison.apart:
        rows = [
            [markdown_code(one.case), markdown_code(str(one.tool)), markdown(one.why)]
            for one in comparison.apart[:SHOWN_CHANGES]
        ]
        body = table(["case", "tool", "not compared, because"], rows)
        yield _folded(f"Not compared ({len(comparison.apart):,})", body)


def _beside(lines: Sequence[BesideLine]) -> Iterator[str]:
    if not lines:
        return
    rows = [
        [
            markdown_code(line.case),
            markdown_code(line.tool),
            line.what,
            line.before,
            line.after,
            line.ratio,
        ]
        for line in lines[:SHOWN_BESIDE]
    ]
    head = ["case", "tool", "median of", "before", "after", "ratio of medians (informs only; not paired)"]
    body = "\n\n".join([markdown(TIME_IS_NOT_JUDGED), table(head, rows)])
    yield _folded("Time and memory", body)
    yield from _more(len(lines) - SHOWN_BESIDE, "times")


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _more(left: int, what: str) -> Iterator[str]:
    if left > 0:
        yield f"And {left:,} more {what}: the JSON has all."
