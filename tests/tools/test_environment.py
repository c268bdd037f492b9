"""A tool's environment: where it is, when it changes, and what happens where there is none."""

import hashlib

import pytest

from harness.host.errors import HostError, InputError
from harness.host.interpreters import Interpreter
from harness.tools import environment
from harness.tools.environment import build, folder_of, is_built, lock_hash, remove
from harness.tools.manifest import load_adapter
from harness.tools.registry import SDK, ToolVersion

MANIFEST = """
default = "1"
configurations = {{ default = {{}} }}
environment = {{ manager = "{manager}" }}
versions = {{ "1" = {{ python = ">=3.12" }} }}
tool = {{ name = "thing", title = "Thing", language = "Python", homepage = "https://example.org/", licence = "MIT", kind = "cli" }}
run = {{ command = ["{command}", "{{adapter}}/worker.py"], env = {{ PYTHONPATH = "{{sdk}}/python" }} }}
capabilities = {{ operations = ["null"], stores = ["file"], ome_zarr = ["0.5"] }}
"""  # noqa: E501


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("OZH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def tool(tmp_path):
    """Return a tool whose manifest is written as told; its lock holds one line."""

    def make(manager="uv", command="{env}/bin/python", lock="six==1.17.0\n"):
        folder = tmp_path / "thing"
        (folder / "locks").mkdir(parents=True, exist_ok=True)
        (folder / "adapter.toml").write_text(MANIFEST.format(manager=manager, command=command))
        (folder / "locks" / "1.txt").write_text(lock)
        return ToolVersion(load_adapter(folder), "1")

    return make


@pytest.fixture
def installs(monkeypatch):
    """Stand in for the installing itself; what it was asked for is returned."""
    asked = []

    def ensure_venv(folder, python, lock, say):
        asked.append((python, lock))
        say("installing")
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").touch()

    monkeypatch.setattr(environment, "ensure_venv", ensure_venv)
    return asked


def test_the_folder_changes_with_the_manifest_the_lock_and_the_platform(tool, monkeypatch, cache):
    folders = [
        folder_of(tool()),
        folder_of(tool(lock="six==1.16.0\n")),
        folder_of(tool(command="{env}/bin/python3")),
    ]
    monkeypatch.setattr("platform.platform", lambda: "another")
    folders.append(folder_of(tool()))

    assert len(set(folders)) == 4
    assert {folder.parent for folder in folders} == {cache / "environments"}
    assert all(folder.name.startswith("thing-1-") for folder in folders)


def test_the_folder_stays_while_nothing_changes(tool):
    assert folder_of(tool()) == folder_of(tool())


def test_the_lock_hash_is_that_of_the_file(tool):
    assert lock_hash(tool()) == hashlib.sha256(b"six==1.17.0\n").hexdigest()


def test_the_lock_hash_of_a_tool_without_lock_is_that_of_its_manifest(tool):
    one = tool("path", "sh")
    manifest = (one.adapter.folder / "adapter.toml").read_bytes()

    assert lock_hash(one) == hashlib.sha256(manifest).hexdigest()


def test_a_missing_lock_is_named(tool):
    one = tool()
    one.adapter.lock("1").unlink()

    with pytest.raises(InputError, match=r"thing@1 has no lock: .*locks/1\.txt is missing"):
        build(one, lambda _: None)


def test_an_environment_is_built_once_and_its_places_are_filled_in(tool, installs):
    one, said = tool(), []
    assert not is_built(one)

    first, second = build(one, said.append), build(one, said.append)

    assert is_built(one)
    assert said == ["installing"]
    assert installs[0][1] == one.adapter.lock("1")
    assert first == second
    assert first.command == (f"{folder_of(one)}/bin/python", f"{one.adapter.folder}/worker.py")
    assert first.variables == {"PYTHONPATH": f"{SDK}/python"}
    assert first.lock_hash == lock_hash(one)


def test_a_command_of_the_users_is_found_on_path(tool, tmp_path, monkeypatch, installs):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "thing").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "thing").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    one = tool("path", "thing")

    assert build(one, lambda _: None).command[0] == str(tmp_path / "bin" / "thing")
    assert is_built(one)
    assert installs == []


def test_a_command_that_is_not_on_path_says_where_to_get_it(tool):
    with pytest.raises(HostError) as caught:
        build(tool("path", "no-such-command"), lambda _: None)

    said = "thing@1: 'no-such-command' is not on PATH -- install it: https://example.org/"
    assert str(caught.value) == said


def test_an_interpreter_of_this_machine_is_handed_over_by_its_path(tool, installs, monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "choose", lambda _: Interpreter(tmp_path / "python", None))

    build(tool(), lambda _: None)

    assert installs[0][0] == str(tmp_path / "python")


def test_where_no_interpreter_fits_uv_may_get_one_unless_that_is_forbidden(tool, installs, monkeypatch):
    monkeypatch.setattr(environment, "choose", lambda _: None)
    monkeypatch.setenv("OZH_OFFLINE", "1")
    with pytest.raises(HostError, match=r"thing@1 needs Python >=3\.12, and this machine has none"):
        build(tool(), lambda _: None)

    monkeypatch.delenv("OZH_OFFLINE")
    build(tool(), lambda _: None)
    assert installs[0][0] == ">=3.12"


@pytest.mark.usefixtures("installs")
def test_an_environment_can_be_removed(tool, cache):
    one = tool()
    build(one, lambda _: None)

    assert remove(one)
    assert not is_built(one)
    assert list((cache / "environments").iterdir()) == []
    assert not remove(one)
