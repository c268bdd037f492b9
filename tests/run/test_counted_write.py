"""The requests of a write are counted, and told by what they are for, with a real tool on a real MinIO."""

from collections import Counter

import pytest
from run_small import run_small

SCENARIO = """
scenario: counted-write
title: A counted write
datasets:
  - {name: ramp, source: ramp, axes: zyx, shape: [4, 64, 64], dtype: uint16, chunks: [2, 32, 32],
     ome_zarr: "0.4", codec: {name: none}}
stores: [s3]
configurations: [default]
operations:
  - {operation: write}
wire: {repeats: 1}
"""


@pytest.mark.minio
@pytest.mark.tools
@pytest.mark.xdist_group("tools")
def test_the_requests_of_a_write_are_told_by_what_they_are_for(tmp_path):
    path = tmp_path / "counted-write.yaml"
    path.write_text(SCENARIO)

    finished = run_small(path, tmp_path / "run", "tensorstore")

    (record,) = finished.records
    assert record.outcome == "passed", record.explanation
    assert record.wire.by == "trace and gateway"
    assert record.wire.needed_bytes is None
    put = [one for one in finished.requests if one.method == "PUT"]
    chunks = {f"0/{z}/{y}/{x}" for z in (0, 1) for y in (0, 1) for x in (0, 1)}
    assert Counter(one.key for one in put if one.kind == "chunk") == dict.fromkeys(chunks, 1)
    assert {one.sent for one in put if one.kind == "chunk"} == {2 * 32 * 32 * 2}
    assert {"0/.zarray", ".zattrs"} <= {one.key for one in put if one.kind == "metadata"}
