"""asv and pytest-benchmark show what the harness measured, and nothing of their own."""

import json
import math
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace as Namespace

import pytest
import test_quick
from quick import history, shown

from harness.results.baseline import Counted, Middle, TrialFigures
from harness.results.model import Selection, parse_tool

REPOSITORY = Path(__file__).parents[2]
HONEST, ZEROS = "fake-honest@1", "fake-zeros@1"


class Rounds:
    """Stands for pytest-benchmark's fixture: notes what its timer shows after each round."""

    def __init__(self, clock):
        self.clock = clock
        self.lasted = []

    def pedantic(self, step, rounds):
        for _ in range(rounds):
            begun = self.clock()
            step()
            self.lasted.append(self.clock() - begun)


@pytest.fixture
def selected(monkeypatch, timed_scenario, add_fake):
    """A timed scenario, through a tool without a fault and one that reads zeros."""
    tools = (add_fake(), add_fake("zeros"))
    monkeypatch.setattr(shown, "TIMED", Selection(scenarios=(timed_scenario,), tools=tools))
    monkeypatch.setattr(history, "_TIMED_TOOLS", [HONEST, ZEROS])


def trial_of(tool):
    return next(trial for trial in shown.trials(shown.TIMED) if str(trial.tool_id) == tool)


@pytest.mark.usefixtures("selected")
def test_asv_is_given_the_medians_of_what_passed_and_nothing_of_what_did_not():
    view, case = history.Times(), trial_of(HONEST).case.id

    timed = view.setup_cache()

    figures = timed[0][HONEST, case]
    assert view.track_warm(timed, HONEST, case) == figures.times["operation warm"].median / 1e9
    assert view.track_cold(timed, HONEST, case) == figures.times["operation cold"].median / 1e9
    assert view.track_ratio(timed, HONEST, case) == 1  # to itself
    for track in (view.track_warm, view.track_cold, view.track_peak_memory, view.track_ratio):
        assert math.isnan(track(timed, ZEROS, case))


def test_ratios_are_of_sessions_of_the_same_round():
    warm = {"phase": "warm", "step": "operation", "metric": "wall"}
    walls = {HONEST: (10, 1000), ZEROS: (20, 2000)}  # the machine was a hundred times slower in the second
    samples = [
        Namespace(trial=tool, session=session, value=value, **warm)
        for tool, values in walls.items()
        for session, value in enumerate(values)
    ]
    records = [Namespace(trial=tool, case="c", tool=tool) for tool in walls]

    ratios = shown.ratios(Namespace(records=records, samples=samples), HONEST)

    assert ratios == {(HONEST, "c"): 1, (ZEROS, "c"): pytest.approx(2)}


def test_asv_is_given_memory_in_bytes():
    memory = Middle(median=300.0, low=200, high=400, interval="range", n=3, over="sessions")
    figures = TrialFigures(case="c", store="file", tool=parse_tool(HONEST), outcome="passed", memory=memory)

    assert history.Times().track_peak_memory(({(HONEST, "c"): figures}, {}), HONEST, "c") == 300


def test_asv_is_given_the_most_requests_and_bytes_of_all_passes():
    counted = Counted(passes=2, requests=(7, 9), bytes=(70, 90), again=(0, 0))
    facts = {"case": "c", "store": "s3", "tool": parse_tool(HONEST)}
    figures = {
        (HONEST, "c"): TrialFigures(outcome="passed", counted=counted, **facts),
        (ZEROS, "c"): TrialFigures(outcome="failed", **facts),
    }

    view = history.Wire()

    assert view.track_requests(figures, HONEST, "c") == 9
    assert view.track_bytes(figures, HONEST, "c") == 90
    assert math.isnan(view.track_requests(figures, ZEROS, "c"))


@pytest.mark.usefixtures("selected")
def test_pytest_benchmark_is_shown_the_workers_times(tmp_path):
    trial, finished = trial_of(HONEST), shown.measured(shown.TIMED, tmp_path / "run")
    rounds = Rounds(test_quick.clock)

    test_quick.test_warm(rounds, finished, trial)

    warm = [s.value / 1e9 for s in finished.samples if (s.phase, s.metric) == ("warm", "wall")]
    assert rounds.lasted == pytest.approx(warm)
    assert len(warm) == 2 * 3


@pytest.mark.usefixtures("selected")
def test_a_wrong_answer_has_no_time_to_show(tmp_path):
    trial, finished = trial_of(ZEROS), shown.measured(shown.TIMED, tmp_path / "run")

    with pytest.raises(AssertionError, match="came back as fill value"):
        test_quick.test_warm(Rounds(test_quick.clock), finished, trial)


def test_the_views_show_every_tool_that_comes_with_the_harness_unless_some_are_chosen():
    tools = {str(trial.tool_id) for trial in shown.trials(shown.TIMED)}

    assert set(history.Times.params[0]) == tools
    assert all(case.endswith("/file") for case in history.Times.params[1])
    assert {case.split("/")[-1] for case in history.Wire.params[1]} == {"http", "s3"}


def test_the_environment_chooses_scenarios_stores_and_tools():
    asked = (
        "from quick import history as h;"
        "print(h.Times.params, h.Wire.params[0], h.Times.track_ratio.unit, sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=REPOSITORY / "benchmarks", check=True, capture_output=True,
        text=True,
        env={
            "PATH": "", "OZH_BENCH_TIMED": "wire/first-look", "OZH_BENCH_STORES": "s3",
            "OZH_BENCH_TOOLS": "zarr-python tensorstore",
        },
    )  # fmt: skip

    times, wire, unit = done.stdout.splitlines()
    assert "wire-first-look/nuclei-0.5/plane/s3/office" in times
    assert wire.startswith("['zarr-python@3.")  # the one named first
    assert "tensorstore" in wire
    assert unit.startswith("x zarr-python@3.")


def test_pytest_benchmark_compares_with_an_earlier_run(timed_scenario, add_fake, tmp_path, monkeypatch):
    monkeypatch.setenv("OZH_BENCH_TIMED", timed_scenario)
    monkeypatch.setenv("OZH_BENCH_TOOLS", add_fake())
    # Where tests run beside others, pytest-benchmark would keep nothing.
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "benchmarks/test_quick.py",
        f"--benchmark-storage={tmp_path / 'kept'}",
    ]  # fmt: skip

    for option in ("--benchmark-autosave", "--benchmark-compare"):
        done = subprocess.run([*command, option], cwd=REPOSITORY, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout

    assert "(NOW)" in done.stdout
    assert f"test_warm[timed/ramp-0.4/plane/file::{HONEST}] (0001_" in done.stdout


def test_the_configuration_of_asv_names_what_is_there():
    said = json.loads((REPOSITORY / "asv.conf.json").read_text())

    assert (REPOSITORY / said["benchmark_dir"] / "history.py").is_file()
    assert said["branches"] == ["main"]
    assert said["results_dir"].startswith("results/")
