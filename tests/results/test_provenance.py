"""Where a run was made, without naming the machine."""

import json
import platform
import subprocess

import psutil
import pytest

from harness.results import provenance as module
from harness.results.provenance import harness_version, host_id, provenance

KEYS = {
    *("host", "system", "kernel", "machine", "cpu", "cpus", "cpus_usable", "memory_bytes", "load_1min"),
    *("python", "git"),
}


@pytest.fixture(autouse=True)
def unknown_host():
    """Have each test find out anew which host this is."""
    host_id.cache_clear()
    yield
    host_id.cache_clear()


def test_all_is_there_that_a_reader_needs():
    facts = provenance()

    assert set(facts) == KEYS
    assert facts["memory_bytes"] == psutil.virtual_memory().total
    assert 1 <= facts["cpus_usable"] <= facts["cpus"]
    assert json.loads(json.dumps(facts)) == facts


def test_the_machine_is_told_apart_but_not_named(monkeypatch):
    own = host_id()
    assert host_id() == own
    monkeypatch.setattr(platform, "node", lambda: "microscope-of-somebody")
    host_id.cache_clear()

    assert "microscope-of-somebody" not in json.dumps(provenance())
    assert host_id() != own


def test_the_state_of_the_checkout_is_told(tmp_path, monkeypatch):
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    for arguments in (["init", "--quiet"], ["commit", "--quiet", "--allow-empty", "-m", "first"]):
        subprocess.run([*git, *arguments], check=True)
    monkeypatch.setattr(module, "PACKAGE", tmp_path / "harness")
    clean = provenance()["git"]
    (tmp_path / "file").write_text("x")

    assert len(clean["commit"]) == 40
    assert not clean["changed"]
    assert provenance()["git"] == {"commit": clean["commit"], "changed": True}


def test_outside_a_checkout_and_without_git_there_is_no_state(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PACKAGE", tmp_path / "harness")
    assert provenance()["git"] is None

    (tmp_path / ".git").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provenance()["git"] is None


def test_the_harness_knows_its_version():
    assert harness_version()[0].isdigit()
