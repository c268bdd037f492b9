"""`ozh bisect`: one line for the answer, JSON for programs, one line for each thing that is wrong."""

import json

import pytest

from harness.host.errors import HostError

CASE = "small/ramp-0.4/plane/file"


@pytest.fixture
def bisect(ozh, versioned, small_scenario, tmp_path):
    def call(faults, *more):
        versioned(faults)
        ends = ("--good", "1.0", "--bad", list(faults)[-1])
        where = ("--scenario", small_scenario, "--out", tmp_path / "out")
        return ozh("bisect", "versioned", *ends, "--case", CASE, *where, *more)

    return call


def test_each_step_is_shown_and_the_answer_is_the_first_line(bisect):
    said = bisect({"1.0": "", "1.1": "", "1.2": "zeros"}, "--metric", "outcome")

    lines = said.out.splitlines()
    assert said.code == 0
    assert lines[0].startswith(
        "versioned 1.2 (2026-01-03) changed outcome: passed at 1.1 (2026-01-02) and failed"
    )
    assert lines[-1].startswith("All that was measured: ")
    assert "versioned 1.1 (2026-01-02): passed, as before" in said.err


def test_json_is_all_there_is_on_stdout(bisect):
    said = bisect({"1.0": "", "1.1": "zeros"}, "--metric", "outcome", "--json")

    told = json.loads(said.out)
    assert (said.code, told["result"], told["after"]) == (0, "found", "1.1")


def test_two_that_do_not_differ_are_no_failure(bisect):
    said = bisect({"1.0": "", "1.1": ""}, "--metric", "outcome")

    assert said.code == 0
    assert said.out.startswith("versioned 1.0 and 1.1 do not differ in outcome: passed at 1.0")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--metric", "requests"), "cannot be counted"),
        (("--metric", "outcome", "--bad", "9.0"), "versioned has no version '9.0'"),
        (("--metric", "outcome", "--case", "small/ramp-0.4/plan/file"), "did you mean"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(bisect, more, said):
    told = bisect({"1.0": "", "1.1": ""}, *more)

    assert told.code == 2
    assert said in told.err.splitlines()[-1]
    assert "Traceback" not in told.err


def test_a_registry_that_is_not_reached_is_exit_3(bisect, monkeypatch):
    monkeypatch.setattr("harness.tools.releases.call_uv", _unreachable)

    told = bisect({"1.0": "", "1.1": ""}, "--metric", "outcome")

    assert told.code == 3
    assert "the package registry cannot be reached" in told.err


def _unreachable(*_):
    raise HostError("the package registry cannot be reached", "connect to the network and run again")
