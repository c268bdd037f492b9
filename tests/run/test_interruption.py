"""Ctrl-C, SIGTERM and SIGKILL end everything that a run started, and keep everything that it finished."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from harness.results.load import load_run

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 30


def until(condition):
    """Wait for a condition, with a deadline."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        os.sched_yield()


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_a_run_that_is_ended(ending, jobs, add_fake, small_scenario, tmp_path):
    small_scenario.write_text(small_scenario.read_text().replace("run: 60", "run: 600"))
    temporary, out = tmp_path / "temporary", tmp_path / "run"
    temporary.mkdir()
    tools = [argument for fault in ("hang-in-run", "") for argument in ("--tool", add_fake(fault))]
    command = [
        sys.executable,
        "-m",
        "harness.cli",
        "run",
        small_scenario,
        *tools,
        "--out",
        out,
        "--jobs",
        str(jobs),
    ]
    run = subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    started: list[psutil.Process] = []

    def hanging() -> bool:
        started[:] = psutil.Process(run.pid).children(recursive=True)
        return _count(out / "records.jsonl") >= 4 and any(_is_reading(temporary) for _ in started)

    until(hanging)
    run.send_signal(ending)
    said = run.communicate(timeout=PATIENCE_SECONDS)[1].decode()

    until(lambda: not any(process.is_running() and process.status() != "zombie" for process in started))
    until(lambda: list(temporary.iterdir()) == [])
    records = load_run(out).records
    assert len(records) >= 4
    assert all(record.outcome == "passed" for record in records), "an ended worker must not be charged"
    if ending != signal.SIGKILL:
        assert run.returncode == 130
        assert (
            said.strip().splitlines()[-1] == f"ozh: interrupted -- go on with: ozh run --resume --out {out}"
        )
        assert "Traceback" not in said


def _count(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _is_reading(temporary: Path) -> bool:
    """A worker's scratch folder is there, so it has started."""
    return any(path.name.startswith("ozh-worker-") for path in temporary.iterdir())
