"""The conformance matrix: cases by tools.

Stores on which every tool did alike share a row, so that differences stand out.
"""

from collections.abc import Iterable
from itertools import groupby

from harness.report.grid import Grid
from harness.report.model import Cell, DatasetRows, MatrixRow, ScenarioRows
from harness.report.nouns import CaseKey
from harness.results.model import ScenarioUsed, ToolId


def matrix_of(
    grid: Grid, scenarios: tuple[ScenarioUsed, ...], problems: dict[str, int]
) -> tuple[ScenarioRows, ...]:
    """Return the rows by scenario, dataset and operation; `problems` gives the problem number of a trial.

    Cases with a fault are not among them: they have a table of their own.
    """
    titles = {used.name: used.title for used in scenarios}
    return tuple(
        ScenarioRows(scenario, titles.get(scenario, ""), _datasets(grid, list(keys), problems))
        for scenario, keys in groupby(grid.plain, key=lambda key: key.scenario)
    )


def _datasets(grid: Grid, keys: list[CaseKey], problems: dict[str, int]) -> tuple[DatasetRows, ...]:
    return tuple(
        DatasetRows(
            dataset,
            tuple(
                (title, _rows(grid, same, problems))
                for title, same in groupby(of_dataset, key=lambda key: key.title)
            ),
        )
        for dataset, of_dataset in groupby(keys, key=lambda key: key.dataset)
    )


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
    return Cell(
        outcome=record.outcome,
        planned=True,
        expected=record.expected,
        problem=problems.get(record.trial),
        note=record.outcome == "passed" and bool(record.notes),
    )
