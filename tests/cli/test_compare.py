"""`ozh compare`: what cannot be compared is one line; two finished runs are; two arms are measured."""

import json

import pytest

from harness.performance.verdict import Procedure
from harness.run import comparing


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fake", "fake"), "no scenario was named"),
        (("fake", "faek", "SCENARIO"), "unknown tool 'faek', did you mean 'fake'?"),
        (("fake", "fake+fast", "SCENARIO"), "fake@1 has no configuration 'fast'"),
        (("fake", "fake", "SCENARIO", "--only", "nothing*"), "no case is for both arms"),
        (("fake", "fake", "SCENARIO", "--tool", "fake"), "--tool goes with two scenarios"),
        (("SCENARIO", "SCENARIO"), "name it by --tool"),
        (("SCENARIO", "SCENARIO", "--tool", "fake"), "both scenarios are called 'small'"),
        (("fake", "fake", "SCENARIO", "--resume"), "--resume needs the comparison's folder"),
    ],
)
def test_what_cannot_be_compared_is_one_line_and_exit_2(arguments, said, add_fake, small_scenario, ozh):
    add_fake(name="fake")
    given = [str(small_scenario) if part == "SCENARIO" else part for part in arguments]

    answer = ozh("compare", *given)

    assert answer.code == 2
    assert said in answer.err
    assert len(answer.err.strip().splitlines()) == 1


def test_two_finished_runs_are_held_against_each_other_and_no_time_is_judged(
    add_fake, small_scenario, tmp_path, ozh
):
    good, bad = add_fake(name="fake"), tmp_path / "bad"
    only = ("--only", "small/ramp-0.4/plane/file")
    ozh("run", small_scenario, "--tool", good, *only, "--out", tmp_path / "good")
    manifest = tmp_path / "adapters" / "fake" / "adapter.toml"
    manifest.write_text(manifest.read_text().replace('"fake", ""]', '"fake", "zeros"]'))
    ozh("run", small_scenario, "--tool", good, *only, "--out", bad)

    said = ozh(
        "compare", tmp_path / "good", bad, "--json", tmp_path / "c.json", "--markdown", tmp_path / "c.md"
    )

    assert said.code == 0
    assert "worse" in said.out
    (change,) = json.loads((tmp_path / "c.json").read_text())["changes"]
    assert (change["metric"], change["before"], change["after"]) == (
        "outcome",
        "passed",
        "failed (fill)",
    )
    assert "✗ worse" in (tmp_path / "c.md").read_text()


@pytest.mark.slow
def test_two_arms_are_measured_and_told_in_all_three_forms(
    monkeypatch, add_fake, small_scenario, tmp_path, ozh
):
    monkeypatch.setattr(comparing, "STANDARD", Procedure(looks=(5,), differs_p=0.04, not_slower_p=0.04))
    monkeypatch.setattr("harness.performance.schedule.MOST_BLOCKS", 2)
    tool = add_fake(more='[configurations.burning]\nsettings = { pace = "steady", burn = 3.0 }')

    said = ozh(
        "compare", f"{tool}+burning", tool, small_scenario, "--only", "small/ramp-0.4/plane/file",
        "--out", tmp_path / "run", "--json", tmp_path / "c.json", "--markdown", tmp_path / "c.md",
    )  # fmt: skip

    assert said.code == 0, said.err
    assert "✓ faster" in said.out
    found = json.loads((tmp_path / "c.json").read_text())
    assert [verdict["word"] for verdict in found["time"]["verdicts"]] == ["faster"]
    assert found["exact"]["compared"] == 1
    assert "### Time" in (tmp_path / "c.md").read_text()
    assert (tmp_path / "run" / "report" / "report.html").is_file()
