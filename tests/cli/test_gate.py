"""`ozh gate`: passes where nothing exact got worse than in the baseline, and says what did."""

import json

import pytest
from jsonschema import Draft202012Validator

MORE = '[versions."9"]\n'
HOSTILE = "<b>|\x1b[2J"


@pytest.fixture
def tool(add_fake):
    return add_fake(name="fake", more=MORE)


@pytest.fixture
def turn(tmp_path):
    """Have the tool behave in another way from now on."""

    def change(fault):
        manifest = tmp_path / "adapters" / "fake" / "adapter.toml"
        text = manifest.read_text()
        assert '"fake", ""]' in text
        manifest.write_text(text.replace('"fake", ""]', f'"fake", "{fault}"]'))

    return change


@pytest.fixture
def baseline(tmp_path, tool, small_scenario, ozh):
    """A baseline of some of its cases."""
    path = tmp_path / "baselines" / "small.json"
    said = ozh(
        "gate", path, "--update", small_scenario, "--tool", tool, "--only", "small/*-0.4/*e*/file",
        "--out", tmp_path / "first",
    )  # fmt: skip
    assert said.code == 0, said.err
    assert "written for the first time" in said.out
    return path


def test_a_baseline_obeys_its_schema_and_pins_versions(baseline, ozh):
    content = json.loads(baseline.read_text())

    Draft202012Validator(json.loads(ozh("schema", "baseline").out)).validate(content)
    assert content["selection"]["tools"] == ["fake@1"]
    assert {trial["outcome"] for trial in content["trials"]} == {"passed"}


def test_the_gate_is_passed_where_nothing_changed(baseline, ozh, tmp_path):
    said = ozh("gate", baseline, "--out", tmp_path / "run")

    assert said.code == 0
    assert said.out.startswith("Passed")
    assert (tmp_path / "run" / "report" / "report.html").exists()


def test_a_wrong_answer_does_not_pass_and_is_told_in_all_three_forms(baseline, turn, ozh, tmp_path):
    turn("zeros")

    said = ozh(
        "gate", baseline, "--out", tmp_path / "run", "--markdown", tmp_path / "gate.md", "--json",
        tmp_path / "gate.json",
    )  # fmt: skip

    assert said.code == 1
    assert "outcome: passed → failed (fill)" in said.out
    markdown = (tmp_path / "gate.md").read_text()
    assert "✗ worse | `small/ramp-0.4/plane/file` | `fake 1` | outcome | passed | failed (fill)" in markdown
    told = json.loads((tmp_path / "gate.json").read_text())
    assert told["said"][0].startswith("Not passed: ")
    assert {one["after"] for one in told["changes"]} == {"failed (fill)"}


def test_update_says_what_changed_and_the_gate_is_passed_from_then_on(baseline, turn, ozh, tmp_path):
    turn("zeros")

    updated = ozh("gate", baseline, "--update", "--out", tmp_path / "second")
    again = ozh("gate", baseline, "--out", tmp_path / "third")

    assert (updated.code, again.code) == (0, 0)
    assert "written anew" in updated.out
    assert "outcome: passed → failed (fill)" in updated.out


def test_what_got_better_is_listed_and_asked_to_be_taken_in(baseline, ozh, tmp_path):
    content = json.loads(baseline.read_text())
    content["trials"][0] |= {"outcome": "failed", "kind": "transposed"}
    baseline.write_text(json.dumps(content))

    said = ozh("gate", baseline, "--out", tmp_path / "run")

    assert said.code == 0
    assert "outcome: failed (transposed) → passed" in said.out
    assert f"take it in: ozh gate {baseline} --update\n" in said.out


def test_a_trial_that_is_gone_does_not_pass(baseline, ozh, tmp_path):
    content = json.loads(baseline.read_text())
    content["trials"].append({**content["trials"][0], "case": "small/ramp-0.4/gone/file"})
    baseline.write_text(json.dumps(content))

    said = ozh("gate", baseline, "--out", tmp_path / "run")

    assert said.code == 1
    assert "1 gone" in said.out


def test_another_version_of_the_tool_can_be_held_against_it(baseline, turn, ozh, tmp_path):
    content = json.loads(baseline.read_text())
    content["trials"][0] |= {"outcome": "failed", "kind": "fill"}
    baseline.write_text(json.dumps(content))
    turn("other-version")

    said = ozh("gate", baseline, "--tool", "fake@9", "--out", tmp_path / "run")

    assert said.code == 0
    assert "fake 1 → fake 9" in said.out
    assert "--update --tool fake@9" in said.out


def test_a_scenario_that_changed_is_said_before_anything_is_run(baseline, small_scenario, ozh, tmp_path):
    small_scenario.write_text(small_scenario.read_text().replace("{z: 1}", "{z: 2}"))

    said = ozh("gate", baseline, "--out", tmp_path / "run")

    assert said.code == 2
    assert "scenario 'small' has changed since the baseline -- take it in by --update" in said.err
    assert not (tmp_path / "run").exists()


def test_a_changed_scenario_is_taken_in_by_update(baseline, small_scenario, ozh, tmp_path):
    small_scenario.write_text(small_scenario.read_text().replace("{z: 1}", "{z: 2}"))

    said = ozh("gate", baseline, "--update", "--out", tmp_path / "run")

    assert said.code == 0
    assert "not compared: scenario 'small' is not the same in both" in said.out


def test_hostile_words_of_a_baseline_do_no_harm(baseline, ozh, tmp_path):
    content = json.loads(baseline.read_text())
    content["trials"][0] |= {"outcome": "failed", "kind": HOSTILE}
    baseline.write_text(json.dumps(content))

    said = ozh("gate", baseline, "--out", tmp_path / "run", "--markdown", tmp_path / "gate.md")

    assert "\x1b" not in said.out
    assert "<b>" not in (tmp_path / "gate.md").read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "there is no baseline"),
        ("{}", "not a baseline of format 1"),
        ('{"format": 2}', "not a baseline of format 1: format"),
        ("\x00", "not a baseline"),
    ],
)
def test_a_file_that_is_no_baseline_is_one_line(text, says, ozh, tmp_path):
    path = tmp_path / "b.json"
    if text is not None:
        path.write_text(text)

    said = ozh("gate", path)

    assert said.code == 2
    assert says in said.err
    assert len(said.err.splitlines()) == 1


def test_scenarios_are_for_making_a_baseline(baseline, small_scenario, ozh):
    said = ozh("gate", baseline, small_scenario)

    assert said.code == 2
    assert "--update" in said.err


def test_a_new_baseline_needs_scenarios(ozh, tmp_path):
    said = ozh("gate", tmp_path / "new.json", "--update", "--tool", "zarr-python")

    assert said.code == 2
    assert "a new baseline needs scenarios" in said.err
