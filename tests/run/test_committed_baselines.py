"""The baselines that are committed: readable, of the scenarios as they are, and held by what is run now."""

import sys
from pathlib import Path
from subprocess import run

import pytest

from harness.results.baseline import Counted
from harness.results.baseline_file import load_baseline
from harness.results.load import load_run
from harness.run.gate import check_scenarios, exit_code, held
from harness.run.request import work_out

ROOT = Path(__file__).resolve().parents[2]
BASELINES = sorted((ROOT / "results" / "baselines").glob("*.json"))


@pytest.mark.parametrize("path", BASELINES, ids=lambda path: path.name)
def test_a_committed_baseline_is_of_the_scenarios_as_they_are(path):
    old = load_baseline(path)
    planned = work_out(old.selection, seed=0)

    check_scenarios(planned, old)
    assert {(trial.case.id, trial.tool_id) for trial in planned.trials} == {
        (trial.case, trial.tool) for trial in old.trials
    }
    assert {trial.outcome for trial in old.trials} == {"passed"}


@pytest.mark.minio
@pytest.mark.tools
@pytest.mark.xdist_group("tools")
def test_the_gate_is_passed_now_and_a_planted_request_or_a_planted_loss_is_not(tmp_path):
    path = ROOT / "results" / "baselines" / "wire.json"
    ozh = Path(sys.executable).with_name("ozh")

    done = run([ozh, "gate", path, "--out", "run"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "16 trials compared, 16 the same" in done.stdout
    finished, old = load_run(tmp_path / "run"), load_baseline(path)
    for planted in (fewer_requests_before(old), more_trials_before(old)):
        _, comparison = held(finished, planted)
        assert comparison is not None
        assert len(comparison.of("worse")) == 1
        assert exit_code(comparison) == 1


def fewer_requests_before(old):
    first = old.trials[0]
    assert isinstance(first.counted, Counted)
    fewer = first.counted.model_copy(update={"requests": (first.counted.requests[0] - 1,) * 2})
    changed = first.model_copy(update={"counted": fewer})
    return old.model_copy(update={"trials": (changed, *old.trials[1:])})


def more_trials_before(old):
    gone = old.trials[0].model_copy(update={"case": "wire-small/nuclei-0.4/gone/s3"})
    return old.model_copy(update={"trials": (*old.trials, gone)})
