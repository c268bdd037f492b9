"""Baselines made in memory: a few trials with figures to change."""

from typing import Any

from harness.results.baseline import Baseline, Counted, Middle, ScenarioFound, ToolFound, TrialFigures
from harness.results.model import Selection, ToolId

ZARR = ToolId(name="zarr-python", version="3.4.2")
NEWER = ToolId(name="zarr-python", version="3.5.0")
TENSORSTORE = ToolId(name="tensorstore", version="0.1.86")
PLANE, CROP = "quick/nuclei/plane/s3", "quick/nuclei/crop/s3"
MIB = 2**20


def counted(requests: Any = 19, size: Any = 4000, **other: Any) -> Counted:
    facts: dict[str, Any] = {"passes": 2, "again": (0, 0)}
    return Counted.model_validate({"requests": ranged(requests), "bytes": ranged(size), **facts, **other})


def ranged(value: Any) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def middle(value: float, low: float | None = None, high: float | None = None) -> Middle:
    return Middle(median=value, low=low or value, high=high or value, interval="range", n=3, over="sessions")


def trial(tool: ToolId = ZARR, case: str = PLANE, **other: Any) -> TrialFigures:
    facts: dict[str, Any] = {"store": case.split("/")[3], "outcome": "passed", "counted": counted()}
    return TrialFigures.model_validate({"case": case, "tool": tool, **facts, **other})


def baseline(*trials: TrialFigures, **other: Any) -> Baseline:
    facts: dict[str, Any] = {
        "made": "2026-11-22T16:58:03.000Z",
        "harness": "0.1.0",
        "host": "here",
        "selection": Selection(scenarios=("quick",)),
        "scenarios": (ScenarioFound(name="quick", digest="5f2c"),),
        "tools": tuple(
            ToolFound(name=name, version=version, lock_hash="1")
            for name, version in dict.fromkeys((one.tool.name, one.tool.version) for one in trials)
        ),
        "stores": {"s3": {"server": "MinIO", "version": "RELEASE.1"}},
    }
    return Baseline.model_validate({**facts, "trials": trials, **other})
