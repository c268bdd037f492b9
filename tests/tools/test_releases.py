"""Which releases there are, as the registry has them."""

import json

import pytest

from harness.host.errors import HostError, InputError
from harness.tools.registry import adapters
from harness.tools.releases import Release, release, releases


@pytest.fixture
def tool(versioned):
    """Return the adapter over a package with these releases."""

    def add(*versions):
        versioned(dict.fromkeys(versions, ""))
        return adapters()["versioned"]

    return add


def test_releases_come_oldest_first_with_their_days_and_both_ends(tool):
    found = releases(tool("1.0", "1.1", "1.2", "1.10", "2.0"), "1.1", "1.10")

    assert found == (
        Release("1.1", "2026-01-02"),
        Release("1.2", "2026-01-03"),
        Release("1.10", "2026-01-04"),
    )


def test_pre_releases_and_yanked_ones_and_what_no_python_here_holds_are_left_out(tool, package_registry):
    adapter = tool("1.0", "1.1a1", "1.4")
    package_registry.add("fakelib", "1.2", yanked=True)
    package_registry.add("fakelib", "1.3", python=">=4")

    assert [one.version for one in releases(adapter, "1.0", "1.4")] == ["1.0", "1.4"]


def test_a_registry_that_tells_no_days_is_good_enough(tool, package_registry):
    adapter = tool("1.0")
    package_registry.add("fakelib", "1.1", day=None)

    assert release(adapter, "1.1") == Release("1.1", None)


def test_a_version_that_is_not_there_is_none(tool):
    assert release(tool("1.0"), "3.0") is None


def test_what_cannot_be_ordered_is_refused(tool):
    adapter = tool("1.0")

    with pytest.raises(InputError, match="'one' is not a version"):
        releases(adapter, "one", "2")
    with pytest.raises(InputError, match=r"2\.0 is newer than 1\.0"):
        releases(adapter, "2.0", "1.0")


def test_a_tool_without_a_package_has_no_other_versions(add_fake):
    name = add_fake()

    with pytest.raises(InputError, match="has no `package` in its manifest"):
        releases(adapters()[name], "1", "2")


def test_a_registry_that_is_not_reached_is_our_hosts_fault(tool, monkeypatch):
    adapter = tool("1.0")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")

    with pytest.raises(HostError, match="the package registry cannot be reached"):
        releases(adapter, "1.0", "2.0")


def test_where_downloads_are_forbidden_the_registry_is_not_asked(tool, package_registry, monkeypatch):
    adapter = tool("1.0")
    monkeypatch.setenv("OZH_OFFLINE", "1")

    with pytest.raises(
        HostError, match="not in the cache of uv, which may not fetch it -- unset OZH_OFFLINE"
    ):
        releases(adapter, "1.0", "2.0")
    assert package_registry.asked == []


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """An npm that tells what it is given as the registry's answer; the adapter of zarrita comes back."""

    def say(answer):
        (tmp_path / "answer").write_text(json.dumps(answer))
        (tmp_path / "npm").write_text(f'#!/bin/sh\ncat "{tmp_path}/answer"\n')
        (tmp_path / "npm").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        return adapters()["zarrita"]

    return say


def test_npm_tells_all_at_once(npm):
    versions = ["0.5.0", "0.10.0", "0.6.0-next.1", "0.6.0", "1.0.0"]
    days = {"0.5.0": "2026-02-01T00:00:00.000Z", "0.6.0": "2026-03-01T10:00:00+00:00"}
    adapter = npm({"versions": versions, "time": days})

    assert releases(adapter, "0.5.0", "0.10.0") == (
        Release("0.5.0", "2026-02-01"),
        Release("0.6.0", "2026-03-01"),
        Release("0.10.0", None),
    )


def test_npm_tells_a_single_version_without_a_list(npm):
    assert release(npm({"versions": "0.5.0", "time": {}}), "0.5.0") == Release("0.5.0", None)
