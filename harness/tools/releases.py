"""Which releases of a tool the package registry has, with their dates, as its ordinary clients tell them.

uv and npm are asked, so that what the user has set for them holds here too: indexes, credentials, proxies. uv
tells the newest release below a bound, and so is asked once for each; pre-releases, and what was yanked, it
leaves out by itself.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from harness.host.errors import HostError, InputError, RefusedError
from harness.host.interpreters import choose
from harness.host.places import offline
from harness.host.uv import call_uv
from harness.tools.managers import client
from harness.tools.manifest import Adapter

# Only what the registry says of this one package: its versions, and when their files were uploaded.
_ONE = ["pip", "compile", "--quiet", "--no-header", "--no-deps", "--format", "pylock.toml"]


@dataclass(frozen=True)
class Release:
    """A release; `date` is the day on which it was uploaded (ISO 8601), where the registry tells it."""

    version: str
    date: str | None = None


def releases(adapter: Adapter, oldest: str, newest: str) -> tuple[Release, ...]:
    """Return the releases from `oldest` to `newest`, both included, oldest first.

    Without pre-releases, what was yanked, and those that the Python of `newest` cannot hold. Raises
    InputError where the adapter names no package or a version is none, HostError where the registry cannot
    be asked.
    """
    package = package_of(adapter)
    if version_of(oldest) > version_of(newest):
        raise InputError(f"{oldest} is newer than {newest}")
    if adapter.environment.manager == "npm":
        return tuple(_of_npm(package, adapter.folder, version_of(oldest), version_of(newest)))
    python = str(python_range(adapter, newest))
    return tuple(_of_index(package, python, oldest, newest))[::-1]


def release(adapter: Adapter, version: str) -> Release | None:
    """Return one release, or None where the registry has none like it; raises as `releases` does."""
    if adapter.environment.manager == "npm":
        return next(iter(releases(adapter, version, version)), None)
    return _newest_of_index(f"{package_of(adapter)}=={version}", str(python_range(adapter, version)))


def package_of(adapter: Adapter) -> str:
    """Return what the tool is called in the registry; raises InputError where the manifest does not say."""
    if adapter.environment.package is None:
        raise InputError(
            f"{adapter.tool.name} has no `package` in its manifest, so no other versions can be had",
            "see docs/add-a-tool.md",
        )
    return adapter.environment.package


def version_of(text: str) -> Version:
    """Return a version to compare; raises InputError for what is none."""
    try:
        return Version(text)
    except InvalidVersion:
        raise InputError(f"'{text}' is not a version", "give one such as 3.1.0") from None


def python_range(adapter: Adapter, version: str) -> SpecifierSet:
    """Return which Pythons hold this version, or the nearest one that the manifest lists."""
    return SpecifierSet(adapter.versions[adapter.nearest(version)].python or ">=3.11")


def _of_index(package: str, python: str, oldest: str, newest: str) -> Iterator[Release]:
    high = f"<={newest}"
    while (found := _newest_of_index(f"{package}>={oldest},{high}", python)) is not None:
        yield found
        if version_of(found.version) <= version_of(oldest):
            return  # uv refuses a range that can hold nothing
        high = f"<{found.version}"


def _newest_of_index(requirement: str, python: str) -> Release | None:
    try:
        said = call_uv([*_ONE, *connected(), "--python", interpreter(python), "-"], requirement)
    except RefusedError as problem:
        if "there is no version of" in problem.said or "the following versions of" in problem.said:
            return None
        raise
    (found,) = tomllib.loads(said)["packages"]
    files = [*found.get("wheels", []), *([found["sdist"]] if "sdist" in found else [])]
    uploaded = [file["upload-time"] for file in files if "upload-time" in file]
    return Release(found["version"], min(uploaded).date().isoformat() if uploaded else None)


def connected() -> list[str]:
    """Return uv's option for a user who forbade downloads (`OZH_OFFLINE`): its cache has to do."""
    return ["--offline"] if offline() else []


def interpreter(python: str) -> str:
    """Return the newest Python here that fits; raises HostError."""
    found = choose(SpecifierSet(python))
    if found is None:
        raise HostError(f"Python {python} is needed, and this machine has none", "install one")
    return str(found.path)


def _of_npm(package: str, folder: Path, oldest: Version, newest: Version) -> Iterator[Release]:
    if offline():
        raise HostError(f"the releases of {package} are in the package registry", "unset OZH_OFFLINE")
    told: dict[str, Any] = json.loads(
        client.run("npm", ["view", package, "versions", "time", "--json"], folder)
    )
    versions = told["versions"] if isinstance(told["versions"], list) else [told["versions"]]
    # What has a hyphen is a pre-release.
    plain = sorted((Version(text), text) for text in versions if "-" not in text)
    for version, text in plain:
        if oldest <= version <= newest:
            uploaded = told["time"].get(text)
            yield Release(text, datetime.fromisoformat(uploaded).date().isoformat() if uploaded else None)
