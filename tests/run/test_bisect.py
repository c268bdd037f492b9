"""Bisections over a registry of fakes: the release is found, and every reason not to find one is told."""

import json
from dataclasses import replace

import pytest

from harness.host.errors import HostError, InputError
from harness.results.bisected import BISECTED, Bisected
from harness.results.bouts import ArmOf, Verdict
from harness.results.model import ToolId
from harness.run.bisect import Wanted, bisect
from harness.run.looking import ByBouts, Looked, Task
from harness.run.progress import Progress
from harness.stores.open import StoreChoice
from harness.tools.releases import Release

CASE = "small/ramp-0.4/plane/file"


@pytest.fixture
def search(versioned, small_scenario, tmp_path):
    """Bisect a tool with these faults by version; the result and what was told come back."""

    def call(faults, good, bad, **more):
        if faults:
            versioned(faults)
        wanted = Wanted(
            tool="versioned",
            good=good,
            bad=bad,
            case=CASE,
            metric="outcome",
            folder=tmp_path / "out",
            store=StoreChoice(),
            command=("ozh", "bisect"),
            scenario=str(small_scenario),
        )
        told = []
        result = bisect(replace(wanted, **more), Progress(), lambda seen, left: told.append((seen, left)))
        return result, [(seen.version, seen.says, left) for seen, left in told]

    return call


SIX = {"1.0": "", "1.1": "", "1.2": "", "1.3": "", "1.4": "zeros", "1.5": "zeros"}


def test_the_release_that_began_to_lie_is_found_with_its_day_and_both_locks(search, tmp_path):
    result, told = search(SIX, "1.0", "1.5")

    assert (result.result, result.before, result.after, result.again) == ("found", "1.3", "1.4", False)
    assert told == [
        ("1.0", "as before", 5),
        ("1.5", "changed", 5),
        ("1.2", "as before", 3),
        ("1.3", "as before", 2),
        ("1.4", "changed", 1),
    ]
    after = result.of("1.4")
    assert (after.date, after.figures.outcome) == ("2026-01-05", "failed")
    assert (tmp_path / "out" / "locks" / "1.3.txt").read_text().count("fakelib==1.3 ")
    assert len({seen.lock_hash for seen in result.seen}) == 5
    assert Bisected.model_validate_json((tmp_path / "out" / BISECTED).read_text()) == result


def test_good_may_be_the_newer_one(search):
    result, _ = search({"1.0": "zeros", "1.1": ""}, "1.1", "1.0")

    assert (result.result, result.before, result.after) == ("found", "1.0", "1.1")
    assert (result.good, result.bad) == ("1.1", "1.0")


def test_two_alike_are_told_to_be_so_and_nothing_between_is_looked_at(search):
    result, told = search({"1.0": "", "1.1": "zeros", "1.2": ""}, "1.0", "1.2")

    assert result.result == "no difference"
    assert [version for version, *_ in told] == ["1.0", "1.2"]


def test_a_second_change_later_is_told(search):
    result, _ = search({"1.0": "", "1.1": "zeros", "1.2": "raises"}, "1.0", "1.2")

    assert (result.result, result.after, result.again) == ("found", "1.1", True)


def test_what_cannot_be_built_is_passed_over_and_leaves_an_interval(search, versioned, package_registry):
    versioned({"1.0": "", "1.4": "zeros"})
    for version in ("1.1", "1.2", "1.3"):
        package_registry.add("fakelib", version, needs=("nowhere",))

    result, told = search({}, "1.0", "1.4")

    assert (result.result, result.before, result.after) == ("inconclusive", "1.0", "1.4")
    assert [says for _, says, _ in told[2:]] == ["tells nothing"] * 3
    assert "nowhere was not found" in result.seen[2].why


def test_a_finished_version_is_not_run_again(search, tmp_path):
    search(SIX, "1.0", "1.5")
    records = tmp_path / "out" / "runs" / "1.2" / "records.jsonl"
    before = records.stat().st_mtime_ns

    result, _ = search({}, "1.0", "1.5")

    assert (result.result, result.after) == ("found", "1.4")
    assert records.stat().st_mtime_ns == before


def test_a_torn_version_is_gone_on_with(search, tmp_path):
    search({"1.0": "", "1.1": "zeros"}, "1.0", "1.1")
    (tmp_path / "out" / "runs" / "1.1" / "footer.json").unlink()
    (tmp_path / "out" / "runs" / "1.1" / "records.jsonl").write_text("")

    result, _ = search({}, "1.0", "1.1")

    assert result.result == "found"


def test_the_scenario_in_the_folder_has_the_case_alone(search, tmp_path):
    search({"1.0": "", "1.1": "zeros"}, "1.0", "1.1")

    said = json.loads((tmp_path / "out" / "scenario.yaml").read_text())
    run = json.loads((tmp_path / "out" / "runs" / "1.0" / "run.json").read_text())
    assert [one["name"] for one in said["datasets"]] == ["ramp-0.4"]
    assert [one["name"] for one in said["operations"]] == ["plane"]
    assert run["planned"] == [f"{CASE}::versioned@1.0"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"bad": "1.0"}, "good and bad are both 1.0"),
        ({"tool": "versioned@1.0"}, "'versioned@1.0' has a version"),
        ({"tool": "versiond"}, "unknown tool 'versiond', did you mean 'versioned'?"),
        ({"tool": "versioned+tuned"}, "it has no configuration 'tuned'"),
        ({"bad": "7.0"}, "versioned has no version '7.0'"),
        ({"bad": "x"}, "'x' is not a version"),
        ({"case": "small/ramp-0.4/plan/file"}, "did you mean 'small/ramp-0.4/plane/file'"),
        ({"metric": "requests"}, "the requests of 'small/ramp-0.4/plane/file' cannot be counted"),
    ],
)
def test_what_cannot_be_bisected_is_said_in_one_line(search, more, said):
    with pytest.raises((InputError, HostError)) as caught:
        search({"1.0": "", "1.1": ""}, **{"good": "1.0", "bad": "1.1", **more})

    assert said in str(caught.value)


def test_a_folder_of_another_bisection_is_refused(search):
    search({"1.0": "", "1.1": "zeros"}, "1.0", "1.1")

    with pytest.raises(InputError, match="is of another bisection"):
        search({}, "1.0", "1.1", case="small/ramp-0.5/plane/file")


def test_an_end_that_answers_wrongly_has_no_memory_to_compare(search):
    with pytest.raises(InputError, match=r"1\.1 tells nothing: failed .* -- try --metric outcome"):
        search({"1.0": "", "1.1": "zeros"}, "1.0", "1.1", metric="memory")


def test_memory_is_compared_over_five_processes(search):
    result, _ = search({"1.0": "", "1.1": "", "1.2": "hoards"}, "1.0", "1.2", metric="memory")

    assert (result.result, result.after) == ("found", "1.2")
    assert [result.of(version).figures.memory.median for version in ("1.0", "1.2")] == [
        50 * 2**20,
        90 * 2**20,
    ]
    assert result.of("1.0").figures.memory.n == 5


@pytest.fixture
def by_time(tmp_path, monkeypatch):
    """A judge of time whose comparisons say what they are told to; what was compared comes back, too."""
    compared = []

    def judge(said):
        task = Task(
            "versioned", "default", tmp_path / "s.yaml", "time", tmp_path, StoreChoice(), ("ozh", "bisect")
        )
        by = ByBouts(task, Progress())

        def verdict(versions):
            compared.append(versions)
            arms = tuple(ArmOf(case=CASE, tool=ToolId(name="versioned", version=one)) for one in versions)
            word, *between = said[versions] if isinstance(said[versions], tuple) else (said[versions],)
            low, high = between or (None, None)
            ratio = 1 / 1.5 if word == "faster" else 1.5
            one = Verdict(arms=arms, word=word, bouts=10, seconds=1, ratio=ratio, low=low, high=high)
            return one, "undecided" if word == "inconclusive" else ""

        monkeypatch.setattr(by, "_verdict", verdict)
        return by, compared

    return judge


def looked(version):
    return Looked(Release(version), lock_hash=version)


def test_a_slow_down_is_looked_for_with_the_oldest_first(by_time):
    by, compared = by_time(
        {("1", "9"): "slower", ("1", "5"): "not slower", ("1", "7"): "inconclusive", ("1", "8"): "faster"}
    )

    answers = [by.differ(looked("1"), looked(version))[0] for version in ("9", "5", "7", "8")]

    assert answers == [True, False, None, False]
    assert compared == [("1", "9"), ("1", "5"), ("1", "7"), ("1", "8")]


def test_an_undecided_time_counts_where_its_interval_is_on_one_side_of_half_the_change(by_time):
    by, _ = by_time(
        {
            ("1", "9"): "slower",
            ("1", "3"): ("inconclusive", 0.9, 1.1),
            ("1", "5"): ("inconclusive", 0.9, 1.4),
            ("1", "7"): ("inconclusive", 1.3, 1.9),
        }
    )

    answers = [by.differ(looked("1"), looked(version)) for version in ("9", "3", "5", "7")]

    assert [told for told, _ in answers] == [True, False, None, True]
    assert [one.why for _, one in answers] == ["", "", "undecided", ""]


def test_a_gain_is_looked_for_the_other_way_round(by_time):
    by, compared = by_time({("1", "9"): "faster", ("5", "1"): "slower", ("3", "1"): "not slower"})

    answers = [by.differ(looked("1"), looked(version))[0] for version in ("9", "5", "3")]

    assert answers == [True, True, False]
    assert compared == [("1", "9"), ("5", "1"), ("3", "1")]


def test_an_end_that_cannot_be_built_is_our_hosts_fault(search, package_registry, versioned):
    versioned({"1.0": ""})
    package_registry.add("fakelib", "1.1", needs=("nowhere",))

    with pytest.raises(HostError, match=r"1\.1 tells nothing: not built: .*nowhere was not found"):
        search({}, "1.0", "1.1")


def test_ends_that_are_not_slower_do_not_differ(by_time):
    by, _ = by_time({("1", "9"): "not slower"})

    assert by.differ(looked("1"), looked("9"))[0] is False
