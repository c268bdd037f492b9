"""`ozh list`: what there is to run."""

import fnmatch
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from harness.cli import options
from harness.datasets.catalogue import catalogue
from harness.datasets.known import known_specimens, suites_folder
from harness.host.errors import InputError
from harness.report.escape import plain
from harness.scenario.expand import choose, expand
from harness.scenario.find import find_scenarios, shipped_scenarios
from harness.scenario.load import Loaded, load_scenario
from harness.tools.environment import is_built
from harness.tools.registry import adapters, versions_of

list_app = typer.Typer(help="List scenarios, tools, datasets or cases.", no_args_is_help=True)

Row = dict[str, Any]
_WIDE = 400


@list_app.command()
def scenarios(*, as_json: options.Json = False) -> None:
    """List the scenarios that come with the harness."""
    rows: list[Row] = []
    for path in shipped_scenarios():
        loaded = _loaded(path)
        if loaded is None:
            said = "needs the official suites: `ozh suites` fetches them"
            rows.append({"name": f"{path.parent.name}/{path.stem}", "cases": None, "title": said})
            continue
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
            "form": tool.form,
            "language": tool.adapter.tool.language,
            "configurations": list(tool.adapter.configurations_of(tool.version)),
            "operations": list(tool.adapter.can(tool.version).operations),
            "installed": is_built(tool),
        }
        for tool in versions_of(adapters())
    ]
    _show(rows, as_json=as_json)


@list_app.command()
def datasets(
    pattern: Annotated[
        str | None,
        typer.Argument(
            metavar="[GLOB]", help="List specimens of such names, e.g. `corner-*`", show_default=False
        ),
    ] = None,
    *,
    as_json: options.Json = False,
) -> None:
    """List the datasets that scenarios can name; with a pattern, the specimens: each shows one corner."""
    if pattern is not None:
        _show(_specimens(pattern), as_json=as_json)
        return
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


def _loaded(path: Path) -> Loaded | None:
    """Return a scenario that comes with the harness; None where it is of suites that are not here."""
    try:
        return load_scenario(path, catalogue(), known_specimens)
    except InputError:
        if suites_folder() is None:
            return None
        raise


def _specimens(pattern: str) -> list[Row]:
    known = known_specimens()
    found = [known[name] for name in fnmatch.filter(known, pattern)]
    if not found:
        raise InputError(f"no specimen matches '{pattern}'", "try `ozh list datasets 'corner-*'`")
    return [
        {
            "name": one.name,
            "OME-Zarr": one.ome_zarr,
            "must": one.must if one.valid is None else "valid" if one.valid else "invalid",
            "title": one.title,
        }
        for one in found
    ]


@list_app.command()
def cases(
    scenario: options.Scenarios = None,
    store: options.StoreKinds = None,
    only: options.Only = None,
    *,
    as_json: options.Json = False,
) -> None:
    """List the cases of scenarios; without any, of all that come with the harness."""
    if scenario:
        known = catalogue()
        loaded = [load_scenario(path, known, known_specimens) for path in find_scenarios(scenario)]
    else:
        loaded = [one for path in shipped_scenarios() if (one := _loaded(path))]
    every = [case for one in loaded for case in expand(one)]
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
