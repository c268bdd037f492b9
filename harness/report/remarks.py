"""Remarks: why something is unsupported, not built or lost, and what was noted about right answers."""

from dataclasses import dataclass, field

from harness.report.escape import web_address
from harness.report.exchange import nothing_to_read
from harness.report.grid import Grid
from harness.report.known import fixed_issue
from harness.report.model import Remark
from harness.report.nouns import ToolLine
from harness.report.similar import similar
from harness.report.words import PROBLEMATIC
from harness.results.model import OUTCOMES, Outcome, Record


@dataclass
class _Said:
    """How often one text was said, and of which datasets."""

    text: str
    cases: int = 0
    datasets: set[str] = field(default_factory=set)


def remarks_of(grid: Grid, tools: tuple[ToolLine, ...]) -> tuple[Remark, ...]:
    """Return what was said, tool by tool and the most frequent first; of texts that are alike, one.

    Known issues that did not appear, and writes that left nothing to read, are told elsewhere.
    """
    return tuple(remark for line in tools for remark in _of_tool(grid, line))


def _of_tool(grid: Grid, line: ToolLine) -> list[Remark]:
    same: dict[tuple[Outcome, str, str | None], _Said] = {}
    for key in grid.cases:
        record = grid.record(key, line.id)
        if record and record.expected and record.outcome not in PROBLEMATIC:
            for text in _texts(record):
                said = same.setdefault((record.outcome, text, web_address(record.url)), _Said(text))
                said.cases += 1
                said.datasets.add(key.dataset)
    alike: dict[tuple[Outcome, str, str | None], list[_Said]] = {}
    for (outcome, text, url), said in same.items():
        alike.setdefault((outcome, similar(text, said.datasets), url), []).append(said)
    found = [
        Remark(line, outcome, several[0].text, url, sum(said.cases for said in several), len(several) - 1)
        for (outcome, _, url), several in alike.items()
    ]
    return sorted(found, key=lambda remark: (OUTCOMES.index(remark.outcome), -remark.cases))


def _texts(record: Record) -> list[str]:
    if record.outcome == "passed":
        return [note for note in record.notes if note and not fixed_issue(note)]
    if nothing_to_read(record):
        return []
    said = f"{record.problem.type}: {record.problem.message}" if record.problem else ""
    return [text] if (text := record.explanation or said) else []
