"""Where a suite itself is wrong, or says less than the specification: each exception with its reason."""

import fnmatch
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from harness.scenario.strict import Strict

_EXCEPTIONS = Path(__file__).with_name("exceptions.yaml")


class SuiteException(Strict):
    """What holds instead of what the suite says, for the cases whose names fit a glob."""

    cases: str
    valid: bool | None = Field(
        default=None, description="What we hold true; null: nobody is judged by this case"
    )
    must: Literal["read", "refuse", "either"] = "read"  # of an array
    reason: str
    url: str = Field(pattern=r"^https://")


@cache
def exceptions() -> tuple[SuiteException, ...]:
    """Return all exceptions; where several fit a case, the first counts."""
    listed = yaml.safe_load(_EXCEPTIONS.read_text(encoding="utf-8"))
    return tuple(SuiteException.model_validate(one) for one in listed)


def exception_of(name: str) -> SuiteException | None:
    """Return the exception of a case, if there is one."""
    return next((one for one in exceptions() if fnmatch.fnmatchcase(name, one.cases)), None)
