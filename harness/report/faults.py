"""What the faults section says: what each tool made of each fault, how often it did so, and what it said."""

from collections.abc import Iterator
from itertools import groupby

from harness.report.clients import Passes
from harness.report.falls import waterfalls
from harness.report.grid import Grid
from harness.report.nouns import CaseKey, ToolLine
from harness.report.wire_model import FaultCell, FaultGroup, FaultRow, FaultSaying, FaultsPart, FaultTally
from harness.report.words import FAULT_CLASSES, FAULT_VERBS, listed, plural, tool_label
from harness.results.model import Problem, Record
from harness.scenario.fault import FaultClass


def faults_part(
    grid: Grid, tools: tuple[ToolLine, ...], problems: dict[str, int], each: Passes
) -> FaultsPart | None:
    """Return what was made of faults, or None where there was none; `problems` are numbers by trial."""
    if not grid.faulty:
        return None
    rows = tuple(_row(grid, key, tools, problems) for key in grid.faulty)
    groups = [tuple(same) for _, same in groupby(rows, key=lambda row: row.key.swept)]
    return FaultsPart(
        groups=tuple(FaultGroup(same[0].key, same) for same in groups),
        tallies=tuple(_tally(tool, [row.cells[tool.number] for row in rows]) for tool in tools),
        sayings=tuple(saying for tool in tools for saying in _sayings(grid, tool)),
        waterfalls=waterfalls(
            (row.key, tool, each.get((record.trial, 0), ()))
            for row in rows
            for tool, cell in zip(tools, row.cells, strict=True)
            if cell.seen and not cell.allowed and (record := grid.record(row.key, tool.id))
        ),
    )


def fault_sentences(part: FaultsPart) -> tuple[str, ...]:
    """Return what each tool made of the faults that it met, with the numbers."""
    return tuple(_sentence(tally) for tally in part.tallies if tally.met)


def _row(grid: Grid, key: CaseKey, tools: tuple[ToolLine, ...], problems: dict[str, int]) -> FaultRow:
    records = [grid.record(key, tool.id) for tool in tools]
    allowed = [record.fault.allowed for record in records if record and record.fault and record.fault.met]
    cells = tuple(
        _cell(record, planned=grid.is_planned(key, tool.id), problems=problems)
        for record, tool in zip(records, tools, strict=True)
    )
    return FaultRow(key, allowed[0] if allowed else (), cells)


def _cell(record: Record | None, *, planned: bool, problems: dict[str, int]) -> FaultCell:
    if record is None:
        return FaultCell(None, planned)
    return FaultCell(
        record.outcome, planned, record.expected, record.fault, problem=problems.get(record.trial)
    )


def _tally(tool: ToolLine, cells: list[FaultCell]) -> FaultTally:
    seen = [cell.seen for cell in cells if cell.seen]
    met = [one for one in seen if one.met]
    return FaultTally(
        tool=tool,
        made=tuple((made, sum(one.made == made for one in met)) for made in FAULT_CLASSES),
        not_allowed=sum(one.made not in one.allowed for one in met),
        not_met=len(seen) - len(met),
        untold=sum(cell.planned for cell in cells) - len(seen),
    )


def _sayings(grid: Grid, tool: ToolLine) -> Iterator[FaultSaying]:
    """Yield each message with which a tool raised, once."""
    found: dict[tuple[str, str], tuple[Problem, list[str]]] = {}
    for key in grid.faulty:
        record = grid.record(key, tool.id)
        if record and record.problem and record.fault and record.fault.made == "raised":
            said = record.problem
            _, faults = found.setdefault((said.type, said.message), (said, []))
            faults.append(key.fault)
    for said, faults in found.values():
        yield FaultSaying(tool, said, tuple(dict.fromkeys(faults)))


def _sentence(tally: FaultTally) -> str:
    made: dict[FaultClass, int] = dict(tally.made)
    parts = [f"{FAULT_VERBS[name]} in {number:,}" for name, number in made.items() if number]
    allowed = f"{tally.not_allowed:,} of these were not" if tally.not_allowed else "all of it was"
    head = f"{tool_label(tally.tool.id)} met {plural(tally.met, 'fault')}"
    return f"{head}: it {listed(parts)}; {allowed} allowed."
