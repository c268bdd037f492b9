"""Verdicts on time in Markdown: fit for a comment on a pull request."""

from collections.abc import Iterator

from harness.report.escape import markdown, markdown_code
from harness.report.markdown_table import table
from harness.report.verdicts import HOW, WORD_SYMBOLS, VerdictLine, VerdictsPart


def verdicts_markdown(verdicts: VerdictsPart) -> str:
    """Return what came of the comparison of times, and a table of verdicts. All texts are escaped here."""
    parts = ["\n".join(f"- {markdown(line)}" for line in verdicts.sentences), *_table(verdicts)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(verdicts: VerdictsPart) -> Iterator[str]:
    if not verdicts.lines:
        return
    head = ["time", "case", "arms", "ratio", "detectable", "bouts", "took", "notes"]
    yield table(head, [_row(line) for line in verdicts.lines])
    yield markdown(HOW)


def _row(line: VerdictLine) -> list[str]:
    return [
        f"{WORD_SYMBOLS[line.word]} {line.said}",
        markdown_code(line.case),
        markdown_code(line.arms),
        line.ratio,
        line.detectable,
        line.bouts,
        line.seconds,
        markdown("; ".join(line.notes)),
    ]
