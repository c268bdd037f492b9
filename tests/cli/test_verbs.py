"""Each verb does what it says."""

import json

import pytest
from jsonschema import Draft202012Validator


@pytest.mark.parametrize("what", ["scenarios", "tools", "datasets", "cases"])
def test_lists_are_there_for_people_and_for_programs(what, ozh):
    people, programs = ozh("list", what), ozh("list", what, "--json")

    assert people.code == programs.code == 0
    rows = json.loads(programs.out)
    assert len(people.out.splitlines()) == len(rows) + 1
    assert rows


@pytest.mark.parametrize("what", ["scenario", "record", "run", "adapter", "baseline"])
def test_schemas_are_valid(what, ozh):
    said = ozh("schema", what)

    Draft202012Validator.check_schema(json.loads(said.out))


def test_records_and_manifest_obey_their_schemas(ozh, small_scenario, add_fake, tmp_path):
    ozh("run", small_scenario, "--tool", add_fake("zeros"), "--out", tmp_path / "run")

    record = Draft202012Validator(json.loads(ozh("schema", "record").out))
    for line in (tmp_path / "run" / "records.jsonl").read_text().splitlines():
        record.validate(json.loads(line))
    manifest = Draft202012Validator(json.loads(ozh("schema", "run").out))
    manifest.validate(json.loads((tmp_path / "run" / "run.json").read_text()))


def test_a_dry_run_names_the_trials_and_writes_nothing(ozh, small_scenario, add_fake, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = ozh("run", small_scenario, "--tool", add_fake(), "--dry-run")

    assert len(said.out.splitlines()) == 14
    assert "small/ramp-0.4/plane/file::fake-honest@1" in said.out
    assert not (tmp_path / "results").exists()


def test_a_run_ends_with_a_table_and_the_path_of_its_report(ozh, small_scenario, add_fake, tmp_path):
    said = ozh("run", small_scenario, "--tool", add_fake(), "--out", tmp_path / "run")

    assert said.code == 0
    assert "14/14" in said.out
    assert said.out.strip().splitlines()[-1] == f"Report: {tmp_path}/run/report/report.html"


def test_an_unexpected_outcome_is_exit_code_1(ozh, small_scenario, add_fake, tmp_path):
    said = ozh("run", small_scenario, "--tool", add_fake("zeros"), "--out", tmp_path / "run")

    assert said.code == 1
    assert "came back as fill value" in " ".join(said.out.split())


def test_a_report_can_be_made_again(ozh, small_scenario, add_fake, tmp_path):
    ozh("run", small_scenario, "--tool", add_fake(), "--out", tmp_path / "run")
    (tmp_path / "run" / "report" / "report.html").unlink()

    assert ozh("report", tmp_path / "run").code == 0
    assert (tmp_path / "run" / "report" / "report.html").exists()


def test_only_and_store_narrow_a_run(ozh, small_scenario, add_fake):
    arguments = ("run", small_scenario, "--tool", add_fake(), "--dry-run")

    assert len(ozh(*arguments, "--only", "*/plane/*", "--store", "file").out.splitlines()) == 2


def test_the_doctor_names_what_there_is(ozh):
    said = ozh("doctor")

    assert said.code in (0, 3)
    for what in ("harness", "uv", "Pythons", "disk", "MinIO", "tensorstore@"):
        assert what in said.out


def test_the_help_names_every_verb(ozh):
    said = ozh("--help")

    for verb in ("run", "list", "tools", "store", "report", "doctor", "schema"):
        assert f"  {verb} " in said.out
