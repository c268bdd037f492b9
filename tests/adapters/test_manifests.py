"""The adapters that come with the harness: their manifests and locks, without building anything."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from harness.scenario.form import OME_ZARR
from harness.tools.manifest import Adapter, load_adapter
from harness.tools.registry import ADAPTERS

FOLDERS = sorted(path.parent for path in ADAPTERS.glob("*/adapter.toml"))
READING = ("read", "file", "scenario/dataset/read/file")
LOCKS = sorted(ADAPTERS.glob("*/locks/*.txt"))


def name_of(path: Path) -> str:
    return f"{path.parent.parent.name}-{path.stem}" if path.suffix == ".txt" else path.name


def lock_of(path: Path) -> str:
    return f"{path.parents[2].name}-{path.parent.name}"


@pytest.fixture(params=FOLDERS, ids=name_of)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    return load_adapter(request.param)


@pytest.fixture(params=LOCKS, ids=name_of)
def lock(request: pytest.FixtureRequest) -> str:
    return request.param.read_text(encoding="utf-8")


def test_an_adapter_is_called_as_its_folder(adapter: Adapter) -> None:
    assert adapter.tool.name == adapter.folder.name
    assert (adapter.folder / "README.md").is_file()


def test_every_version_that_is_built_has_a_lock_and_what_it_was_made_from(adapter: Adapter) -> None:
    made_from = {"npm": ("package.json", "package-lock.json"), "cargo": ("Cargo.toml", "Cargo.lock")}
    for version in adapter.versions:
        lock = adapter.lock(version)
        if adapter.environment.manager == "uv":
            assert lock.is_file()
            assert lock.with_suffix(".in").is_file()
        for name in made_from.get(adapter.environment.manager, ()):
            assert (lock / name).is_file()


def test_no_lock_is_left_without_a_version(adapter: Adapter) -> None:
    expected = {adapter.lock(version) for version in adapter.versions}
    assert set(adapter.folder.glob("locks/*.txt")) <= expected
    assert {path for path in adapter.folder.glob("locks/*") if path.is_dir()} <= expected


def test_a_version_that_lacks_a_format_says_where_that_is_documented(adapter: Adapter) -> None:
    for version in adapter.versions:
        can = adapter.can(version)
        if can.form != OME_ZARR:  # it is asked for its own form only
            continue
        for ome_zarr in {"0.4", "0.5"} - set(can.ome_zarr):
            assert adapter.why_unsupported(version, READING, (ome_zarr, False)) is not None
        if not can.shards and "0.5" in can.ome_zarr:
            assert adapter.why_unsupported(version, READING, ("0.5", True)) is not None


def test_a_lock_pins_and_hashes_every_package(lock: str) -> None:
    packages = re.split(r"\n(?=\S)", lock.strip())
    for package in packages:
        head, *hashes = package.replace("\\\n", "\n").splitlines()
        assert re.match(r"[a-z0-9._-]+==\S+( ;.*)?\s*$", head), head
        assert hashes, head
        assert all(re.fullmatch(r"\s+--hash=sha256:[0-9a-f]{64}\s*", one) for one in hashes), head


def test_a_lock_names_no_place(lock: str) -> None:
    assert not re.search(r"://|--index|--find-links|@ ", lock)


@pytest.mark.parametrize("path", sorted(ADAPTERS.glob("*/locks/*/package-lock.json")), ids=lock_of)
def test_a_lock_of_npm_hashes_every_package_and_names_no_place(path: Path) -> None:
    packages = json.loads(path.read_text(encoding="utf-8"))["packages"]

    del packages[""]
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())
    assert "://" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(ADAPTERS.glob("*/locks/*/Cargo.lock")), ids=lock_of)
def test_a_lock_of_cargo_hashes_every_package_of_the_one_registry(path: Path) -> None:
    packages = tomllib.loads(path.read_text(encoding="utf-8"))["package"]

    foreign = [package for package in packages if "source" in package]
    assert len(foreign) == len(packages) - 1  # all but the worker itself
    assert all("checksum" in package for package in foreign)
    assert len({package["source"] for package in foreign}) == 1
