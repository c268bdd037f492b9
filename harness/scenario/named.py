"""From a case's id to its scenario: a file that the user names, or one that comes with the harness."""

import difflib
from collections.abc import Mapping
from pathlib import Path

from harness.host.errors import InputError
from harness.scenario.expand import Case, expand
from harness.scenario.find import find_scenarios, shipped_scenarios
from harness.scenario.load import Loaded, scenario_name


def scenario_of(case: str, given: str | None) -> Path:
    """Return the scenario file of a case; raises InputError where none that is shipped has its name."""
    if given is not None:
        return find_scenarios([given])[0]
    name = case.partition("/")[0]
    for path in shipped_scenarios():
        if scenario_name(path) == name:
            return path
    raise InputError(
        f"no scenario that comes with the harness is called '{name}'", "name its file by --scenario"
    )


def case_of(loaded: Loaded, name: str) -> Case:
    """Return the case of this id; raises InputError with what may have been meant."""
    cases: Mapping[str, Case] = {case.id: case for case in expand(loaded)}
    if name not in cases:
        close = difflib.get_close_matches(name, cases, n=1)
        meant = f", did you mean '{close[0]}'?" if close else ""
        raise InputError(f"'{name}' is no case{meant}", "see `ozh list cases`")
    return cases[name]
