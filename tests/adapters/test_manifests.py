"""The adapters that come with the harness: their manifests and locks, without building anything."""

import re
from pathlib import Path

import pytest

from harness.tools.manifest import Adapter, load_adapter
from harness.tools.registry import ADAPTERS

FOLDERS = sorted(path.parent for path in ADAPTERS.glob("*/adapter.toml"))
LOCKS = sorted(ADAPTERS.glob("*/locks/*.txt"))


def name_of(path: Path) -> str:
    return f"{path.parent.parent.name}-{path.stem}" if path.suffix == ".txt" else path.name


@pytest.fixture(params=FOLDERS, ids=name_of)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    return load_adapter(request.param)


@pytest.fixture(params=LOCKS, ids=name_of)
def lock(request: pytest.FixtureRequest) -> str:
    return request.param.read_text(encoding="utf-8")


def test_an_adapter_is_called_as_its_folder(adapter: Adapter) -> None:
    assert adapter.tool.name == adapter.folder.name
    assert (adapter.folder / "README.md").is_file()


def test_every_version_that_uv_builds_has_a_lock_and_what_it_was_made_from(adapter: Adapter) -> None:
    if adapter.environment.manager != "uv":
        pytest.skip("its user installs it")
    for version in adapter.versions:
        assert adapter.lock(version).is_file()
        assert adapter.lock(version).with_suffix(".in").is_file()


def test_no_lock_is_left_without_a_version(adapter: Adapter) -> None:
    expected = {adapter.lock(version) for version in adapter.versions}
    assert set(adapter.folder.glob("locks/*.txt")) <= expected


def test_a_version_that_lacks_a_format_says_where_that_is_documented(adapter: Adapter) -> None:
    for version in adapter.versions:
        can = adapter.can(version)
        for ome_zarr in {"0.4", "0.5"} - set(can.ome_zarr):
            assert adapter.why_unsupported(version, "read", "file", (ome_zarr, False)) is not None
        if not can.shards and "0.5" in can.ome_zarr:
            assert adapter.why_unsupported(version, "read", "file", ("0.5", True)) is not None


def test_a_lock_pins_and_hashes_every_package(lock: str) -> None:
    packages = re.split(r"\n(?=\S)", lock.strip())
    for package in packages:
        head, *hashes = package.replace("\\\n", "\n").splitlines()
        assert re.match(r"[a-z0-9._-]+==\S+( ;.*)?\s*$", head), head
        assert hashes, head
        assert all(re.fullmatch(r"\s+--hash=sha256:[0-9a-f]{64}\s*", one) for one in hashes), head


def test_a_lock_names_no_place(lock: str) -> None:
    assert not re.search(r"://|--index|--find-links|@ ", lock)
