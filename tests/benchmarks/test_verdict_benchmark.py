"""The statistics of the verdicts' benchmark, on numbers whose answer is known."""

import importlib
import json
from pathlib import Path

import numpy as np
import pytest

from harness.results.bouts import ArmOf, BoutSeen
from harness.results.model import ToolId

VERDICTS = Path(__file__).parents[2] / "benchmarks" / "verdicts"


def of_the_benchmark(name, monkeypatch):
    monkeypatch.syspath_prepend(str(VERDICTS))
    return importlib.import_module(name)


@pytest.fixture
def binomial(monkeypatch):
    return of_the_benchmark("binomial", monkeypatch)


@pytest.fixture
def rules(monkeypatch):
    return of_the_benchmark("rules", monkeypatch)


@pytest.fixture
def resampled(monkeypatch):
    return of_the_benchmark("resampled", monkeypatch)


@pytest.fixture
def recording(monkeypatch):
    return of_the_benchmark("recording", monkeypatch)


def test_exact_intervals_are_those_of_the_tables(binomial):
    assert binomial.exact_interval(0, 60) == pytest.approx((0, 0.0596), abs=1e-4)
    assert binomial.exact_interval(38, 40) == pytest.approx((0.8308, 0.9939), abs=1e-4)
    assert binomial.exact_interval(20, 20) == pytest.approx((0.8316, 1), abs=1e-4)


def test_a_share_of_nothing_is_refused(binomial):
    with pytest.raises(ValueError, match="0 of 0"):
        binomial.exact_interval(0, 0)


def processes(seed, many, slower=1.0):
    draw = np.random.default_rng(seed)
    return [(draw.normal(slower, 0.01, (40, 4)) * 1e6).astype(np.int64) for _ in range(many)]


def test_the_classic_rules_find_a_fifth_and_let_identical_quiet_processes_pass(rules):
    same, slow = processes(1, 20), processes(2, 20, slower=1.2)
    assert not rules.pytest_benchmark(same[0], same[1])
    assert rules.pytest_benchmark(same[0], slow[0])
    assert rules.pyperf(same, slow)
    assert rules.asv(same[:2], slow[:2])
    assert not rules.asv(same[:2], same[2:4])
    assert not rules.asv(slow[:2], same[:2])


def test_recorded_bouts_are_judged_in_their_order_and_a_slower_once_more(resampled):
    steps = np.arange(130) / 1e6
    assert resampled.judge(0.1 + steps) == resampled.Judged("slower", 10, confirmed=True)
    assert resampled.judge(np.r_[0.1 + steps[:10], steps[10:]]) == resampled.Judged("slower", 10)
    assert resampled.judge(steps) == resampled.Judged("not slower", 10)


def test_a_recording_is_read_back_as_it_was_written(recording, tmp_path):
    arm = ArmOf(case="s/d/o/file", tool=ToolId(name="tool", version="1"))
    times = ((1, 2), (3, 4)), ((5, 6), (7, 8))
    bout = BoutSeen(
        arms=(arm, arm), purpose="null", number=0, spawned=(1, 0), orders=((0, 1), (1, 0)),
        wall_ns=times, cpu_ns=times, seconds=2.0,
    )  # fmt: skip
    recording.write(tmp_path / "bouts.npz", [(bout, 0.05), (bout, 0)])

    first, second = recording.read(tmp_path / "bouts.npz")

    assert (first.impl, first.slow, second.slow) == ("tool", 0.05, 0)
    assert first.wall_ns.tolist() == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]


# --- what is published: bouts of real readers, so that the statistics can be tried by themselves


@pytest.fixture
def published(recording):
    return recording.read(Path(__file__).parents[2] / "results" / "verdicts" / "bouts.npz")


def log_ratios(bouts, impl, slow):
    found = [bout.log_ratio for bout in bouts if (bout.impl, bout.slow) == (impl, slow)]
    assert len(found) >= 30
    return np.array(found)


@pytest.mark.parametrize("impl", ["tensorstore", "zarr-python"])
def test_identical_readers_are_hardly_ever_called_slower(impl, published, resampled):
    same = log_ratios(published, impl, 0.0)
    draw = np.random.default_rng(0)

    judged = [resampled.judge(draw.choice(same, 130) * draw.choice((-1, 1), 130)) for _ in range(500)]

    assert sum(one.word == "slower" for one in judged) <= 6
    assert not any(one.confirmed for one in judged)


@pytest.mark.parametrize("impl", ["tensorstore", "zarr-python"])
@pytest.mark.parametrize("slow", [0.05, 0.1])
def test_readers_that_were_slowed_are_called_slower(impl, slow, published, resampled):
    slowed = log_ratios(published, impl, slow)
    draw = np.random.default_rng(0)

    judged = [resampled.judge(draw.choice(slowed, 130)) for _ in range(100)]

    assert sum(one.word == "slower" for one in judged) >= 90


def test_how_the_published_comparisons_came_out_is_what_the_readme_says(resampled):
    root = Path(__file__).parents[2]
    lines = (root / "results" / "verdicts" / "comparisons.jsonl").read_text().splitlines()
    done = [json.loads(line) for line in lines]
    readme = (root / "benchmarks" / "README.md").read_text()

    for tool, slow in {(one["tool"], one["slow"]) for one in done}:
        these = [one["word"] for one in done if (one["tool"], one["slow"]) == (tool, slow)]
        said = f"| {tool} | {100 * slow:g} % | {len(these)} | {these.count('slower')} = "
        assert said + resampled.share(these.count("slower"), len(these)) in readme
