"""Which tools there are: one folder each, in the harness and in the folders named by `OZH_ADAPTERS`."""

import difflib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.host.errors import InputError
from harness.host.places import PACKAGE
from harness.tools.manifest import Adapter, load_adapter

ADAPTERS = PACKAGE / "adapters"
SDK = ADAPTERS / "_sdk"


@dataclass(frozen=True)
class ToolVersion:
    """One version of one tool."""

    adapter: Adapter
    version: str

    def __str__(self) -> str:
        return f"{self.adapter.tool.name}@{self.version}"


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


def select(known: dict[str, Adapter], wanted: Iterable[str]) -> list[ToolVersion]:
    """Return the tools named `NAME` (its default version) or `NAME@VERSION`; raises InputError for others."""
    chosen: dict[str, ToolVersion] = {}
    for text in wanted:
        name, _, version = text.partition("@")
        if name not in known:
            raise InputError(f"unknown tool '{name}'{_meant(name, known)}", "see `ozh list tools`")
        adapter = known[name]
        version = version or adapter.default
        if version not in adapter.versions:
            have = ", ".join(adapter.versions)
            raise InputError(
                f"{name} has no version '{version}' here (it has {have})", "see `ozh list tools`"
            )
        tool = ToolVersion(adapter, version)
        chosen[str(tool)] = tool
    return list(chosen.values())


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f", did you mean '{close[0]}'?" if close else ""
