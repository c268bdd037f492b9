"""What was said beforehand decides what is unexpected: expectations, known issues, documented gaps."""

from run_small import by_title, run_small

from harness.host.errors import ExitCode
from harness.run.run import exit_code

KNOWN = """
[[known_issues]]
case = "*/plane/*"
outcome = "{outcome}"
explanation = "{explanation}"
reason = "it is known"
url = "https://example.org/1"
"""
EXPECT = 'expect: [{{case: "*/plane/*", outcome: {outcome}, explanation: "{explanation}", because: shown}}]\n'


def test_a_known_issue_is_named_with_its_url_and_is_expected(add_fake, small_scenario, tmp_path):
    name = add_fake("zeros", more=KNOWN.format(outcome="failed", explanation="fill value"))

    finished = run_small(small_scenario, tmp_path / "run", name, only=("*/plane/*",))

    record = by_title(finished)["plane"]
    assert (record.outcome, record.expected, record.url) == ("known_issue", True, "https://example.org/1")
    assert exit_code(finished) == ExitCode.OK


def test_another_difference_than_the_known_one_has_failed(add_fake, small_scenario, tmp_path):
    name = add_fake("zeros", more=KNOWN.format(outcome="failed", explanation="transposed"))

    finished = run_small(small_scenario, tmp_path / "run", name, only=("*/plane/*",))

    assert by_title(finished)["plane"].outcome == "failed"
    assert exit_code(finished) == ExitCode.UNEXPECTED


def test_a_known_issue_that_passes_is_reported(add_fake, small_scenario, tmp_path):
    name = add_fake(more=KNOWN.format(outcome="failed", explanation="fill value"))

    finished = run_small(small_scenario, tmp_path / "run", name, only=("*/plane/*",))

    assert "fixed? it is known (https://example.org/1)" in by_title(finished)["plane"].notes[0]


def test_an_expected_failure_is_expected_and_still_a_failure(add_fake, small_scenario, tmp_path):
    small_scenario.write_text(
        small_scenario.read_text() + EXPECT.format(outcome="failed", explanation="fill value")
    )

    finished = run_small(small_scenario, tmp_path / "run", add_fake("zeros"), only=("*/plane/*",))

    record = by_title(finished)["plane"]
    assert (record.outcome, record.expected) == ("failed", True)
    assert exit_code(finished) == ExitCode.OK


def test_an_expected_failure_that_passes_is_unexpected(add_fake, small_scenario, tmp_path):
    small_scenario.write_text(small_scenario.read_text() + EXPECT.format(outcome="failed", explanation=""))

    finished = run_small(small_scenario, tmp_path / "run", add_fake(), only=("*/plane/*",))

    assert by_title(finished)["plane"].outcome == "passed"
    assert exit_code(finished) == ExitCode.UNEXPECTED


def test_what_the_manifest_does_not_list_is_unsupported_without_asking(add_fake, small_scenario, tmp_path):
    name = add_fake("hang-at-start")
    small_scenario.write_text(
        small_scenario.read_text().split("operations:")[0] + "operations: [{operation: downsample}]\n"
    )

    finished = run_small(small_scenario, tmp_path / "run", name)

    assert {record.outcome for record in finished.records} == {"unsupported"}
    assert exit_code(finished) == ExitCode.UNEXPECTED  # no link to its documentation


def test_a_documented_gap_is_expected(add_fake, small_scenario, tmp_path):
    gap = '[[unsupported]]\noperation = "downsample"\nreason = "it only reads"\nurl = "https://example.org/docs"\n'
    small_scenario.write_text(
        small_scenario.read_text().split("operations:")[0] + "operations: [{operation: downsample}]\n"
    )

    finished = run_small(small_scenario, tmp_path / "run", add_fake(more=gap))

    assert {record.url for record in finished.records} == {"https://example.org/docs"}
    assert exit_code(finished) == ExitCode.OK


def test_a_known_issue_of_one_operation_does_not_cover_others(add_fake, small_scenario, tmp_path):
    known = KNOWN.format(outcome="failed", explanation="fill value").replace(
        'case = "*/plane/*"', 'operation = "list"'
    )

    finished = run_small(small_scenario, tmp_path / "run", add_fake("zeros", more=known), only=("*/plane/*",))

    assert by_title(finished)["plane"].outcome == "failed"
