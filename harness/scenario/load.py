"""A scenario file to a `Loaded` scenario, or one clear line: file, line, what is wrong, what was meant."""

import difflib
import fnmatch
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.host.errors import InputError
from harness.scenario import fault as faults
from harness.scenario import operation as operations
from harness.scenario import recipe as recipes
from harness.scenario.digest import said
from harness.scenario.fit import check_fault, check_operation, fits_specimen
from harness.scenario.form import OME_ZARR, why_not
from harness.scenario.model import Deadlines, Expectation, Scenario, Timing, Wire
from harness.scenario.network import Network
from harness.scenario.operation import OPERATIONS
from harness.scenario.recipe import Recipe
from harness.scenario.specimen import Specimen
from harness.scenario.yaml_text import MAX_BYTES, Parsed, YamlError, parse

_MODELS: tuple[type[BaseModel], ...] = (
    *(Scenario, Timing, Wire, Deadlines, Expectation, Network),
    *(faults.Fault, *faults.DEEDS),
    *(recipes.Recipe, recipes.Codec, recipes.Labels, recipes.Plate),
    *(operations.Read, operations.Walk, operations.Downsample, operations.Write, operations.Open),
    operations.WriteRegions,
)
_DEEDS = [get_args(model.model_fields["does"].annotation)[0] for model in faults.DEEDS]
_MAPPING = "give a mapping (`field: value`)"
_NOT_THE_KIND = {
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "tuple_type": "give a list",
}


AnyDataset = Recipe | Specimen


@dataclass(frozen=True)
class Loaded:
    """A scenario with its datasets resolved. `digest` changes with anything that changes what is done."""

    scenario: Scenario
    recipes: tuple[AnyDataset, ...]
    path: Path
    digest: str


def load_scenario(
    path: Path,
    catalogue: Mapping[str, Recipe],
    specimens: Callable[[], Mapping[str, Specimen]] = dict,
) -> Loaded:
    """Return the scenario in a file; raises InputError. `specimens` is called only where one is named."""
    parsed = _parsed(path)
    try:
        scenario = Scenario.model_validate(parsed.data)
    except ValidationError as problem:
        raise InputError(_explain(path, parsed, _first(problem))) from None
    resolved = _resolve(path, parsed, scenario, catalogue, specimens)
    _check_against_images(path, parsed, scenario, resolved)
    _check_against_specimens(path, parsed, scenario, resolved)
    _check_against_forms(path, parsed, scenario, resolved)
    return Loaded(scenario, resolved, path, _digest(scenario, resolved))


def scenario_name(path: Path) -> str:
    """Return the name that a scenario file gives itself; raises InputError where it cannot be read."""
    return str(_parsed(path).data.get("scenario", ""))


def _parsed(path: Path) -> Parsed:
    try:
        with path.open("rb") as file:
            parsed = parse(file.read(MAX_BYTES + 1))
    except OSError as problem:
        raise InputError(f"{path}: cannot be read: {problem.strerror}") from None
    except YamlError as problem:
        raise InputError(f"{_place(path, problem.line)}: {problem}") from None
    if not isinstance(parsed.data, dict):
        raise InputError(
            f"{path}:1: a scenario is a mapping (`scenario: name`, ...), not {_kind(parsed.data)}"
        )
    return parsed


def _resolve(
    path: Path,
    parsed: Parsed,
    scenario: Scenario,
    catalogue: Mapping[str, Recipe],
    specimens: Callable[[], Mapping[str, Specimen]],
) -> tuple[AnyDataset, ...]:
    result: dict[str, AnyDataset] = {}
    for place, entry in enumerate(scenario.datasets):
        if isinstance(entry, Recipe):
            result[entry.name] = entry
        elif entry in catalogue:
            result[entry] = catalogue[entry]
        else:
            known = specimens()
            found = fnmatch.filter(known, entry)
            if not found:
                line = parsed.line(("datasets", place))
                raise InputError(
                    f"{_place(path, line)}: unknown dataset '{entry}'{_meant(entry, {*catalogue, *known})}",
                    "see `ozh list datasets`; the official suites are fetched by `ozh suites`",
                )
            result |= {name: known[name] for name in found}
    return tuple(result.values())


def _check_against_images(
    path: Path, parsed: Parsed, scenario: Scenario, resolved: tuple[AnyDataset, ...]
) -> None:
    for place, operation in enumerate(scenario.operations):
        for recipe in resolved:
            if isinstance(recipe, Specimen):
                continue
            try:
                check_operation(operation, recipe)
                for fault in scenario.faults:
                    check_fault(fault, operation, recipe)
            except ValueError as problem:
                line = parsed.line(("operations", place))
                raise InputError(
                    f"{_place(path, line)}: operation '{operation.title}' on '{recipe.name}': {problem}"
                ) from None


def _check_against_specimens(
    path: Path, parsed: Parsed, scenario: Scenario, resolved: tuple[AnyDataset, ...]
) -> None:
    specimens = [one for one in resolved if isinstance(one, Specimen)]
    if not specimens:
        return
    if scenario.timing or scenario.wire or scenario.faults:
        what = "timing" if scenario.timing else "wire" if scenario.wire else "faults"
        raise InputError(
            f"{_place(path, parsed.line((what,)))}: {what}: '{specimens[0].name}' is a specimen, "
            "and specimens are only judged: neither timed nor counted, nor with faults"
        )
    for place, operation in enumerate(scenario.operations):
        if not any(fits_specimen(operation, specimen) for specimen in specimens):
            line = parsed.line(("operations", place))
            raise InputError(
                f"{_place(path, line)}: operation '{operation.title}' fits none of {len(specimens)} specimens"
            )


def _check_against_forms(
    path: Path, parsed: Parsed, scenario: Scenario, resolved: tuple[AnyDataset, ...]
) -> None:
    for place, form in enumerate(scenario.forms):
        for recipe in resolved:
            if isinstance(recipe, Specimen):
                why = None if form == OME_ZARR else "specimens are hierarchies of Zarr"
            else:
                why = why_not(recipe, form)
            if why:
                line = parsed.line(("forms", place))
                raise InputError(
                    f"{_place(path, line)}: dataset '{recipe.name}' has no form {form}: {why}",
                    "see `forms` in docs/write-a-scenario.md",
                )


def _digest(scenario: Scenario, resolved: tuple[AnyDataset, ...]) -> str:
    # Where a suite lies is this machine's own; what is in it goes by the names of its cases.
    all_said = [
        {name: value for name, value in said(model).items() if name != "folder"}
        for model in (scenario, *resolved)
    ]
    return hashlib.sha256(json.dumps(all_said, sort_keys=True).encode()).hexdigest()


def _place(path: Path, line: int) -> str:
    return f"{path}:{line}" if line else str(path)


def _first(problem: ValidationError) -> ErrorDetails:
    """Return what to tell of all that is wrong: an unknown field is often why another one is missing."""
    errors = problem.errors(include_url=False)
    return next((error for error in errors if error["type"] == "extra_forbidden"), errors[0])


def _explain(path: Path, parsed: Parsed, error: ErrorDetails) -> str:
    """Return one line for what pydantic found: its place in the file, and what was meant."""
    where: tuple[str | int, ...] = ()
    for part in error["loc"]:  # unions add parts that are not in the file
        if (*where, part) in parsed.lines:
            where = (*where, part)
    missing = error["loc"][-1] if error["type"] == "missing" else None
    field = ".".join(str(part) for part in where if missing is None)
    sentence = f"`{missing}` is missing" if missing is not None else _sentence(error)
    return f"{_place(path, parsed.line(where))}: {field + ': ' if field else ''}{sentence}"


def _sentence(error: ErrorDetails) -> str:
    context: dict[str, Any] = error.get("ctx", {})
    given = error.get("input")
    if error["type"] == "extra_forbidden":
        name = str(error["loc"][-1])
        known = {field for model in _MODELS for field in model.model_fields} - {name}
        return f"unknown field '{name}'{_meant(name, known)}"
    if error["type"].startswith("union_tag"):
        return _no_such_kind(context)
    if error["type"] == "literal_error":
        choices = re.findall(r"'([^']*)'", str(context["expected"]))
        hint = _meant(str(given), choices) or f" (one of: {', '.join(choices)})"
        return f"'{given}' is not known{hint}"
    return _NOT_THE_KIND.get(error["type"], str(error["msg"]).removeprefix("Value error, "))


def _no_such_kind(context: dict[str, Any]) -> str:
    """Return what is wrong with an operation or a deed that is named wrongly, or not at all."""
    is_deed = context["discriminator"] == "'does'"
    known, field = (_DEEDS, "does") if is_deed else (list(OPERATIONS), "operation")
    if "tag" not in context:
        return f"`{field}` is missing (one of: {', '.join(known)})"
    if context["tag"] == "None":  # YAML's null
        return 'unknown operation; to do nothing, write "null" in quotes'
    hint = _meant(str(context["tag"]), known)
    return f"unknown {'deed' if is_deed else 'operation'} '{context['tag']}'{hint}"


def _meant(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f", did you mean '{close[0]}'?" if close else ""


def _kind(data: object) -> str:
    if isinstance(data, list):
        return "a list"
    return "plain text" if isinstance(data, str) else f"a single {type(data).__name__}"
