"""`ozh tools`: build and remove environments."""

import sys
from typing import Annotated

import typer

from harness.cli.live import showing
from harness.host.errors import HostError
from harness.run.prepare import build_tools
from harness.tools.environment import remove as remove_environment
from harness.tools.registry import adapters, select, versions_of

tools_app = typer.Typer(help="Install or remove the tools' environments.", no_args_is_help=True)

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME[@VERSION]]...", help="Default: all versions of all tools")
]


@tools_app.command()
def install(names: Names = None) -> None:
    """Build environments from their locks; those that are there are left alone."""
    known = adapters()
    with showing() as progress:
        wanted = select(known, names, progress.say) if names else versions_of(known)
        tools = build_tools(wanted, {str(tool) for tool in wanted}, progress)
    for name in tools.built:
        print(f"{name}: ready")
    if tools.not_built:
        raise HostError("; ".join(f"{name} is not built: {why}" for name, why in tools.not_built.items()))


@tools_app.command()
def remove(names: Names = None) -> None:
    """Remove environments from the cache."""
    known = adapters()
    for tool in select(known, names, _say) if names else versions_of(known):
        if remove_environment(tool):
            print(f"{tool}: removed")
        else:
            print(f"{tool}: was not installed", file=sys.stderr)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
