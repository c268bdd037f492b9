"""Which tools there are: one folder each, in the harness and in the folders named by `OZH_ADAPTERS`."""

import difflib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from harness.host.errors import InputError
from harness.host.places import PACKAGE
from harness.host.uv import Say
from harness.scenario.form import Form
from harness.tools.manifest import Adapter, load_adapter
from harness.tools.on_demand import with_version

ADAPTERS = PACKAGE / "adapters"
SDK = ADAPTERS / "_sdk"


@dataclass(frozen=True)
class ToolVersion:
    """One version of one tool."""

    adapter: Adapter
    version: str

    def __str__(self) -> str:
        return f"{self.adapter.tool.name}@{self.version}"

    @property
    def form(self) -> Form:
        """The stored form that it opens, whatever its version."""
        return self.adapter.capabilities.form


def adapters() -> dict[str, Adapter]:
    """Return all adapters by tool name. A folder of `OZH_ADAPTERS` may not redefine a tool."""
    folders = [ADAPTERS]
    folders += [Path(part) for part in os.environ.get("OZH_ADAPTERS", "").split(os.pathsep) if part]
    found: dict[str, Adapter] = {}
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"OZH_ADAPTERS names {folder}, which is not a folder")
        for path in sorted(folder.glob("*/adapter.toml")):
            adapter = load_adapter(path.parent)
            name = adapter.tool.name
            if name in found:
                raise InputError(f"two adapters are called '{name}': {found[name].folder} and {path.parent}")
            found[name] = adapter
    return found


def versions_of(known: dict[str, Adapter]) -> list[ToolVersion]:
    """Return every version of every tool."""
    return [ToolVersion(adapter, version) for adapter in known.values() for version in adapter.versions]


def select(
    known: dict[str, Adapter], wanted: Iterable[str], on_demand: Say | None = None
) -> list[ToolVersion]:
    """Return the tools named `NAME` (its default version) or `NAME@VERSION`; raises InputError for others.

    With `on_demand`, which hears what is done, a version that the manifest does not list gets a lock, if the
    package registry has it; then HostError is raised where the registry cannot be asked.
    """
    chosen: dict[str, ToolVersion] = {}
    for text in wanted:
        name, _, version = text.partition("@")
        if name not in known:
            raise InputError(f"unknown tool '{name}'{_meant(name, known)}", "see `ozh list tools`")
        adapter = known[name]
        version = version or adapter.default
        if version not in adapter.versions and on_demand and _may_be_had(adapter, version):
            adapter = with_version(adapter, version, on_demand)
        if version not in adapter.versions:
            have = ", ".join(adapter.versions)
            raise InputError(
                f"{name} has no version '{version}' here (it has {have})", "see `ozh list tools`"
            )
        tool = ToolVersion(adapter, version)
        chosen[str(tool)] = tool
    return list(chosen.values())


def _may_be_had(adapter: Adapter, version: str) -> bool:
    try:
        Version(version)
    except InvalidVersion:
        return False
    return adapter.environment.package is not None


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f", did you mean '{close[0]}'?" if close else ""
