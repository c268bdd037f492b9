"""Appends records until the disk is full: `fill_the_disk.py FOLDER raises|killed SAMPLES`.

Says which error it was, and how many records there are.
"""

import errno
import os
import sys
from pathlib import Path

from harness.results.append import RunWriter
from harness.results.model import Manifest, Record, Sample, Selection, ToolId

folder, then, many = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
manifest = Manifest(
    run="r", started="now", harness="0", command=(), seed=0, jobs=1, scenarios=(),
    selection=Selection(scenarios=()), planned=(), provenance={},
)  # fmt: skip


def record(trial: str) -> Record:
    return Record(
        trial=trial, case="c", scenario="s", dataset="d", operation="read", title="plane", store="file",
        tool=ToolId(name="thing", version="1"), scenario_digest="0", outcome="passed", expected=True,
        started="now", duration_ms=1, timed=True,
    )  # fmt: skip


def samples(trial: str) -> list[Sample]:
    return [
        Sample(
            trial=trial, session=0, repeat=repeat, phase="warm", step="operation", metric="wall",
            value=1, unit="ns",
        )
        for repeat in range(many)
    ]  # fmt: skip


if then == "killed":
    # As if the process had been killed between the partial write and what follows it.
    os.ftruncate = lambda *_: None

appended = 0
with RunWriter.create(folder, manifest) as writer:
    try:
        while True:
            writer.append(record(f"t{appended}"), samples(f"t{appended}"))
            appended += 1
    except OSError as problem:
        sys.stdout.write(f"{errno.errorcode[problem.errno or 0]} {appended}\n")
