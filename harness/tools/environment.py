"""A tool's environment: built from its lock, cached by the hash of manifest, lock and platform."""

import hashlib
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet

from harness.host.errors import HostError, InputError
from harness.host.interpreters import choose
from harness.host.places import cache, offline
from harness.host.uv import Say, ensure_venv
from harness.tools.registry import SDK, ToolVersion


@dataclass(frozen=True)
class Built:
    """An environment that is there, and how to start the worker in it."""

    tool: ToolVersion
    lock_hash: str
    command: tuple[str, ...]
    variables: dict[str, str]


def lock_hash(tool: ToolVersion) -> str:
    """Return the SHA-256 of the lock (of the manifest where there is none): part of the key of a result."""
    path = tool.adapter.lock(tool.version) if tool.adapter.environment.manager == "uv" else None
    path = path or tool.adapter.folder / "adapter.toml"
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise InputError(f"{tool} has no lock: {path} is missing") from None


def folder_of(tool: ToolVersion) -> Path:
    """Return where the environment of this tool is, or will be."""
    manifest = (tool.adapter.folder / "adapter.toml").read_bytes()
    key = hashlib.sha256()
    for part in (manifest, lock_hash(tool).encode(), platform.platform().encode()):
        key.update(hashlib.sha256(part).digest())
    return cache("environments") / f"{tool.adapter.tool.name}-{tool.version}-{key.hexdigest()[:16]}"


def is_built(tool: ToolVersion) -> bool:
    """Tell whether the tool can run without building anything."""
    return tool.adapter.environment.manager == "path" or (folder_of(tool) / "bin" / "python").exists()


def build(tool: ToolVersion, say: Say) -> Built:
    """Return the tool's environment, built first if need be; raises HostError with the reason if it can't."""
    folder = folder_of(tool)
    if tool.adapter.environment.manager == "uv" and not is_built(tool):
        ensure_venv(folder, _python_for(tool), tool.adapter.lock(tool.version), say)
    places = {"env": str(folder), "adapter": str(tool.adapter.folder), "sdk": str(SDK)}
    command = tuple(part.format(**places) for part in tool.adapter.run.command)
    if tool.adapter.environment.manager == "path":
        found = shutil.which(command[0])
        if found is None:
            raise HostError(
                f"{tool}: '{command[0]}' is not on PATH", f"install it: {tool.adapter.tool.homepage}"
            )
        command = (found, *command[1:])
    variables = {name: value.format(**places) for name, value in tool.adapter.run.env.items()}
    return Built(tool, lock_hash(tool), command, variables)


def remove(tool: ToolVersion) -> bool:
    """Remove the tool's environment; tell whether there was one."""
    folder = folder_of(tool)
    if not folder.exists():
        return False
    # Renamed first, so that no run finds half an environment.
    doomed = folder.with_name(f".removed-{folder.name}")
    folder.rename(doomed)
    shutil.rmtree(doomed)
    return True


def _python_for(tool: ToolVersion) -> str:
    """Return an interpreter's absolute path, or a version for uv to download unless the user forbade that."""
    wanted = SpecifierSet(tool.adapter.versions[tool.version].python or ">=3.11")
    found = choose(wanted)
    if found is not None:
        return str(found.path)
    if offline():
        raise HostError(
            f"{tool} needs Python {wanted}, and this machine has none", "install one, or unset OZH_OFFLINE"
        )
    return ",".join(sorted(str(part) for part in wanted))
