"""A guard whose temporary folder must be empty in the end, and workers with faults."""

import dataclasses
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from harness.host.guard import Guard, guard
from harness.tools.environment import Built, build
from harness.tools.process import Limits
from harness.tools.registry import ToolVersion, adapters, select
from harness.tools.session import Session, session

SMALL_WORKER = Path(__file__).parent / "small_worker.py"
SECONDS = 30  # for what ends by itself, on a slow machine too

Start = Callable[..., AbstractContextManager[Session]]


@pytest.fixture
def watcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guard]:
    """A guard with a temporary folder of its own, in which nothing may be left behind."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with guard() as one:
        yield one
        assert list(temporary.iterdir()) == []


@pytest.fixture
def fake(add_fake: Callable[..., str]) -> Callable[..., ToolVersion]:
    """Add a fake tool, and return its only version."""

    def add(*args: str, **more: str) -> ToolVersion:
        name = add_fake(*args, **more)
        return select(adapters(), [name])[0]

    return add


@pytest.fixture
def start(fake: Callable[..., ToolVersion], watcher: Guard) -> Start:
    """Start a session with the fake worker that has a fault."""

    def start_fake(fault: str = "", start_seconds: float = SECONDS, mib: int = 4096):
        built = build(fake(fault), lambda _: None)
        return session(built, "default", {"pace": "steady"}, Limits(start_seconds, mib * 1024**2), watcher)

    return start_fake


@pytest.fixture
def small(fake: Callable[..., ToolVersion]) -> Callable[[str], Built]:
    """Return a tool as built, whose worker is the small one with a behaviour."""

    def build_small(behaviour: str) -> Built:
        built = build(fake(name="small"), lambda _: None)
        command = (sys.executable, "-S", str(SMALL_WORKER), "small", behaviour)
        return dataclasses.replace(built, command=command, variables={"GIVEN": "yes"})

    return build_small


@pytest.fixture
def start_small(small: Callable[[str], Built], watcher: Guard) -> Start:
    """Start a session with the small worker."""
    return lambda behaviour: session(small(behaviour), "default", {}, Limits(SECONDS), watcher)
