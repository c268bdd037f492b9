"""Which scenario files a user means: a path, or the name of something that comes with the harness."""

import difflib
from collections.abc import Iterable
from pathlib import Path

from harness.host.errors import InputError
from harness.host.places import shipped


def shipped_scenarios() -> list[Path]:
    """Return all scenario files that come with the harness."""
    return sorted(shipped("scenarios").rglob("*.yaml"))


def find_scenarios(names: Iterable[str]) -> list[Path]:
    """Return the files meant by paths, themes (`quick`) or file names (`quick/read`), each once."""
    found: dict[Path, None] = {}
    for name in names:
        for path in _find(name):
            found[path.resolve()] = None
    return list(found)


def is_scenario(name: str) -> bool:
    """Tell whether this is a path, or the name of what comes with the harness."""
    return any(path.exists() for path in _places(name))


def shown(path: Path) -> str:
    """Return the name of a scenario file for results: no path of this machine."""
    root = shipped("scenarios").resolve()
    return f"scenarios/{path.relative_to(root)}" if path.is_relative_to(root) else path.name


def _places(name: str) -> tuple[Path, ...]:
    return Path(name), shipped("scenarios") / name, shipped("scenarios") / f"{name}.yaml"


def _find(name: str) -> list[Path]:
    try:
        for path in _places(name):
            if path.is_file():
                return [path]
            if path.is_dir():
                files = sorted(path.rglob("*.yaml"))
                if not files:
                    raise InputError(f"{path} holds no scenario (*.yaml)")
                return files
    except OSError as problem:
        raise InputError(f"{name}: cannot be read: {problem.strerror}") from None
    root = shipped("scenarios")
    known = [str(path.relative_to(root).with_suffix("")) for path in shipped_scenarios()]
    known += sorted({Path(entry).parts[0] for entry in known})
    close = difflib.get_close_matches(name.removeprefix("scenarios/").removesuffix(".yaml"), known, n=1)
    hint = f", did you mean '{close[0]}'?" if close else ""
    raise InputError(f"no such scenario: '{name}'{hint}", "see `ozh list scenarios`")
