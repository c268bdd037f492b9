"""The wheel carries all that a run needs: from an empty environment, `ozh run quick` works."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from harness.host.interpreters import uv_binary

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.install, pytest.mark.minio, pytest.mark.tools, pytest.mark.xdist_group("tools")]


def call(*command: object, **more: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **more
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = (
        uv_binary(),
        "build",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        folder,
    )
    call(*command, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def ozh(wheel, tmp_path_factory):
    """An `ozh` in an environment of its own, with the locked dependencies only."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    call(uv_binary(), "venv", "--quiet", "--python", sys.executable, folder)
    python = folder / "bin" / "python"
    lock = ROOT / "requirements" / "run.txt"
    call(
        uv_binary(),
        "pip",
        "sync",
        "--quiet",
        "--compile-bytecode",
        "--require-hashes",
        "--python",
        python,
        lock,
    )
    call(uv_binary(), "pip", "install", "--quiet", "--no-deps", "--python", python, wheel)
    return folder / "bin" / "ozh"


def test_the_wheel_carries_scenarios_manifests_locks_and_workers(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())

    for part in (
        "harness/_shipped/scenarios/quick/read.yaml",
        "harness/_shipped/docker/compose.yml",
        "harness/adapters/tensorstore/adapter.toml",
        "harness/adapters/tensorstore/worker.py",
        "harness/adapters/zarr-python/locks/3.4.2.txt",
        "harness/adapters/_sdk/python/ozh_worker.py",
        "harness/datasets/catalogue.yaml",
        "harness/py.typed",
    ):
        assert part in names
    assert not any(name.startswith(("tests/", "benchmarks/", "results/")) for name in names)


def test_quick_runs_from_the_wheel_in_an_empty_folder(ozh, tmp_path):
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))
    }

    done = call(ozh, "run", "quick", "--jobs", "2", "--out", "run", cwd=tmp_path, env=environment)

    assert "43/43" in done.stdout
    assert (tmp_path / "run" / "report" / "report.html").exists()
    assert (tmp_path / "run" / "samples.parquet").exists()
