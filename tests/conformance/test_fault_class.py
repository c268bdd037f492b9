"""What a tool made of a fault follows from the outcome and the judge's evidence alone."""

from typing import get_args

import pytest

from harness.conformance.fault_class import fault_class, outcome_of
from harness.results.model import OUTCOMES
from harness.scenario.fault import FaultClass


@pytest.mark.parametrize(
    ("outcome", "evidence", "made"),
    [
        ("passed", {}, "right"),
        ("errored", {}, "raised"),
        ("failed", {"kind": "fill", "count": 1}, "fill"),
        ("failed", {"kind": "wrong-fill"}, "wrong"),
        ("failed", {"kind": "chunks-differ"}, "wrong"),
        ("failed", {}, "wrong"),
        ("timeout", {}, "stuck"),
        ("crashed", {}, "crashed"),
    ],
)
def test_each_outcome_has_its_class(outcome, evidence, made):
    assert fault_class(outcome, evidence) == made


def test_what_says_nothing_of_the_tool_has_no_class():
    classless = {outcome for outcome in OUTCOMES if fault_class(outcome, {}) is None}

    assert classless == {"unsupported", "known_issue", "not_built", "infrastructure"}


@pytest.mark.parametrize("made", get_args(FaultClass))
def test_what_is_allowed_passes_and_nothing_else_does(made):
    assert outcome_of(made, (made,)) == "passed"
    others = tuple(one for one in get_args(FaultClass) if one != made)
    assert outcome_of(made, others) != "passed"
