"""Makes the benchmarks importable by the tests beside it, and small."""

import sys
from pathlib import Path

import pytest

from harness.scenario.recipe import Recipe

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

SMALL = {
    "name": "ramp-0.4",
    "source": "ramp",
    "axes": "zyx",
    "shape": [4, 40, 30],
    "dtype": "uint16",
    "chunks": [2, 16, 16],
    "levels": 2,
    "ome_zarr": "0.4",
}

TIMED = """
scenario: timed
title: Timed
datasets:
  - {name: ramp-0.4, source: ramp, axes: zyx, shape: [4, 40, 30], dtype: uint16, chunks: [2, 16, 16],
     ome_zarr: "0.4"}
timing: {sessions: 2, warm: 3}
operations:
  - {operation: read, name: plane, region: {z: 1}}
"""


@pytest.fixture
def small_recipe() -> Recipe:
    return Recipe.model_validate(SMALL)


@pytest.fixture
def timed_scenario(tmp_path: Path) -> str:
    path = tmp_path / "timed.yaml"
    path.write_text(TIMED)
    return str(path)
