"""Times and bandwidths as people write them: `30ms`, `0.2s`, `1Gbit`, `100Mbit/s`."""

import re

import typer

_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
_MBIT = {"kbit": 0.001, "mbit": 1.0, "gbit": 1000.0}
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*([a-z]+)(?:/s|ps)?", re.IGNORECASE)


def milliseconds(text: str) -> float:
    """Return a time in ms; raises typer.BadParameter, which says what is meant."""
    return _read(text, _MS, "a time such as 30ms or 0.2s")


def megabits(text: str) -> float:
    """Return a bandwidth in Mbit/s, more than 0; raises typer.BadParameter, which says what is meant."""
    value = _read(text, _MBIT, "a bandwidth such as 100Mbit or 1Gbit")
    if value <= 0:
        raise typer.BadParameter("a bandwidth must be more than 0")
    return value


def _read(text: str, units: dict[str, float], meant: str) -> float:
    match = _QUANTITY.fullmatch(text.strip())
    unit = match[2].lower().removesuffix("ps") if match else ""
    if match is None or unit not in units:
        raise typer.BadParameter(f"'{text}' is not {meant}")
    return float(match[1]) * units[unit]
