"""Progress says what is under way and how long it will take."""

from types import SimpleNamespace

from harness.results.model import Record, ToolId
from harness.run.progress import Progress

SHARED, ALONE = SimpleNamespace(alone=False), SimpleNamespace(alone=True)


def record(trial="a", *, seconds=2.0):
    return Record(
        trial=trial, case="s/d/o/file", scenario="s", dataset="d", operation="read", title="o", store="file",
        tool=ToolId(name="t", version="1"), scenario_digest="0", outcome="passed", expected=True,
        started="2026-01-01T00:00:00Z", duration_ms=seconds * 1000,
    )  # fmt: skip


def test_nothing_is_estimated_before_anything_is_done():
    progress = Progress()
    progress.plan(shared=3, alone=0, jobs=1)

    assert progress.seconds_left() is None


def test_the_time_left_is_that_of_trials_of_the_same_kind():
    progress = Progress()
    progress.plan(shared=3, alone=2, jobs=2)
    progress.finished(SHARED, record(seconds=2))
    progress.finished(ALONE, record(seconds=10))

    assert progress.seconds_left() == 2 * 2 / 2 + 10


def test_what_began_is_under_way_until_it_has_ended_or_has_its_record():
    progress = Progress()
    for what in ("a", "dataset x", "b"):
        progress.begin(what)
    progress.end("dataset x")
    progress.finished(SHARED, record("a"))

    assert list(progress.running) == ["b"]


def test_outcomes_are_counted():
    progress = Progress()
    progress.finished(SHARED, record())

    assert progress.outcomes == {"passed": 1}
    assert progress.done == 1


def test_what_is_said_is_heard():
    heard = []

    Progress(heard.append).say("building")

    assert heard == ["building"]
