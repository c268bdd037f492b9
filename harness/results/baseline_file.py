"""Baselines as files: JSON with what is short on one line, so that a diff shows one line for each figure."""

import json
from pathlib import Path
from typing import Any

from harness.host.errors import HostError, InputError
from harness.results.append import write_atomically
from harness.results.baseline import Baseline
from harness.results.load import parse

_WIDTH = 100


def load_baseline(path: Path) -> Baseline:
    """Return the baseline in a file; raises InputError where there is none, or it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(
            f"there is no baseline {path}", f"make it: ozh gate {path} --update SCENARIO... --tool NAME"
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"{path}: cannot be read: {problem}") from None
    return parse(path, text, Baseline)


def save_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline in one go, and the folder for it; raises HostError where that cannot be."""
    text = lines_of(baseline.model_dump(mode="json")) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
    except OSError as problem:
        raise HostError(f"{path} cannot be written: {problem.strerror}", "choose another place") from None


def lines_of(value: Any, indent: int = 0) -> str:  # noqa: ANN401 -- any JSON
    """Return JSON in which objects and lists are broken only where one line cannot hold them."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= _WIDTH or not isinstance(value, dict | list):
        return flat
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        inner = [
            f"{pad}{json.dumps(name, ensure_ascii=False)}: {lines_of(one, indent + 1)}"
            for name, one in value.items()
        ]
        return "\n".join(["{", ",\n".join(inner), " " * indent + "}"])
    inner = [f"{pad}{lines_of(one, indent + 1)}" for one in value]
    return "\n".join(["[", ",\n".join(inner), " " * indent + "]"])
