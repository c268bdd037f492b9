"""Reading a run folder back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from harness.host.errors import InputError
from harness.results.append import RunWriter
from harness.results.load import load_run
from harness.results.model import Footer, Manifest, Record, Sample


@pytest.fixture
def folder(tmp_path, manifest):
    with RunWriter.create(tmp_path / "run", manifest):
        return tmp_path / "run"


def append(folder, record, samples=()):
    with RunWriter.resume(folder) as writer:
        writer.append(record, samples)


def test_of_two_records_of_a_trial_the_later_counts(folder, record):
    append(folder, record(outcome="infrastructure"))
    append(folder, record(outcome="passed"))

    assert [one.outcome for one in load_run(folder).records] == ["passed"]


def test_records_stand_in_planned_order_and_others_after_them(folder, record):
    for trial in ("unplanned", "b", "a"):
        append(folder, record(trial))

    assert [one.trial for one in load_run(folder).records] == ["a", "b", "unplanned"]


def test_of_samples_measured_twice_the_later_count(folder, record, sample):
    append(folder, record(), [sample(value=1), sample(value=2, repeat=1)])
    append(folder, record(), [sample(value=3), sample(value=4, repeat=1)])

    assert [one.value for one in load_run(folder).samples] == [3, 4]


def test_samples_of_trials_without_a_record_that_counts_are_left_out(folder, record, sample):
    append(folder, record("a"), [sample("a"), sample("unrecorded")])
    append(folder, record("b", timed=False), [sample("b")])

    assert [one.trial for one in load_run(folder).samples] == ["a"]


def test_an_empty_run_is_a_run(folder):
    run = load_run(folder)

    assert (run.records, run.samples, run.footer) == ((), (), None)


def test_a_folder_without_a_manifest_is_no_run(tmp_path):
    with pytest.raises(InputError, match=r"is no run folder \(it has no run\.json\) -- give the folder that"):
        load_run(tmp_path)
    with pytest.raises(InputError, match="is no run folder"):
        load_run(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("run.json", b"", "run.json: not a manifest of format 1: : Invalid JSON"),
        ("run.json", b"{}", "run.json: not a manifest of format 1: run: Field required"),
        ("run.json", b"\xff", "run.json: not a manifest of format 1: : Invalid JSON"),
        ("records.jsonl", b"garbage\n", "records.jsonl:1: not a record of format 1: : Invalid JSON"),
        ("records.jsonl", b"{}\n", "records.jsonl:1: not a record of format 1: trial: Field required"),
        ("records.jsonl", b"\n", "records.jsonl:1: not a record of format 1: : Invalid JSON"),
        (
            "samples.jsonl",
            b'{"trial": 1}\n',
            "samples.jsonl:1: not a sample of format 1: trial: Input should",
        ),
        ("footer.json", b"[]", "footer.json: not a footer of format 1: : Input should be an object"),
    ],
)
def test_garbage_is_refused_in_one_line_that_names_file_and_line(folder, name, text, said):
    (folder / name).write_bytes(text)

    with pytest.raises(InputError) as caught:
        load_run(folder)

    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(f"{folder}/{said}")
    assert line.endswith("-- it may be of another version of the harness")


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["run.json", "records.jsonl", "samples.jsonl", "footer.json"]), data=st.binary())
def test_any_bytes_in_a_run_folder_are_a_run_or_an_input_error(folder, name, data):
    kept = (folder / name).read_bytes() if (folder / name).exists() else None
    (folder / name).write_bytes(data)
    try:
        load_run(folder)
    except InputError as problem:
        assert "\n" not in str(problem)  # noqa: PT017 -- both ends are right
    finally:
        (folder / name).unlink()
        if kept is not None:
            (folder / name).write_bytes(kept)


@pytest.mark.parametrize("model", [Manifest, Record, Sample, Footer])
def test_the_schemas_are_schemas(model):
    Draft202012Validator.check_schema(model.model_json_schema())


def test_what_is_written_fits_its_schema(record, sample, manifest, footer):
    for one in (record(), sample(), manifest, footer):
        Draft202012Validator(type(one).model_json_schema()).validate(one.model_dump(mode="json"))
