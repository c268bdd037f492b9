"""Known issues that did not appear: perhaps they are fixed, and the manifest should say so no longer."""

import re

from harness.report.escape import web_address
from harness.report.grid import Grid
from harness.report.model import Fixed
from harness.report.nouns import CaseKey, ToolLine
from harness.report.words import plural, tool_label
from harness.results.model import Record

_NOTE = re.compile(r"a known issue did not appear, fixed\? (.*?)(?: \(([^()\s]*)\))?", re.DOTALL)


def fixed_issue(note: str) -> tuple[str, str | None] | None:
    """Return the known issue, and its address, of which a note says that it did not appear; else None."""
    said = _NOTE.fullmatch(note)
    return (said[1], web_address(said[2])) if said else None


def said_fixed(record: Record) -> list[tuple[str, str | None]]:
    """Return the known issues that did not appear in this trial."""
    notes = record.notes if record.outcome == "passed" else ()
    return [issue for note in notes if (issue := fixed_issue(note))]


def fixed_of(grid: Grid, tools: tuple[ToolLine, ...]) -> tuple[Fixed, ...]:
    """Return each known issue that did not appear, by tool, with the cases."""
    return tuple(fixed for line in tools for fixed in _of_tool(grid, line))


def fixed_sentence(fixed: Fixed) -> str:
    """Return what is known about an issue, with the numbers."""
    still = f"; it did in {fixed.still:,} more" if fixed.still else ", nor in any other"
    head = f"{tool_label(fixed.tool.id)}: a known issue did not appear in {plural(len(fixed.cases), 'case')}"
    return f"{head}{still}: {fixed.text}"


def fixed_sentences(several: tuple[Fixed, ...]) -> tuple[str, ...]:
    """Return how many known issues did not appear; nothing where all did."""
    if not several:
        return ()
    if len(several) == 1:
        return (fixed_sentence(several[0]),)
    cases = sum(len(fixed.cases) for fixed in several)
    gone = sum(not fixed.still for fixed in several)
    head = f"Fixed? {plural(len(several), 'known issue')} did not appear in {plural(cases, 'case')}"
    return (
        f"{head}; {gone:,} of them did not appear at all." if gone else f"{head}; all of them did in others.",
    )


def _of_tool(grid: Grid, line: ToolLine) -> list[Fixed]:
    absent: dict[tuple[str, str | None], list[CaseKey]] = {}
    appeared: list[Record] = []
    for key in grid.cases:
        record = grid.record(key, line.id)
        if record is None:
            continue
        if record.outcome == "known_issue":
            appeared.append(record)
        for issue in said_fixed(record):
            absent.setdefault(issue, []).append(key)
    return [
        Fixed(line, text, url, tuple(keys), sum(text in record.notes for record in appeared))
        for (text, url), keys in absent.items()
    ]
