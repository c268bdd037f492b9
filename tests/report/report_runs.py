"""Runs made in memory, small and large, for the tests of reports."""

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from harness.results.load import Run
from harness.results.model import (
    Footer,
    Manifest,
    Outcome,
    Problem,
    Record,
    Sample,
    ScenarioUsed,
    Selection,
    ToolId,
    ToolUsed,
)

TENSORSTORE = ToolId(name="tensorstore", version="0.1.86")
ZARR_2 = ToolId(name="zarr-python", version="2.18.7")
ZARR_3 = ToolId(name="zarr-python", version="3.4.2")
ZARR_3_TUNED = ToolId(name="zarr-python", version="3.4.2", configuration="tuned")
OME_ZARR_PY = ToolId(name="ome-zarr-py", version="0.21.0")


def record(
    tool: ToolId = TENSORSTORE,
    case: str = "quick/nuclei/plane/file",
    outcome: Outcome = "passed",
    **other: Any,
) -> Record:
    scenario, dataset, title, store, *network = case.split("/")
    facts: dict[str, Any] = {
        "operation": "read",
        "scenario_digest": "sha256:5f2c",
        "expected": outcome in ("passed", "unsupported", "known_issue"),
        "started": "2026-11-22T16:58:03.120Z",
        "duration_ms": 41.5,
        "network": network[0] if network else "direct",
    }
    return Record(
        trial=f"{case}::{tool}",
        case=case,
        scenario=scenario,
        dataset=dataset,
        title=title,
        store=store,
        tool=tool,
        outcome=outcome,
        **{**facts, **other},
    )


def walls(
    of: Record, milliseconds: Iterable[float], *, step: str = "operation", phase: str = "warm"
) -> list[Sample]:
    return [
        Sample(
            trial=of.trial,
            session=place,
            repeat=0,
            phase=phase,
            step=step,
            metric="wall",
            value=value * 1e6,
            unit="ns",
        )
        for place, value in enumerate(milliseconds)
    ]


def memory(of: Record, mebibytes: float) -> Sample:
    return Sample(
        trial=of.trial,
        session=0,
        repeat=0,
        phase="warm",
        step="operation",
        metric="peak_rss",
        value=mebibytes * 2**20,
        unit="bytes",
    )


def run_of(
    records: Iterable[Record] = (),
    samples: Iterable[Sample] = (),
    *,
    planned: Iterable[str] = (),
    stores: dict[str, Any] | None = None,
    torn: bool = False,
    tools: Iterable[ToolUsed] = (),
    scenarios: Iterable[tuple[str, str]] = (("quick", "A few reads, everywhere"),),
) -> Run:
    records = tuple(records)
    outcomes = [one.outcome for one in records]
    return Run(
        folder=Path("run"),
        manifest=Manifest(
            run="2026-11-22T165803-quick",
            started="2026-11-22T16:58:03.000Z",
            harness="0.1.0",
            command=("ozh", "run", "quick"),
            seed=7,
            jobs=1,
            scenarios=tuple(
                ScenarioUsed(
                    name=name, title=title, path=f"scenarios/quick/{name}.yaml", digest="sha256:5f2c"
                )
                for name, title in scenarios
            ),
            selection=Selection(scenarios=("quick",)),
            planned=tuple(planned) or tuple(one.trial for one in records),
            provenance={
                "host": "5d41402abc4b2a76",
                "system": "Linux",
                "kernel": "6.12.9",
                "machine": "x86_64",
                "cpu": "AMD Ryzen 9 7950X 16-Core Processor",
                "cpus": 32,
                "cpus_usable": 32,
                "memory_bytes": 64 * 2**30,
                "load_1min": 0.31,
                "python": "3.11.7",
                "git": {"commit": "19fa0ad", "changed": False},
            },
            stores=stores or {"file": {"filesystem": "ext4"}},
        ),
        records=records,
        samples=tuple(samples),
        footer=None
        if torn
        else Footer(
            ended="2026-11-22T17:09:41.000Z",
            records=len(records),
            outcomes={one: outcomes.count(one) for one in outcomes},
            unexpected=sum(not one.expected for one in records),
            tools=tuple(tools),
        ),
    )


MINIO = {
    "file": {"filesystem": "ext4"},
    "http": {"server": "MinIO", "version": "RELEASE.2026-10-15", "found": "on PATH"},
    "s3": {"server": "MinIO", "version": "RELEASE.2026-10-15", "found": "on PATH"},
}
_MODERN = ("idr0062A-like", "nuclei-v3", "sharded-em", "ramp")
_TITLES = ("inspect", "open", "plane", "slab", "crop", "strided", "downsample", "write", "labels", "list")


def large_run(*, stores: dict[str, Any] | None = None, seed: int = 7) -> Run:
    """Return a run as it might be: four tools, one of them tuned as well, 40 cases on each of 3 stores."""
    chance = random.Random(seed)
    records: list[Record] = []
    samples: list[Sample] = []
    speed = {"tensorstore": 1.0, "zarr-python": 2.6, "ome-zarr-py": 3.4}
    for tool in (ZARR_3, TENSORSTORE, ZARR_2, ZARR_3_TUNED, OME_ZARR_PY):
        for dataset in _MODERN:
            for title in _TITLES:
                for store in ("file", "http", "s3"):
                    timed = title in ("plane", "slab", "crop") and dataset != "ramp"
                    one = _likely(tool, f"reads/{dataset}/{title}/{store}", timed=timed)
                    records.append(one)
                    if timed and one.outcome == "passed":
                        base = speed[tool.name] * {"file": 2.1, "http": 9.0, "s3": 11.0}[store]
                        base *= {"plane": 1, "slab": 3.5, "crop": 0.6}[title]
                        base *= 0.7 if tool.configuration == "tuned" and store != "file" else 1
                        samples += _likely_samples(one, base, chance)
    used = [
        ToolUsed(
            tool=tool,
            lock_hash="sha256:9be1c2",
            title=tool.name,
            homepage="https://example.org/" + tool.name,
            language="Python",
            packages={"numpy": "2.4.6", "numcodecs": "0.16.5", tool.name: tool.version},
            settings={"async": {"concurrency": 64 if tool.configuration == "tuned" else 10}},
        )
        for tool in (ZARR_3, TENSORSTORE, ZARR_2, ZARR_3_TUNED, OME_ZARR_PY)
    ]
    return run_of(
        records,
        samples,
        stores=stores or MINIO,
        tools=used,
        scenarios=[("reads", "The same images through every reader")],
    )


def _likely(tool: ToolId, case: str, *, timed: bool) -> Record:
    """Return the first story that fits, else a right answer."""
    _, dataset, title, _ = case.split("/")
    stories: list[tuple[bool, Outcome, dict[str, Any]]] = [
        (tool == ZARR_2 and dataset in ("nuclei-v3", "sharded-em"), "unsupported", NO_V3),
        (tool == TENSORSTORE and title in ("inspect", "list", "labels"), "unsupported", NO_METADATA),
        (tool == OME_ZARR_PY and (dataset, title) == ("ramp", "downsample"), "known_issue", HALF_A_PIXEL),
        (tool.version == "3.4.2" and (dataset, title) == ("sharded-em", "strided"), "failed", FILLED),
        (tool == OME_ZARR_PY and case == "reads/sharded-em/slab/s3", "timeout", TOO_LATE),
        (tool == ZARR_3_TUNED and case == "reads/idr0062A-like/slab/http", "errored", DISCONNECTED),
        (tool == ZARR_2 and case == "reads/ramp/write/s3", "infrastructure", OUR_FAULT),
        (tool == TENSORSTORE and (dataset, title) == ("nuclei-v3", "crop"), "passed", WITH_A_NOTE),
        (True, "passed", {}),
    ]
    outcome, facts = next((outcome, facts) for fits, outcome, facts in stories if fits)
    return record(tool, case, outcome, timed=timed, lock_hash="sha256:9be1c2", **facts)


NO_V3 = {
    "explanation": "Zarr v3 needs zarr-python 3",
    "url": "https://zarr.readthedocs.io/en/stable/user-guide/v3_migration.html",
}
NO_METADATA = {
    "explanation": "It reads arrays; OME-Zarr metadata are not its business.",
    "url": "https://google.github.io/tensorstore/",
}
HALF_A_PIXEL = {
    "explanation": "The level's contents are shifted by half a pixel against its scale and translation.",
    "notes": ("nearest takes the first element of each block",),
    "url": "https://github.com/ome/ome-zarr-py/issues/403",
    "evidence": {"kind": "shifted", "shift": {"y": 0.5, "x": 0.5}},
}
FILLED = {
    "explanation": "3 of 64 chunks hold the fill value 0 where data should be: (0, 4), (0, 5), (1, 4).",
    "evidence": {"kind": "fill", "chunks": [[0, 4], [0, 5], [1, 4]], "of": 64},
    "warnings": ("UserWarning: Object at 0.zattrs is not recognized as a part of a Zarr hierarchy.",),
    "stderr": "Traceback (most recent call last):\n  File \"worker.py\", line 88\nKeyError: '(0, 4)'\n",
}
TOO_LATE = {"explanation": "No answer within 120 s; its processes were ended."}
DISCONNECTED = {
    "explanation": "The tool raised an error.",
    "problem": Problem(type="ClientDisconnectedError", message="Server disconnected"),
}
OUR_FAULT = {"explanation": "MinIO answered 503 three times."}
WITH_A_NOTE = {"notes": ("NaN payloads differ, all values are NaN",)}


def _likely_samples(of: Record, base: float, chance: random.Random) -> list[Sample]:
    samples: list[Sample] = []
    for session in range(5):
        bias = chance.lognormvariate(0, 0.05)
        cold = {"session": session, "repeat": 0, "phase": "cold"}
        times = [
            Sample(
                **cold,
                trial=of.trial,
                step="start",
                metric="host_wall",
                value=bias * 3.1e8 + base * 1e6,
                unit="ns",
            ),
            Sample(**cold, trial=of.trial, step="open", metric="wall", value=base * bias * 1.7e6, unit="ns"),
            Sample(
                **cold, trial=of.trial, step="operation", metric="wall", value=base * bias * 3.1e6, unit="ns"
            ),
        ]
        warm = [
            Sample(
                trial=of.trial,
                session=session,
                repeat=repeat,
                phase="warm",
                step="operation",
                metric="wall",
                value=base * bias * chance.lognormvariate(0, 0.06) * 1e6,
                unit="ns",
            )
            for repeat in range(8)
        ]
        samples += [*times, *warm, memory(of, 90 + base * 3 * bias)]
    return samples
