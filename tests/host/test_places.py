"""Where the harness writes without being told, and where it finds what comes with it."""

import pytest

from harness.host import places
from harness.host.errors import HostError
from harness.host.places import cache, offline, shipped


def test_a_cache_folder_is_made_below_the_root_that_was_named(tmp_path, monkeypatch):
    monkeypatch.setenv("OZH_CACHE", str(tmp_path / "deep" / "root"))

    assert cache("environments") == tmp_path / "deep" / "root" / "environments"
    assert cache("environments").is_dir()


def test_a_cache_folder_is_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OZH_CACHE", "here")
    assert cache("room") == tmp_path / "here" / "room"

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("OZH_CACHE", "~/there")
    assert cache("room") == tmp_path / "there" / "room"


def test_without_a_root_it_is_the_users_cache_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("OZH_CACHE", raising=False)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / name))

    assert cache("room") == tmp_path / "ome-zarr-harness" / "room"


def test_a_cache_folder_that_cannot_be_made_says_so(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("OZH_CACHE", str(tmp_path / "file"))

    with pytest.raises(HostError, match="cannot be made: Not a directory -- name another by OZH_CACHE"):
        cache("room")


def test_what_comes_with_the_harness_is_taken_from_the_wheel_else_from_the_checkout(tmp_path, monkeypatch):
    package = tmp_path / "harness"
    (package / "_shipped" / "scenarios").mkdir(parents=True)
    monkeypatch.setattr(places, "PACKAGE", package)

    assert shipped("scenarios") == package / "_shipped" / "scenarios"
    assert shipped("docs") == tmp_path / "docs"


@pytest.mark.parametrize(("value", "forbidden"), [("", False), ("0", False), ("1", True), ("yes", True)])
def test_downloads_are_forbidden_by_a_variable(monkeypatch, value, forbidden):
    monkeypatch.setenv("OZH_OFFLINE", value)

    assert offline() is forbidden


def test_downloads_are_allowed_where_nothing_is_said(monkeypatch):
    monkeypatch.delenv("OZH_OFFLINE", raising=False)

    assert not offline()
