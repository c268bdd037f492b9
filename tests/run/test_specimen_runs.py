"""Specimens through a run: refused where they must be, wrong answers kept, each tool asked what it does."""

import numpy as np
import pytest
from run_small import run_small

from harness.results.model import Selection
from harness.run.request import work_out

SCENARIO = """
scenario: some
title: Some
datasets: [DATASETS]
stores: [file]
deadlines: {start: 60, prepare: 60, run: 60}
memory_mib: 512
operations:
  - {operation: read, name: whole, selection: whole}
  - {operation: read, name: outside, selection: outside}
"""


@pytest.fixture
def scenario(tmp_path):
    def make(*datasets, operations=""):
        path = tmp_path / "some.yaml"
        text = SCENARIO.replace("DATASETS", ", ".join(datasets))
        path.write_text(text if not operations else text.partition("operations:")[0] + operations)
        return path

    return make


def by_case(finished):
    return {(one.dataset, one.title): one for one in finished.records}


def test_an_honest_reader_reads_refuses_and_is_right_to_refuse(add_fake, scenario, tmp_path):
    finished = run_small(
        scenario("corner-v3-uint16", "corner-v3-unknown-field-text"), tmp_path / "run", add_fake()
    )

    found = by_case(finished)
    assert {one.outcome for one in found.values()} == {"passed"}
    assert found["corner-v3-uint16", "whole"].notes == ()
    assert "refused: read raised" in found["corner-v3-uint16", "outside"].notes[0]
    assert "refused: open raised" in found["corner-v3-unknown-field-text", "whole"].notes[0]


def test_a_wrong_answer_is_explained_and_kept_to_look_at(add_fake, scenario, tmp_path):
    finished = run_small(scenario("corner-v3-uint16"), tmp_path / "run", add_fake("zeros"))

    wrong = by_case(finished)["corner-v3-uint16", "whole"]
    assert wrong.outcome == "failed"
    assert "fill value (0) where data exist" in wrong.explanation
    folder = tmp_path / "run" / wrong.evidence["saved"]
    assert not np.load(folder / "got.npy").any()
    assert np.load(folder / "expected.npy").any()


def test_arrays_that_are_no_images_are_not_asked_of_tools_that_know_images_only(add_fake, scenario, tmp_path):
    finished = run_small(scenario("corner-v3-string"), tmp_path / "run", add_fake())

    assert {one.outcome for one in finished.records} == {"unsupported"}
    assert "arrays that are no images" in finished.records[0].explanation


def test_validating_is_for_validators_and_nothing_else_is(add_fake, scenario):
    reading, validating = scenario("corner-v3-uint16"), "operations:\n  - {operation: validate}\n"
    tools = (add_fake(), "always-valid")

    def planned(path):
        trials = work_out(Selection(scenarios=(str(path),), tools=tools), 0).trials
        return {trial.tool.adapter.tool.name for trial in trials}

    assert planned(reading) == {"fake-honest"}
    assert planned(scenario("ome-0.5-*", operations=validating)) == {"always-valid"}


def test_the_null_baseline_fails_as_it_must(scenario, tmp_path):
    path = scenario("ome-0.4-*", operations="operations:\n  - {operation: validate}\n")

    finished = run_small(path, tmp_path / "run", "always-valid")

    assert {one.outcome for one in finished.records} == {"passed", "failed"}
    assert all(one.expected for one in finished.records)
    accepted = [one for one in finished.records if one.outcome == "failed"]
    assert {one.evidence["kind"] for one in accepted} == {"accepted-invalid"}


MESSAGE = """
[[unsupported]]
reason = "it eats what it is given"
url = "https://example.org/limits"
case = "some/corner-*"
explanation = "ate"
"""


def test_a_message_that_the_documentation_explains_is_unsupported(add_fake, scenario, tmp_path):
    tool = add_fake("raises", more=MESSAGE)

    finished = run_small(scenario("corner-v3-uint16", "pair-v2-001-*"), tmp_path / "run", tool)

    found = by_case(finished)
    explained = found["corner-v3-uint16", "whole"]
    assert (explained.outcome, explained.expected, explained.url) == (
        "unsupported", True, "https://example.org/limits",
    )  # fmt: skip
    other = next(one for (name, title), one in found.items() if name.startswith("pair") and title == "whole")
    assert (other.outcome, other.expected) == ("errored", False)


def test_no_folder_of_this_machine_stands_in_a_record(add_fake, scenario, tmp_path):
    path = scenario("corner-v3-unknown-data-type")

    finished = run_small(path, tmp_path / "run", add_fake())

    text = (tmp_path / "run" / "records.jsonl").read_text()
    assert finished.records
    assert "specimen.zarr" not in text
