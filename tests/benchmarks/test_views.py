"""asv and pytest-benchmark show what the harness measured, and nothing of their own."""

import json
import math
from pathlib import Path

import pytest
import test_quick
from quick import history, speed

from harness.performance.summary import Key
from harness.results.model import Selection

REPOSITORY = Path(__file__).parents[2]


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
    monkeypatch.setattr(speed, "SELECTION", Selection(scenarios=(timed_scenario,), tools=tools))


def trial_of(tool):
    return next(trial for trial in speed.trials() if str(trial.tool_id) == tool)


@pytest.mark.usefixtures("selected")
def test_asv_is_given_the_medians_of_what_passed_and_nothing_of_what_did_not():
    view, case = history.PerToolAndCase(), trial_of("fake-honest@1").case.id

    medians = view.setup_cache()

    warm_ns = medians[Key(f"{case}::fake-honest@1", "warm", "operation", "wall")]
    assert view.track_warm(medians, "fake-honest@1", case) == pytest.approx(warm_ns / 1e9)
    assert math.isnan(view.track_warm(medians, "fake-zeros@1", case))
    assert math.isnan(view.track_peak_memory(medians, "fake-zeros@1", case))


@pytest.mark.usefixtures("selected")
def test_pytest_benchmark_is_shown_the_workers_times(tmp_path):
    trial, finished = trial_of("fake-honest@1"), speed.measure(tmp_path / "run")
    rounds = Rounds(test_quick.clock)

    test_quick.test_warm(rounds, finished, trial)

    warm = [s.value / 1e9 for s in finished.samples if (s.phase, s.metric) == ("warm", "wall")]
    assert rounds.lasted == pytest.approx(warm)
    assert len(warm) == 2 * 3


@pytest.mark.usefixtures("selected")
def test_a_wrong_answer_has_no_time_to_show(tmp_path):
    trial, finished = trial_of("fake-zeros@1"), speed.measure(tmp_path / "run")

    with pytest.raises(AssertionError, match="came back as fill value"):
        test_quick.test_warm(Rounds(test_quick.clock), finished, trial)


def test_both_views_show_every_tool_that_comes_with_the_harness_on_files_only():
    tools = {str(trial.tool_id) for trial in speed.trials()}

    assert set(history.PerToolAndCase.params[0]) == tools
    assert all(case.endswith("/file") for case in history.PerToolAndCase.params[1])


def test_the_configuration_of_asv_names_what_is_there():
    said = json.loads((REPOSITORY / "asv.conf.json").read_text())

    assert (REPOSITORY / said["benchmark_dir"] / "history.py").is_file()
    assert said["branches"] == ["main"]
    assert said["results_dir"].startswith("results/")
