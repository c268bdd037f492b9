"""What tests of several rooms share: a cache apart, and fake tools."""

import hashlib
import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "fakes"))

from fake_registry import Registry, fake_registry

SUITES = os.environ.get("OZH_SUITES")
SAMPLES = os.environ.get("OZH_SAMPLES")
FAKES = Path(__file__).parent / "fakes"

MANIFEST = """
[tool]
name = "{name}"
title = "{name}"
language = "Python"
homepage = "https://example.org/"
licence = "MIT"
kind = "library"
[versions]
default = "1"
[versions."1"]
[environment]
manager = "path"
[run]
command = ["{python}", "-u", "{worker}", "{name}", "{fault}"]
env = {{ PYTHONPATH = "{path}" }}
[capabilities]
operations = ["null", "inspect", "list", "open", "read", "write_regions", "write"]
stores = {stores}
ome_zarr = ["0.4", "0.5"]
shards = true
[configurations.default]
settings = {{ pace = "steady" }}
{more}
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Have a test that skips itself in CI fail there: what must run must not be passed over unseen."""
    report = yield
    given = {"suites": SUITES, "samples": SAMPLES}
    may_skip = any(item.get_closest_marker(name) and not folder for name, folder in given.items())
    if os.environ.get("CI") and report.skipped and not may_skip:
        report.outcome = "failed"
        report.longrepr = f"skipped, but in CI it must run: {report.longrepr}"
    return report


AddFake = Callable[..., str]


@pytest.fixture
def add_fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AddFake:
    """Add a fake tool, with a fault or honest; its name comes back."""
    folder = tmp_path / "adapters"
    folder.mkdir()
    monkeypatch.setenv("OZH_ADAPTERS", str(folder))

    def add(fault: str = "", name: str = "", more: str = "", worker: str = "fake_worker.py") -> str:
        name = name or f"fake-{fault or 'honest'}"
        (folder / name).mkdir()
        text = MANIFEST.format(
            name=name,
            fault=fault,
            python=sys.executable,
            worker=FAKES / worker,
            stores='["file"]' if worker == "fake_worker.py" else '["http"]',
            more=more,
            path=os.pathsep.join(sys.path[1:]),
        )
        (folder / name / "adapter.toml").write_text(text)
        return name

    return add


VERSIONED = """
[tool]
name = "versioned"
title = "versioned"
language = "Python"
homepage = "https://example.org/"
licence = "MIT"
kind = "library"
[versions]
default = "1.0"
[versions."1.0"]
python = "=={python}"
[environment]
manager = "uv"
package = "fakelib"
[run]
command = ["{{env}}/bin/python", "-u", "{worker}", "versioned"]
env = {{ PYTHONPATH = "{path}" }}
[capabilities]
operations = ["null", "inspect", "list", "open", "read", "write"]
stores = ["file"]
ome_zarr = ["0.4", "0.5"]
shards = true
[configurations.default]
"""


@pytest.fixture
def package_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """An empty package registry that uv is told to use, with a cache of its own."""
    with fake_registry() as registry:
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"{registry.url}/simple")
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
        monkeypatch.setenv("UV_HTTP_RETRIES", "0")
        monkeypatch.setenv("OZH_CACHE", str(tmp_path / "cache"))
        monkeypatch.delenv("UV_INDEX_URL", raising=False)
        yield registry


@pytest.fixture
def versioned(
    package_registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Put releases of `fakelib` into the registry, a fault each, and add the tool over it; return its folder.

    Of the first one there is a lock.
    """
    adapters = tmp_path / "adapters"
    monkeypatch.setenv("OZH_ADAPTERS", str(adapters))

    def add(faults: dict[str, str]) -> Path:
        for number, (version, fault) in enumerate(faults.items()):
            package_registry.add(
                "fakelib", version, module=f"FAULT = {fault!r}", day=f"2026-01-{number + 1:02}"
            )
        locks = adapters / "versioned" / "locks"
        locks.mkdir(parents=True)
        digest = hashlib.sha256(package_registry.wheels[0].content()).hexdigest()
        (locks / "1.0.in").write_text("fakelib==1.0\n")
        (locks / "1.0.txt").write_text(f"fakelib==1.0 \\\n    --hash=sha256:{digest}\n")
        (locks.parent / "adapter.toml").write_text(
            VERSIONED.format(
                python=".".join(map(str, sys.version_info[:3])),
                worker=FAKES / "versioned_worker.py",
                path=os.pathsep.join(sys.path[1:]),
            )
        )
        return locks.parent

    return add


SCENARIO = """
scenario: small
title: Small
datasets:
  - {name: ramp-0.4, source: ramp, axes: zyx, shape: [4, 40, 30], dtype: uint16, chunks: [2, 16, 16],
     levels: 2, ome_zarr: "0.4", units: {z: micrometer, y: micrometer, x: micrometer},
     scale: {z: 2, y: 0.5, x: 0.5}}
  - {name: ramp-0.5, source: ramp, axes: zyx, shape: [4, 40, 30], dtype: uint16, chunks: [2, 16, 16],
     shards: [4, 32, 32], levels: 2, ome_zarr: "0.5", units: {z: micrometer, y: micrometer, x: micrometer},
     scale: {z: 2, y: 0.5, x: 0.5}}
deadlines: {start: 60, prepare: 60, run: 60}
memory_mib: 512
operations:
  - operation: "null"
  - operation: inspect
  - operation: list
  - operation: open
  - {operation: read, name: plane, region: {z: 1}}
  - {operation: read, name: crop, level: 1, region: {y: [3, 17, 2], x: [1, 9]}}
  - operation: write
"""


@pytest.fixture
def small_scenario(tmp_path: Path) -> Path:
    """A scenario over two small images, with all operations that the fake does."""
    path = tmp_path / "small.yaml"
    path.write_text(SCENARIO)
    return path
