"""The problems of a run: what went wrong or was not expected, told once for all trials that say the same.

Texts that differ in numbers, data types and names alone are told once too, by an example; and so is all
that a validator overlooked.
"""

import json
import re
import shlex
from collections.abc import Iterable
from typing import Any

from harness.report.escape import web_address
from harness.report.grid import Grid
from harness.report.model import ProblemEntry
from harness.report.nouns import CaseKey, Fact, ToolLine
from harness.report.similar import similar
from harness.report.units import duration
from harness.report.words import PROBLEMATIC, plural
from harness.results.model import Record
from harness.results.wire import FaultSeen

OTHERS = 3  # texts named beside the example
DONE_AGAIN = ("read", "open", "inspect")  # what `ozh repro` does

_Pair = tuple[CaseKey, Record]
_SAVED = re.compile(r"wrong/[0-9]+")


def problems_of(grid: Grid, tools: tuple[ToolLine, ...]) -> tuple[ProblemEntry, ...]:
    """Return the unexpected first, then by outcome, tool and case; numbered from 1."""
    groups: list[list[_Pair]] = []
    places = {key: place for place, key in enumerate(grid.cases)}
    for line in tools:
        same: dict[tuple[object, ...], list[_Pair]] = {}
        for key in grid.cases:
            record = grid.record(key, line.id)
            if record and (not record.expected or record.outcome in PROBLEMATIC):
                same.setdefault(_told(record), []).append((key, record))
        groups += (sorted(pairs, key=lambda pair: places[pair[0]]) for pairs in _alike(same.values()))
    groups.sort(key=lambda pairs: _severity(pairs[0][1]))  # stable: tools and cases stay in order
    by_tool = {str(line.id): line for line in tools}
    return tuple(
        _entry(number, by_tool[str(pairs[0][1].tool)], pairs) for number, pairs in enumerate(groups, 1)
    )


def problem_numbers(problems: tuple[ProblemEntry, ...], grid: Grid) -> dict[str, int]:
    """Return the problem number of each trial that has one."""
    return {
        record.trial: problem.number
        for problem in problems
        for key in problem.cases
        if (record := grid.record(key, problem.tool.id))
    }


def _told(record: Record) -> tuple[object, ...]:
    """Return all that is shown of a record but evidence and stderr, which are the example's."""
    return (
        record.outcome,
        record.expected,
        record.explanation,
        _problem_text(record),
        record.notes,
        record.warnings,
        record.url,
    )


def _alike(groups: Iterable[list[_Pair]]) -> list[list[_Pair]]:
    """Put groups of one tool together whose texts are alike."""
    found: dict[tuple[object, ...], list[_Pair]] = {}
    for pairs in groups:
        first = pairs[0][1]
        names = {key.dataset for key, _ in pairs}
        texts = tuple(similar(text, names) for text in (_subject(first), _problem_text(first)))
        noted = tuple(
            frozenset(similar(text, names) for text in texts) for texts in (first.notes, first.warnings)
        )
        what = (first.outcome, first.expected, first.url, texts, noted)
        found.setdefault(what, []).extend(pairs)
    return list(found.values())


def _subject(record: Record) -> str:
    """Return what an explanation is about; of what a validator overlooked, it names a rule each time."""
    overlooked = record.evidence.get("kind") == "accepted-invalid"
    return "accepted-invalid" if overlooked else record.explanation


def _severity(record: Record) -> tuple[bool, int]:
    return (record.expected, PROBLEMATIC.index(record.outcome) if record.outcome in PROBLEMATIC else 99)


def _entry(number: int, tool: ToolLine, pairs: list[_Pair]) -> ProblemEntry:
    """Return the entry; the example is the first whose pixels were kept, or else the first."""
    example, first = next((pair for pair in pairs if _saved(pair[1])), pairs[0])
    texts = dict.fromkeys(text for _, record in pairs if (text := _explanation(record)))
    others = [text for text in texts if text != _explanation(first)]
    evidence = {name: value for name, value in first.evidence.items() if name != "saved" or not _saved(first)}
    return ProblemEntry(
        number=number,
        tool=tool,
        outcome=first.outcome,
        expected=first.expected,
        example=example,
        cases=tuple(key for key, _ in pairs),
        others=(*others[:OTHERS], *([f"and {len(others) - OTHERS:,} more"] if others[OTHERS:] else [])),
        explanation=_explanation(first),
        problem=_problem_text(first),
        notes=first.notes,
        warnings=first.warnings,
        url=web_address(first.url),
        evidence=(
            *((Fact("fault", _fault(first.fault)),) if first.fault else ()),
            *(Fact(name.replace("_", " "), _json(value)) for name, value in evidence.items()),
        ),
        stderr=first.stderr,
        saved=_saved(first),
        again=_again(example, first),
    )


def _saved(record: Record) -> str:
    folder = record.evidence.get("saved")
    return folder if isinstance(folder, str) and _SAVED.fullmatch(folder) else ""


def _again(key: CaseKey, record: Record) -> str:
    """Return the command that does one trial again; of a fault, and of what a tool wrote, there is none."""
    if record.operation not in DONE_AGAIN or record.outcome not in PROBLEMATIC or key.fault or key.writer:
        return ""
    name = f"{record.tool.name}@{record.tool.version}"
    return f"ozh repro {shlex.quote(key.case)} --tool {shlex.quote(name)}"


def _fault(seen: FaultSeen) -> str:
    attempts = f"{plural(seen.attempts, 'attempt')} in {duration(seen.ms)}" if seen.met else "not met"
    left = f"; left: {seen.left}" if seen.left else ""
    return f"{seen.name}: {seen.made}, where {' or '.join(seen.allowed)} is allowed; {attempts}{left}"


def _explanation(record: Record) -> str:
    if record.explanation:
        return record.explanation
    if record.outcome == "passed":
        return "The answer is right, where something else was expected."
    return record.problem.message if record.problem else ""


def _problem_text(record: Record) -> str:
    return f"{record.problem.type}: {record.problem.message}" if record.problem else ""


def _json(value: Any) -> str:  # noqa: ANN401 -- evidence is any JSON
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
