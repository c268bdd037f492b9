"""Which Pythons this machine has: each candidate is run to learn its version; one that fails is passed over.

Version managers put shims on PATH that exit with an error for versions that are not active; so we look behind
them too, and hand uv an absolute path only.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import uv
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

_MINORS = range(9, 16)
_ASK = (
    "import platform,sys;print(platform.python_version(), platform.python_implementation(), sys.executable)"
)


@dataclass(frozen=True)
class Interpreter:
    """A CPython that runs here."""

    path: Path
    version: Version


def _on_path() -> Iterator[Path]:
    for name in ("python3", *(f"python3.{minor}" for minor in _MINORS)):
        for folder in os.get_exec_path():
            found = shutil.which(name, path=folder)
            if found:
                yield Path(found)


def _of_version_managers() -> Iterator[Path]:
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    uv_pythons = Path(
        os.environ.get("UV_PYTHON_INSTALL_DIR")
        or Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "uv/python"
    )
    for folder in (pyenv / "versions", uv_pythons):
        yield from sorted(folder.glob("*/bin/python3"))


def _ask(candidate: Path) -> Interpreter | None:
    """Return what the candidate says it is, or None where it does not run."""
    try:
        answer = subprocess.run(
            [candidate, "-I", "-c", _ASK], capture_output=True, text=True, timeout=20, check=True
        )
        version, implementation, executable = answer.stdout.strip().split(" ", 2)
        if implementation != "CPython":
            return None
        return Interpreter(Path(executable), Version(version))
    except (OSError, subprocess.SubprocessError, ValueError, InvalidVersion):
        return None


@cache
def interpreters() -> tuple[Interpreter, ...]:
    """Return all Pythons found, each real path once, newest first."""
    found: dict[Path, Interpreter] = {}
    for candidate in (Path(sys.executable), *_on_path(), *_of_version_managers()):
        interpreter = _ask(candidate)
        if interpreter is not None:
            found.setdefault(interpreter.path.resolve(), interpreter)
    return tuple(sorted(found.values(), key=lambda one: one.version, reverse=True))


def fitting(wanted: SpecifierSet) -> tuple[Interpreter, ...]:
    """Return the Pythons that fit, newest first, and the newest of each minor version only."""
    fit = [one for one in interpreters() if wanted.contains(one.version, prereleases=False)]
    return tuple(
        one
        for place, one in enumerate(fit)
        if one.version.minor not in {of.version.minor for of in fit[:place]}
    )


def choose(wanted: SpecifierSet) -> Interpreter | None:
    """Return the newest Python that fits, or None."""
    return next(iter(fitting(wanted)), None)


def uv_binary() -> str:
    """Return the path of our own uv."""
    return str(uv.find_uv_bin())
