"""The conformance matrix: cases by tools.

Stores on which every tool did alike share a row, so that differences stand out. Of a scenario with many
datasets, those without any are only counted, and those that went alike are told together.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from harness.report.fixed import said_fixed
from harness.report.grid import Grid, count
from harness.report.model import Cell, DatasetRows, MatrixRow, ScenarioRows
from harness.report.nouns import CaseKey
from harness.report.words import listed
from harness.results.model import ScenarioUsed, ToolId

MANY_DATASETS = 60
FEW = 2  # operations named in one row

_Operations = tuple[tuple[str, tuple[MatrixRow, ...]], ...]


def matrix_of(
    grid: Grid, scenarios: tuple[ScenarioUsed, ...], problems: dict[str, int]
) -> tuple[ScenarioRows, ...]:
    """Return the rows by scenario, dataset and operation; `problems` gives the problem number of a trial.

    Cases with a fault, of validators, and of what tools wrote are not among them: they have tables of their
    own.
    """
    titles = {used.name: used.title for used in scenarios}
    keys = [key for key in grid.plain if key.operation != "validate"]
    return tuple(
        _scenario(grid, scenario, titles.get(scenario, ""), tuple(same), problems)
        for scenario, same in groupby(keys, key=lambda key: key.scenario)
    )


def _scenario(
    grid: Grid, scenario: str, title: str, keys: tuple[CaseKey, ...], problems: dict[str, int]
) -> ScenarioRows:
    tools = tuple(
        number for number, tool in enumerate(grid.tools) if any(grid.is_planned(key, tool) for key in keys)
    )
    rows = _datasets(grid, keys, problems)
    listed = rows if len(rows) <= MANY_DATASETS else [one for one in rows if not _right(one)]
    return ScenarioRows(
        scenario=scenario,
        title=title,
        datasets=tuple(_alike(listed) if len(rows) > MANY_DATASETS else listed),
        tools=tools,
        counts=tuple(count(grid, keys, (grid.tools[number],)) for number in tools),
        all_datasets=len(rows),
        left_out=len(rows) - len(listed),
    )


def _right(rows: DatasetRows) -> bool:
    return all(row.right for _, of_operation in rows.operations for row in of_operation)


def _datasets(grid: Grid, keys: Iterable[CaseKey], problems: dict[str, int]) -> list[DatasetRows]:
    return [
        DatasetRows(
            (dataset,),
            tuple(
                (title, _rows(grid, same, problems))
                for title, same in groupby(of_dataset, key=lambda key: key.title)
            ),
        )
        for dataset, of_dataset in groupby(keys, key=lambda key: key.dataset)
    ]


def _rows(grid: Grid, keys: Iterable[CaseKey], problems: dict[str, int]) -> tuple[MatrixRow, ...]:
    alike: dict[tuple[Cell, ...], list[CaseKey]] = {}
    for key in keys:
        cells = tuple(_cell(grid, key, tool, problems) for tool in grid.tools)
        alike.setdefault(cells, []).append(key)
    return tuple(MatrixRow(tuple(same), cells) for cells, same in alike.items())


def _cell(grid: Grid, key: CaseKey, tool: ToolId, problems: dict[str, int]) -> Cell:
    record = grid.record(key, tool)
    if record is None:
        return Cell(outcome=None, planned=grid.is_planned(key, tool))
    noted = record.outcome == "passed" and record.expected and bool(record.notes)
    return Cell(
        outcome=record.outcome,
        planned=True,
        expected=record.expected,
        problem=problems.get(record.trial),
        note=("fixed" if said_fixed(record) else "reasons") if noted else None,
    )


def _alike(rows: Iterable[DatasetRows]) -> list[DatasetRows]:
    """Put datasets together on which everything went alike, and of each the operations that did."""
    found: dict[tuple[object, ...], tuple[list[str], _Operations]] = {}
    for one in rows:
        operations = _operations_alike(
            [(title, _unnoted(of_operation)) for title, of_operation in one.operations]
        )
        what = tuple(
            (title, tuple((row.places, row.cells) for row in of_operation))
            for title, of_operation in operations
        )
        names, _ = found.setdefault(what, ([], operations))
        names += one.datasets
    return [DatasetRows(tuple(names), operations) for names, operations in found.values()]


def _operations_alike(operations: Iterable[tuple[str, tuple[MatrixRow, ...]]]) -> _Operations:
    found: dict[tuple[object, ...], tuple[list[str], tuple[MatrixRow, ...]]] = {}
    for title, rows in operations:
        titles, _ = found.setdefault(tuple((row.places, row.cells) for row in rows), ([], rows))
        titles.append(title)
    every = [title for titles, _ in found.values() for title in titles]
    return tuple((_together(titles, every), rows) for titles, rows in found.values())


def _together(titles: list[str], every: list[str]) -> str:
    """Return the operations of a row: the few that are, or all but the few that are not."""
    others = [title for title in every if title not in titles]
    if len(titles) <= max(FEW, len(others)):
        return ", ".join(titles)
    return f"all but {listed(others)}" if others else f"all {len(titles)}"


def _unnoted(rows: tuple[MatrixRow, ...]) -> tuple[MatrixRow, ...]:
    """Leave out that right answers have notes, which stand below: rows would differ in that alone."""
    return tuple(
        replace(row, cells=tuple(replace(c, note=None) if c.note == "reasons" else c for c in row.cells))
        for row in rows
    )
