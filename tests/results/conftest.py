"""Records, samples and manifests to write and read."""

from collections.abc import Callable

import pytest

from harness.results.model import Footer, Manifest, Record, Sample, Selection, ToolId
from harness.results.wire import WireRequest

NOW = "2026-01-01T00:00:00.000Z"
TOOL = ToolId(name="thing", version="1")


@pytest.fixture
def record() -> Callable[..., Record]:
    def make(trial: str = "case::thing@1", **more: object) -> Record:
        base = {
            "trial": trial, "case": "case", "scenario": "s", "dataset": "d", "operation": "read",
            "title": "plane", "store": "file", "tool": TOOL, "scenario_digest": "0",
            "outcome": "passed", "expected": True, "started": NOW, "duration_ms": 1.5, "timed": True,
        }  # fmt: skip
        return Record.model_validate({**base, **more})

    return make


@pytest.fixture
def sample() -> Callable[..., Sample]:
    def make(trial: str = "case::thing@1", **more: object) -> Sample:
        base = {
            "trial": trial, "session": 0, "repeat": 0, "phase": "cold", "step": "operation", "metric": "wall",
            "value": 1.0, "unit": "ns",
        }  # fmt: skip
        return Sample.model_validate({**base, **more})

    return make


@pytest.fixture
def request_seen() -> Callable[..., WireRequest]:
    def make(trial: str = "case::thing@1", **more: object) -> WireRequest:
        base = {
            "trial": trial, "repeat": 0, "number": 0, "step": "open", "method": "GET", "key": "zarr.json",
            "kind": "metadata", "status": 200, "sent": 0, "received": 7, "head": 300, "begin_ms": 0.5,
            "end_ms": 1.5, "user_agent": "thing/1", "connection": 0, "in_flight": 1,
        }  # fmt: skip
        return WireRequest.model_validate({**base, **more})

    return make


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        run="r", started=NOW, harness="0", command=("ozh", "run"), seed=0, jobs=1, scenarios=(),
        selection=Selection(scenarios=("quick",)), planned=("a", "b", "case::thing@1"), provenance={},
    )  # fmt: skip


@pytest.fixture
def footer() -> Footer:
    return Footer(ended=NOW, records=1, outcomes={"passed": 1}, unexpected=0)
