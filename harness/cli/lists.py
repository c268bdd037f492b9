"""`ozh list`: what there is to run."""

import json
import sys
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from harness.cli import options
from harness.datasets.catalogue import catalogue
from harness.host.errors import InputError
from harness.report.escape import plain
from harness.scenario.expand import choose, expand
from harness.scenario.find import find_scenarios, shipped_scenarios
from harness.scenario.load import load_scenario
from harness.tools.environment import is_built
from harness.tools.registry import adapters, versions_of

list_app = typer.Typer(help="List scenarios, tools, datasets or cases.", no_args_is_help=True)

Row = dict[str, Any]
_WIDE = 400


@list_app.command()
def scenarios(*, as_json: options.Json = False) -> None:
    """List the scenarios that come with the harness."""
    known = catalogue()
    rows = []
    for path in shipped_scenarios():
        loaded = load_scenario(path, known)
        rows.append(
            {
                "name": f"{path.parent.name}/{path.stem}",
                "cases": sum(1 for _ in expand(loaded)),
                "stores": list(loaded.scenario.stores),
                "timed": loaded.scenario.timing is not None,
                "title": loaded.scenario.title,
            }
        )
    _show(rows, as_json=as_json)


@list_app.command()
def tools(*, as_json: options.Json = False) -> None:
    """List the tools, their versions and configurations."""
    rows = [
        {
            "tool": str(tool),
            "default": tool.version == tool.adapter.default,
            "kind": tool.adapter.tool.kind,
            "language": tool.adapter.tool.language,
            "configurations": list(tool.adapter.configurations_of(tool.version)),
            "operations": list(tool.adapter.can(tool.version).operations),
            "installed": is_built(tool),
        }
        for tool in versions_of(adapters())
    ]
    _show(rows, as_json=as_json)


@list_app.command()
def datasets(*, as_json: options.Json = False) -> None:
    """List the datasets that scenarios can name."""
    rows = [
        {
            "name": recipe.name,
            "OME-Zarr": recipe.ome_zarr,
            "axes": recipe.axes,
            "shape": list(recipe.shape),
            "dtype": recipe.dtype,
            "chunks": list(recipe.chunks),
            "shards": list(recipe.shards) if recipe.shards else None,
            "levels": recipe.levels,
            "title": recipe.title,
        }
        for recipe in catalogue().values()
    ]
    _show(rows, as_json=as_json)


@list_app.command()
def cases(
    scenario: options.Scenarios = None,
    store: options.StoreKinds = None,
    only: options.Only = None,
    *,
    as_json: options.Json = False,
) -> None:
    """List the cases of scenarios; without any, of all that come with the harness."""
    known = catalogue()
    paths = find_scenarios(scenario) if scenario else shipped_scenarios()
    every = [case for path in paths for case in expand(load_scenario(path, known))]
    chosen = choose(every, store or (), only or ())
    if not chosen:
        raise InputError("no case is left by --store and --only", "see `ozh list cases`")
    rows: list[Row] = [
        {
            "case": case.id,
            "operation": case.operation.operation,
            "dataset": case.recipe.name,
            "store": case.store,
            "timed": case.scenario.timing is not None,
        }
        for case in chosen
    ]
    _show(rows, as_json=as_json)


def _show(rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        json.dump(rows, sys.stdout, indent=1)
        print()
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    Console(width=_WIDE, soft_wrap=True).print(table)  # one line a row, as `grep` and `awk` like it


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list):
        return " ".join(str(entry) for entry in value)
    return "" if value is None else plain(str(value))
