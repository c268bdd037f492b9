"""Workloads in small, through real tools: every pattern of a walk, a plate, and several writers at once."""

import pytest
from run_small import run_small

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("tools")]

SCENARIOS = {
    "walks": """
datasets:
  - {name: old, source: microscopy, axes: tzyx, shape: [3, 6, 40, 30], dtype: uint16, chunks: [1, 2, 16, 16],
     levels: 2, ome_zarr: "0.4"}
  - {name: sharded, source: microscopy, axes: tzyx, shape: [3, 6, 40, 30], dtype: uint16, levels: 2,
     chunks: [1, 2, 8, 8], shards: [2, 4, 16, 16], ome_zarr: "0.5"}
operations:
  - {operation: walk, name: planes, pattern: planes, at: {t: 1}}
  - {operation: walk, name: viewport, pattern: viewport, size: {y: 8, x: 8}, count: 6}
  - {operation: walk, name: crops, pattern: crops, size: {z: 3, y: 9, x: 9}, count: 5}
  - {operation: walk, name: slices, pattern: slices, at: {t: 0}, count: 6}
  - {operation: walk, name: blocks, pattern: blocks, size: {t: 2, z: 4, y: 17, x: 16}, level: 1}
  - {operation: walk, name: series, pattern: series, count: 3}
  - {operation: walk, name: chunks, pattern: inner-chunks}
""",
    "plates": """
datasets:
  - {name: old, source: microscopy, axes: cyx, shape: [2, 40, 30], dtype: uint16, chunks: [1, 32, 32],
     levels: 2, ome_zarr: "0.4", plate: {rows: 1, columns: 2, fields: 2}}
  - {name: new, source: microscopy, axes: cyx, shape: [2, 40, 30], dtype: uint16, chunks: [1, 32, 32],
     levels: 2, ome_zarr: "0.5", plate: {rows: 2, columns: 2}}
operations:
  - {operation: walk, name: thumbnails, pattern: images, level: 1}
  - {operation: walk, name: open-all, pattern: openings}
""",
    "writers": """
datasets:
  - {name: old, source: microscopy, axes: zyx, shape: [4, 40, 30], dtype: uint16, chunks: [2, 16, 16],
     ome_zarr: "0.4"}
  - {name: sharded, source: microscopy, axes: zyx, shape: [4, 40, 30], dtype: uint16, chunks: [2, 8, 8],
     shards: [4, 16, 16], ome_zarr: "0.5"}
operations:
  - {operation: write_regions, name: whole, size: {z: 4, y: 16, x: 16}, writers: 2, rounds: 1}
""",
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_all_is_right(name, tmp_path):
    path = tmp_path / f"{name}.yaml"
    path.write_text(f"scenario: {name}\ntitle: Small\nconfigurations: [default]\n{SCENARIOS[name]}")

    finished = run_small(path, tmp_path / "run", "zarr-python", "tensorstore")

    assert {record.outcome for record in finished.records} == {"passed"}, [
        record.explanation for record in finished.records if record.outcome != "passed"
    ]
