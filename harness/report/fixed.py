"""Known issues that did not appear: perhaps they are fixed, and the manifest should say so no longer."""

from harness.report.grid import Grid
from harness.report.known import fixed_issue
from harness.report.model import Fixed
from harness.report.nouns import CaseKey, ToolLine
from harness.report.words import plural, tool_label
from harness.results.model import Record


def said_fixed(record: Record) -> list[tuple[str, str | None]]:
    """Return the known issues that did not appear in this trial."""
    notes = record.notes if record.outcome == "passed" else ()
    return [issue for note in notes if (issue := fixed_issue(note))]


def fixed_of(grid: Grid, tools: tuple[ToolLine, ...]) -> tuple[Fixed, ...]:
    """Return each known issue that did not appear, by tool, with the cases."""
    return tuple(fixed for line in tools for fixed in _of_tool(grid, line))


def fixed_sentence(fixed: Fixed) -> str:
    """Return what is known about an issue, with the number of cases."""
    cases = plural(len(fixed.cases), "case")
    return f"{tool_label(fixed.tool.id)}: a known issue did not appear in any of {cases}: {fixed.text}"


def fixed_sentences(several: tuple[Fixed, ...]) -> tuple[str, ...]:
    """Return how many known issues did not appear; nothing where all did."""
    if not several:
        return ()
    if len(several) == 1:
        return (fixed_sentence(several[0]),)
    return (f"Fixed? {plural(len(several), 'known issue')} did not appear at all.",)


def _of_tool(grid: Grid, line: ToolLine) -> list[Fixed]:
    absent: dict[tuple[str, str | None], list[CaseKey]] = {}
    for key in grid.cases:
        record = grid.record(key, line.id)
        for issue in said_fixed(record) if record else ():
            absent.setdefault(issue, []).append(key)
    return [Fixed(line, text, url, tuple(keys)) for (text, url), keys in absent.items()]
