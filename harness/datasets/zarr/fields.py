"""Reading JSON metadata that somebody else wrote: each check names the place it looks at."""

import json
from collections.abc import Mapping
from typing import Any, Literal, NoReturn

from harness.datasets.zarr.errors import FormatError, shown

# More than any image has; numpy allows 64.
MAX_RANK = 32
MAX_LENGTH = 2**53  # what a JSON number surely holds


def parse_object(data: bytes, key: str) -> dict[str, Any]:
    """Return the JSON object under a key; raises FormatError where it is none."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"{constant} is not JSON")

    try:
        document = json.loads(data.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError) as problem:
        raise FormatError(f"{key} is not JSON ({problem})") from None
    return as_object(document, key)


def as_object(value: object, where: str) -> dict[str, Any]:
    """Return the value where it is a JSON object; raises FormatError."""
    if not isinstance(value, dict):
        raise FormatError(f"{where} must be a JSON object, not {shown(value)}")
    return value


def required(fields: Mapping[str, Any], name: str, key: str) -> object:
    """Return a field; raises FormatError where it is missing."""
    if name not in fields:
        raise FormatError(f"{key}: {name} is missing")
    return fields[name]


def exactly(value: object, expected: int | str, where: str) -> None:
    """Raise FormatError where the value is another than the expected one."""
    if type(value) is not type(expected) or value != expected:
        raise FormatError(f"{where} must be {expected}, not {shown(value)}")


def lengths(value: object, where: str, least: int, rank: int | None = None) -> tuple[int, ...]:
    """Return a list of lengths, each at least `least`, `rank` in number; raises FormatError."""
    if not isinstance(value, list) or not all(type(entry) is int and entry >= least for entry in value):
        raise FormatError(f"{where} must be a list of integers of at least {least}, not {shown(value)}")
    if any(entry > MAX_LENGTH for entry in value):
        raise FormatError(f"{where} has an entry of more than {MAX_LENGTH}: {shown(value)}")
    if len(value) > MAX_RANK:
        raise FormatError(f"{where} has {len(value)} entries, more than the {MAX_RANK} that we read")
    if rank is not None and len(value) != rank:
        raise FormatError(f"{where} has {len(value)} entries, but the array has {rank} axes")
    return tuple(value)


def separator(value: object, where: str) -> Literal["/", "."]:
    """Return the separator of chunk keys; raises FormatError."""
    if value == "/":
        return "/"
    if value == ".":
        return "."
    raise FormatError(f"{where} must be '/' or '.', not {shown(value)}")


def extension(value: object, where: str) -> tuple[str, dict[str, Any]]:
    """Return name and configuration of a Zarr v3 "extension definition"; raises FormatError."""
    if isinstance(value, str):
        return value, {}
    definition = as_object(value, where)
    name = definition.get("name")
    if not isinstance(name, str) or definition.keys() - {"name", "configuration", "must_understand"}:
        raise FormatError(f"{where} must have a name and a configuration, not {shown(value)}")
    return name, as_object(definition.get("configuration", {}), f"{where}.configuration")


def only(config: Mapping[str, Any], names: set[str], where: str) -> None:
    """Raise FormatError for a field that we don't know."""
    if unknown := sorted(config.keys() - names):
        raise FormatError(f"{where}: unknown field {shown(unknown[0])}")
