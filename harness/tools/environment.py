"""A tool's environment: built from its lock, cached by the hash of lock, platform and what else goes in."""

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
from harness.tools.managers import cargo, npm
from harness.tools.registry import SDK, ToolVersion

# What must be in an environment for it to be one; what must be in a lock that is a folder.
_PROOFS = {"uv": "bin/python", "npm": "bin/node", "cargo": "bin"}
_LOCKED = {"npm": "package-lock.json", "cargo": "Cargo.lock"}
_SDK_OF_NODE = SDK / "javascript"


@dataclass(frozen=True)
class Built:
    """An environment that is there, and how to start the worker in it."""

    tool: ToolVersion
    folder: Path
    lock_hash: str
    command: tuple[str, ...]
    variables: dict[str, str]


def lock_hash(tool: ToolVersion) -> str:
    """Return the SHA-256 of the lock (of the manifest where there is none): part of the key of a result.

    Of a lock that is a folder all files count, and with cargo the sources, which are compiled in.
    """
    adapter = tool.adapter
    manager, lock = adapter.environment.manager, adapter.lock(tool.version)
    if manager in _LOCKED:
        _there(tool, lock / _LOCKED[manager])
        compiled = _files(adapter.folder / "src") if manager == "cargo" else []
        root = adapter.folder if lock.is_relative_to(adapter.folder) else lock  # one made on demand
        return _hash_of([*_files(lock), *compiled], root)
    path = lock if manager == "uv" else adapter.folder / "adapter.toml"
    return hashlib.sha256(_there(tool, path).read_bytes()).hexdigest()


def _there(tool: ToolVersion, path: Path) -> Path:
    if not path.is_file():
        raise InputError(f"{tool} has no lock: {path} is missing")
    return path


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _hash_of(files: list[Path], folder: Path) -> str:
    key = hashlib.sha256()
    for path in files:
        name = path.relative_to(folder).as_posix()
        key.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return key.hexdigest()


def _workers(tool: ToolVersion) -> list[Path]:
    """Return the adapter's files that stand in an environment of Node."""
    return sorted(tool.adapter.folder.glob("*.mjs"))


def folder_of(tool: ToolVersion) -> Path:
    """Return where the environment of this tool is, or will be: it changes with what is built into it."""
    parts = [lock_hash(tool).encode(), platform.platform().encode()]
    manager = tool.adapter.environment.manager
    if manager == "npm":
        parts.append(_hash_of(_workers(tool), tool.adapter.folder).encode())
        parts.append(_hash_of(_files(_SDK_OF_NODE), _SDK_OF_NODE).encode())
    elif manager != "cargo":  # the manifest says which Python; for cargo nothing, and compiling takes minutes
        parts.insert(0, (tool.adapter.folder / "adapter.toml").read_bytes())
    key = hashlib.sha256()
    for part in parts:
        key.update(hashlib.sha256(part).digest())
    return cache("environments") / f"{tool.adapter.tool.name}-{tool.version}-{key.hexdigest()[:16]}"


def is_built(tool: ToolVersion) -> bool:
    """Tell whether the tool can run without building anything."""
    manager = tool.adapter.environment.manager
    return manager == "path" or (folder_of(tool) / _PROOFS[manager]).exists()


def build(tool: ToolVersion, say: Say) -> Built:
    """Return the tool's environment, built first if need be; raises HostError with the reason if it can't."""
    folder = folder_of(tool)
    if not is_built(tool):
        _install(tool, folder, say)
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
    return Built(tool, folder, lock_hash(tool), command, variables)


def _install(tool: ToolVersion, folder: Path, say: Say) -> None:
    adapter, lock = tool.adapter, tool.adapter.lock(tool.version)
    match adapter.environment.manager:
        case "uv":
            ensure_venv(folder, _python_for(tool), lock, say)
        case "npm":
            npm.install(folder, lock, _workers(tool), _SDK_OF_NODE, say)
        case "cargo":
            cargo.install(folder, lock, adapter.folder / "src", say)


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
