"""Writes what the user asked for to a file of the user's."""

from pathlib import Path

from harness.host.errors import HostError


def write(path: Path | None, text: str) -> None:
    """Write a text, if there is a place for it; raises HostError where that cannot be."""
    if path is None:
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise HostError(f"{path} cannot be written: {problem.strerror}", "choose another place") from None
