"""What tools make of one another as CSV: readings of what was written, and verdicts of validators."""

from collections.abc import Iterable, Mapping

from harness.report.csv_files import table_csv
from harness.report.exchange import look_of
from harness.report.grid import Grid, grid_of
from harness.report.nouns import CaseKey
from harness.report.validators import suite_of
from harness.report.validity import gave_a_verdict, is_valid, says_valid
from harness.results.load import Run
from harness.results.model import Record, ToolId

_TOOL = {"tool": "string", "version": "string", "configuration": "string"}
_SAID = {"outcome": "string", "expected": "boolean", "explanation": "string"}
_EXCHANGE = {
    "scenario": "string",
    "dataset": "string",
    "written": "string",
    "writer": "string",
    "writer_version": "string",
    "writer_configuration": "string",
    "store": "string",
    **_TOOL,
    "look": "string",
    **_SAID,
}
_VALIDATORS = {
    "scenario": "string",
    "suite": "string",
    "dataset": "string",
    "title": "string",
    "store": "string",
    **_TOOL,
    "valid": "boolean",
    "said_valid": "boolean",
    "gave_a_verdict": "boolean",
    **_SAID,
}


def exchange_csv(run: Run) -> str:
    """Return one line per reading of what a tool wrote: writer, way of writing, store, reader and look."""
    grid = grid_of(run)
    rows = [
        {
            "scenario": key.scenario,
            "dataset": key.dataset,
            "written": key.written,
            "writer": key.writer.name,
            "writer_version": key.writer.version,
            "writer_configuration": key.writer.configuration,
            "store": key.store,
            **_tool(tool),
            "look": look_of(key),
            **_said(record),
        }
        for key, tool, record in _trials(grid, grid.read_back)
        if key.writer
    ]
    return _table(rows, _EXCHANGE)


def validators_csv(run: Run) -> str:
    """Return one line per verdict on a dataset; `valid` is the truth about it, where it is known."""
    grid = grid_of(run)
    rows = [
        {
            "scenario": key.scenario,
            "suite": suite_of(key.dataset),
            "dataset": key.dataset,
            "title": key.title,
            "store": key.store,
            **_tool(tool),
            "valid": is_valid(grid, key),
            "said_valid": says_valid(grid, key, record) if record else None,
            "gave_a_verdict": gave_a_verdict(record) if record else None,
            **_said(record),
        }
        for key, tool, record in _trials(grid, grid.validated)
    ]
    return _table(rows, _VALIDATORS)


def _trials(grid: Grid, keys: tuple[CaseKey, ...]) -> Iterable[tuple[CaseKey, ToolId, Record | None]]:
    return (
        (key, tool, grid.record(key, tool))
        for key in keys
        for tool in grid.tools
        if grid.is_planned(key, tool)
    )


def _tool(tool: ToolId) -> dict[str, object]:
    return {"tool": tool.name, "version": tool.version, "configuration": tool.configuration}


def _said(record: Record | None) -> dict[str, object]:
    """Return how it ended; nothing where it was not run."""
    if record is None:
        return {}
    return {"outcome": record.outcome, "expected": record.expected, "explanation": record.explanation}


def _table(rows: list[dict[str, object]], columns: Mapping[str, str]) -> str:
    import pandas as pd  # noqa: PLC0415 -- slow to import, and needed at the end of a run only

    return table_csv(pd.DataFrame(rows, columns=list(columns)).astype(dict(columns)))
