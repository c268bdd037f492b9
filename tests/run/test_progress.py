"""Progress says what is under way and how long it will take."""

from harness.results.model import Record, ToolId
from harness.run.progress import Progress


def record(trial="a", *, timed=False, seconds=2.0, expected=True):
    return Record(
        trial=trial, case="s/d/o/file", scenario="s", dataset="d", operation="read", title="o", store="file",
        tool=ToolId(name="t", version="1"), scenario_digest="0", outcome="passed", expected=expected,
        timed=timed, started="2026-01-01T00:00:00Z", duration_ms=seconds * 1000,
    )  # fmt: skip


def test_nothing_is_estimated_before_anything_is_done():
    progress = Progress()
    progress.plan(untimed=3, timed=0, jobs=1)

    assert progress.seconds_left() is None


def test_the_time_left_is_that_of_trials_of_the_same_kind():
    progress = Progress()
    progress.plan(untimed=3, timed=2, jobs=2)
    progress.finished(record(seconds=2))
    progress.finished(record(seconds=10, timed=True))

    assert progress.seconds_left() == 2 * 2 / 2 + 10


def test_what_began_is_under_way_until_it_has_ended_or_has_its_record():
    progress = Progress()
    for what in ("a", "dataset x", "b"):
        progress.begin(what)
    progress.end("dataset x")
    progress.finished(record("a"))

    assert list(progress.running) == ["b"]


def test_unexpected_records_and_outcomes_are_counted():
    progress = Progress()
    progress.finished(record(expected=False))

    assert progress.outcomes == {"passed": 1}
    assert len(progress.unexpected) == progress.done == 1


def test_what_is_said_is_heard():
    heard = []

    Progress(heard.append).say("building")

    assert heard == ["building"]
