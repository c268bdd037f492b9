"""pytest-benchmark's view of what `quick.shown` names: `pytest benchmarks`, then `--benchmark-compare`.

The harness measures; here a clock is moved on by what each worker measured, for pytest-benchmark cannot be
handed samples.
"""

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from quick import shown

from harness.results.load import Run
from harness.run.plan import Trial


class WorkersClock:
    """Stands still until it is told what a worker's clock said."""

    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self._now

    def move(self, wall_ns: float) -> None:
        """Let time pass."""
        self._now += wall_ns / 1e9


clock = WorkersClock()


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All that is looked at below, measured once."""
    return shown.measured(shown.TIMED, tmp_path_factory.mktemp("timed") / "run")


@pytest.mark.parametrize("trial", shown.trials(shown.TIMED), ids=lambda trial: trial.id)
@pytest.mark.benchmark(timer=clock)
def test_warm(benchmark: BenchmarkFixture, finished: Run, trial: Trial) -> None:
    """An operation repeated in one process, the samples of all sessions."""
    record = next(record for record in finished.records if record.trial == trial.id)
    if record.outcome in ("unsupported", "not_built"):
        pytest.skip(f"{record.outcome}: {record.explanation}")
    warm = [
        sample.value
        for sample in finished.samples
        if (sample.trial, sample.phase, sample.step, sample.metric) == (trial.id, "warm", "operation", "wall")
    ]
    assert warm, record.explanation or record.outcome
    each = iter(warm)
    benchmark.group = trial.case.id  # tools are compared within a case
    benchmark.pedantic(lambda: clock.move(next(each)), rounds=len(warm))  # type: ignore[no-untyped-call]
