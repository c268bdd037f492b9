"""Every fault of a worker ends as the right outcome, costs its own case only, and leaves every record."""

import psutil
import pytest
from run_small import by_title, run_small

NOT_READS = {"null", "inspect", "list", "open", "write"}


def test_an_honest_worker_passes_every_case(add_fake, small_scenario, tmp_path):
    finished = run_small(small_scenario, tmp_path / "run", add_fake())

    assert {record.outcome for record in finished.records} == {"passed"}
    assert [record.trial for record in finished.records] == list(finished.manifest.planned)
    assert finished.footer is not None
    assert finished.footer.outcomes == {"passed": 14}


@pytest.mark.parametrize(
    ("fault", "outcome", "said"),
    [
        ("hang-in-run", "timeout", "no answer to 'read' within 2 s"),
        ("late", "timeout", "no answer to 'read' within 2 s"),
        ("garbage", "errored", "not an answer"),
        ("long-line", "errored", "longer than 1048576 bytes"),
        ("wrong-id", "errored", "but request"),
        ("prints-to-stdout", "errored", "not an answer"),
        ("dies-by-signal", "crashed", "was ended by SIGSEGV during 'read'"),
        ("exits", "crashed", "ended with exit code 3"),
        ("leaks-memory", "crashed", "more than 512 MiB of memory"),
        ("raises", "errored", "read raised OSError"),
        ("zeros", "failed", "fill value"),
    ],
)
def test_a_fault_costs_its_own_cases_only(fault, outcome, said, add_fake, small_scenario, tmp_path):
    if outcome == "timeout":
        small_scenario.write_text(small_scenario.read_text().replace("run: 60", "run: 2"))
    finished = run_small(small_scenario, tmp_path / "run", add_fake(fault), only=("*/ramp-0.4/*",))

    records = by_title(finished)
    assert {record.trial for record in finished.records} == set(finished.manifest.planned)
    assert {records[title].outcome for title in NOT_READS} == {"passed"}
    assert {records[title].outcome for title in ("plane", "crop")} == {outcome}
    assert said in records["plane"].explanation
    assert not records["plane"].expected


@pytest.mark.parametrize(
    ("fault", "outcome", "said"),
    [
        ("lies-about-capabilities", "failed", "excluded"),
        ("other-version", "errored", "says it is fake-other-version@9"),
        ("wrong-clock", "failed", "clock"),
    ],
)
def test_a_worker_that_cannot_be_believed_passes_nothing(
    fault, outcome, said, add_fake, small_scenario, tmp_path
):
    finished = run_small(small_scenario, tmp_path / "run", add_fake(fault), only=("*/inspect/*", "*/plane/*"))

    assert {record.outcome for record in finished.records} == {outcome}
    assert all(said in record.explanation for record in finished.records)


def test_a_worker_that_never_starts_is_tried_twice_and_then_given_up(add_fake, small_scenario, tmp_path):
    small_scenario.write_text(small_scenario.read_text().replace("start: 60", "start: 1"))

    finished = run_small(small_scenario, tmp_path / "run", add_fake("hang-at-start"), only=("*/ramp-0.4/*",))

    assert {record.outcome for record in finished.records} == {"timeout"}
    assert sum("not tried" in record.explanation for record in finished.records) == len(finished.records) - 2


def test_a_flood_on_stderr_does_no_harm(add_fake, small_scenario, tmp_path):
    finished = run_small(small_scenario, tmp_path / "run", add_fake("floods-stderr"), only=("*/ramp-0.4/*",))

    assert {record.outcome for record in finished.records} == {"passed"}


def test_the_last_words_of_a_worker_are_kept(add_fake, small_scenario, tmp_path):
    finished = run_small(small_scenario, tmp_path / "run", add_fake("exits"), only=("*/plane/*",))

    assert by_title(finished)["plane"].stderr == "last words\n"


@pytest.mark.parametrize(
    ("fault", "said"),
    [("loses-a-unit", "axis x unit: 'micrometer' was asked for"), ("loses-the-scale", "scale")],
)
def test_a_writer_that_loses_metadata_has_failed(fault, said, add_fake, small_scenario, tmp_path):
    finished = run_small(small_scenario, tmp_path / "run", add_fake(fault), only=("*/write/*",))

    assert {record.outcome for record in finished.records} == {"failed"}
    assert all(said in record.explanation for record in finished.records)


def test_nothing_outlives_a_run(add_fake, small_scenario, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "temporary").mkdir()
    small_scenario.write_text(small_scenario.read_text().replace("run: 60", "run: 1"))
    before = {process.pid for process in psutil.Process().children(recursive=True)}

    run_small(small_scenario, tmp_path / "run", add_fake("hang-in-run"), only=("*/plane/*",))

    assert {process.pid for process in psutil.Process().children(recursive=True)} <= before
    assert list((tmp_path / "temporary").iterdir()) == []


def test_several_jobs_record_every_trial_once(add_fake, small_scenario, tmp_path):
    names = [add_fake(), add_fake("zeros"), add_fake("dies-by-signal")]

    finished = run_small(small_scenario, tmp_path / "run", *names, jobs=3)

    lines = (tmp_path / "run" / "records.jsonl").read_text().splitlines()
    assert len(lines) == len(finished.manifest.planned) == len(finished.records) == 42
