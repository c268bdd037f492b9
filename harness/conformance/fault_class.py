"""What a tool made of a fault, from the outcome and the judge's explanation. Pure; knows no tool."""

from collections.abc import Mapping
from typing import Any

from harness.results.model import Outcome
from harness.scenario.fault import FaultClass

_BY_OUTCOME: Mapping[Outcome, FaultClass] = {
    "passed": "right",
    "errored": "raised",
    "timeout": "stuck",
    "crashed": "crashed",
}
_OUTCOMES: Mapping[FaultClass, Outcome] = {
    "right": "failed",
    "raised": "errored",
    "fill": "failed",
    "wrong": "failed",
    "stuck": "timeout",
    "crashed": "crashed",
}


def fault_class(outcome: Outcome, evidence: Mapping[str, Any]) -> FaultClass | None:
    """Return the class, by the evidence of a wrong answer; None where the trial says nothing of the tool."""
    if outcome == "failed":
        return "fill" if evidence.get("kind") == "fill" else "wrong"
    return _BY_OUTCOME.get(outcome)


def outcome_of(made: FaultClass, allowed: tuple[FaultClass, ...]) -> Outcome:
    """Return the outcome of a trial with a fault: `passed` if what the tool made of it is allowed."""
    return "passed" if made in allowed else _OUTCOMES[made]
