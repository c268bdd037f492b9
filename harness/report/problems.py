"""The problems of a run: what went wrong or was not expected, told once for all trials that say the same."""

import json
from typing import Any

from harness.report.escape import web_address
from harness.report.grid import Grid
from harness.report.model import ProblemEntry, Remark
from harness.report.nouns import CaseKey, Fact, ToolLine
from harness.report.units import duration
from harness.report.words import PROBLEMATIC, plural
from harness.results.model import OUTCOMES, Record
from harness.results.wire import FaultSeen

_Pair = tuple[CaseKey, Record]


def problems_of(grid: Grid, tools: tuple[ToolLine, ...]) -> tuple[ProblemEntry, ...]:
    """Return the unexpected first, then by outcome, tool and case; numbered from 1."""
    same: dict[tuple[object, ...], list[_Pair]] = {}
    for line in tools:
        for key in grid.cases:
            record = grid.record(key, line.id)
            if record and (not record.expected or record.outcome in PROBLEMATIC):
                same.setdefault((line.number, *_told(record)), []).append((key, record))
    groups = sorted(
        same.values(), key=lambda pairs: _severity(pairs[0][1])
    )  # stable: tools and cases stay in order
    by_tool = {str(line.id): line for line in tools}
    return tuple(
        _entry(number, by_tool[str(pairs[0][1].tool)], pairs) for number, pairs in enumerate(groups, 1)
    )


def remarks_of(grid: Grid, tools: tuple[ToolLine, ...]) -> tuple[Remark, ...]:
    """Return why things are unsupported, not built or lost, and what was noted about right answers."""
    found: list[Remark] = []
    for line in tools:
        said: dict[tuple[int, str, str | None], int] = {}
        for key in grid.cases:
            record = grid.record(key, line.id)
            if record and record.expected and record.outcome not in PROBLEMATIC:
                texts = record.notes if record.outcome == "passed" else (_why(record),)
                for text in filter(None, texts):
                    about = (OUTCOMES.index(record.outcome), text, web_address(record.url))
                    said[about] = said.get(about, 0) + 1
        found += [
            Remark(line, OUTCOMES[place], text, url, cases)
            for (place, text, url), cases in sorted(said.items(), key=lambda item: (item[0][0], -item[1]))
        ]
    return tuple(found)


def problem_numbers(problems: tuple[ProblemEntry, ...], grid: Grid) -> dict[str, int]:
    """Return the problem number of each trial that has one."""
    return {
        record.trial: problem.number
        for problem in problems
        for key in problem.cases
        if (record := grid.record(key, problem.tool.id))
    }


def _told(record: Record) -> tuple[object, ...]:
    """Return all that is shown of a record but evidence and stderr, which are the first one's."""
    return (
        record.outcome,
        record.expected,
        record.explanation,
        _problem_text(record),
        record.notes,
        record.warnings,
        record.url,
    )


def _severity(record: Record) -> tuple[bool, int]:
    return (record.expected, PROBLEMATIC.index(record.outcome) if record.outcome in PROBLEMATIC else 99)


def _entry(number: int, tool: ToolLine, pairs: list[_Pair]) -> ProblemEntry:
    first = pairs[0][1]
    return ProblemEntry(
        number=number,
        tool=tool,
        outcome=first.outcome,
        expected=first.expected,
        cases=tuple(key for key, _ in pairs),
        explanation=first.explanation or _default_explanation(first),
        problem=_problem_text(first),
        notes=first.notes,
        warnings=first.warnings,
        url=web_address(first.url),
        evidence=(
            *((Fact("fault", _fault(first.fault)),) if first.fault else ()),
            *(Fact(name.replace("_", " "), _json(value)) for name, value in first.evidence.items()),
        ),
        stderr=first.stderr,
    )


def _fault(seen: FaultSeen) -> str:
    attempts = f"{plural(seen.attempts, 'attempt')} in {duration(seen.ms)}" if seen.met else "not met"
    left = f"; left: {seen.left}" if seen.left else ""
    return f"{seen.name}: {seen.made}, where {' or '.join(seen.allowed)} is allowed; {attempts}{left}"


def _default_explanation(record: Record) -> str:
    if record.outcome == "passed":
        return "The answer is right, where something else was expected."
    return record.problem.message if record.problem else ""


def _problem_text(record: Record) -> str:
    return f"{record.problem.type}: {record.problem.message}" if record.problem else ""


def _why(record: Record) -> str:
    return record.explanation or _problem_text(record)


def _json(value: Any) -> str:  # noqa: ANN401 -- evidence is any JSON
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
