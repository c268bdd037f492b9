"""What a bisection found, in sentences."""

import pytest

from harness.report.bisected import bisected_sentences, figure, step_sentence
from harness.results.baseline import Counted, Middle, TrialFigures
from harness.results.bisected import Bisected, VersionSeen
from harness.results.bouts import ArmOf, Verdict
from harness.results.model import ToolId

CASE = "s/d/read/s3"


def trial(requests=(5, 5), received=(2048, 2048), **more):
    counted = Counted(passes=2, requests=requests, bytes=received, again=(0, 0))
    tool = ToolId(name="zarr", version="1")
    return TrialFigures(case=CASE, tool=tool, store="s3", **{"outcome": "passed", "counted": counted, **more})


def seen(version, says, **more):
    return VersionSeen(version=version, says=says, lock_hash=f"hash-of-{version}", **more)


def result(versions, **more):
    given = {"result": "found", "metric": "requests", "before": "1.1", "after": "1.2", "releases": 4, **more}
    return Bisected(
        tool=ToolId(name="zarr", version="1.3"), good="1.0", bad="1.3", case=CASE, seen=versions, **given
    )


FOUR = (
    seen("1.0", "as before", figures=trial()),
    seen("1.3", "changed", figures=trial((9, 9))),
    seen("1.1", "as before", figures=trial(), date="2026-01-02"),
    seen("1.2", "changed", figures=trial((8, 9)), date="2026-02-03"),
)


def test_the_release_is_named_with_its_day_and_both_figures_and_locks():
    assert list(bisected_sentences(result(FOUR, again=False))) == [
        "zarr 1.2 (2026-02-03) changed requests: 5 requests at 1.1 (2026-01-02) and 8–9 requests at 1.2 (2026-02-03)",  # noqa: E501, RUF001
        "lock of zarr 1.1: SHA-256 hash-of-1.1",
        "lock of zarr 1.2: SHA-256 hash-of-1.2",
    ]


def test_what_else_changed_is_told():
    packages = {"numpy": ("1.0", "2.0"), "crc32c": ("2.9", None)}

    said = "\n".join(bisected_sentences(result(FOUR, again=True, packages=packages)))

    assert "It changed again after that, to 9 requests at 1.3: bisect between 1.2 and 1.3." in said
    assert "also differ in numpy 1.0 → 2.0, crc32c 2.9 → none: it may be that instead" in said


def test_no_difference_is_told_with_both_figures():
    alike = (FOUR[0], seen("1.3", "as before", figures=trial()))

    said = list(bisected_sentences(result(alike, result="no difference", before="1.0", after="1.3")))

    assert said == ["zarr 1.0 and 1.3 do not differ in requests: 5 requests at 1.0 and 5 requests at 1.3"]


def test_an_interval_is_told_with_why_it_could_not_be_narrowed():
    silent = seen("1.2", "tells nothing", why="not built: no wheels", date="2026-02-03")
    found = result((*FOUR[:3], silent), result="inconclusive", before="1.1", after="1.3")

    said = list(bisected_sentences(found))

    assert said[0].startswith("inconclusive: zarr changed requests after 1.1, by 1.3: 5 requests at 1.1")
    assert said[1] == "  1.2 (2026-02-03): not built: no wheels"


def timed(ratio, *versions):
    arms = tuple(ArmOf(case=CASE, tool=ToolId(name="zarr", version=version)) for version in versions)
    return Verdict(arms=arms, word="slower", ratio=ratio, bouts=10, seconds=1)


def test_ends_that_cannot_be_told_apart_by_time_are_said_to_be_so():
    newest = seen("1.3", "tells nothing", why="90 bouts don't tell", time=timed(1.01, "1.0", "1.3"))
    found = result((FOUR[0], newest), result="inconclusive", before="1.0", after="1.3", metric="time")

    said = list(bisected_sentences(found))

    assert said[:2] == [
        "inconclusive: whether 1.0 and 1.3 differ in time can't be told",
        "90 bouts don't tell",
    ]


@pytest.mark.parametrize(
    ("metric", "version", "expected"),
    [
        ("requests", FOUR[3], "8–9 requests"),  # noqa: RUF001
        ("bytes", FOUR[0], "2.00 KiB"),
        ("outcome", FOUR[0], "passed"),
        (
            "outcome",
            seen("1", "changed", figures=trial(outcome="failed", kind="fill value")),
            "failed (fill value)",
        ),
        (
            "memory",
            seen(
                "1",
                "changed",
                figures=trial(
                    memory=Middle(median=2**27, low=1, high=2, interval="range", n=5, over="sessions")
                ),
            ),
            "128 MiB",
        ),
        ("time", FOUR[0], "the oldest"),
        ("time", seen("9", "changed", time=timed(1.25, "1", "9")), "1.25 times the oldest"),
        ("time", seen("9", "changed", time=timed(1.25, "9", "1")), "0.800 times the oldest"),
        ("requests", seen("1", "tells nothing"), "nothing measured"),
    ],
)
def test_figures_have_units_and_times_are_ratios_to_the_oldest(metric, version, expected):
    assert figure(metric, version) == expected


def test_a_step_is_told_on_one_line():
    assert step_sentence("zarr", "requests", FOUR[2], 3) == (
        "zarr 1.1 (2026-01-02): 5 requests, as before; 3 releases are left"
    )
    assert (
        step_sentence("zarr", "requests", seen("1.2", "tells nothing", why="crashed"), 1)
        == "zarr 1.2: crashed"
    )
