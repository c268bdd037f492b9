"""Versions without a lock: one is made, once, from that of the nearest version."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.host.errors import InputError, RefusedError
from harness.tools import on_demand
from harness.tools.environment import build, is_built, lock_hash
from harness.tools.locked import locked_packages
from harness.tools.on_demand import pinned
from harness.tools.registry import adapters, select

RUNNING = f"=={sys.version_info.major}.{sys.version_info.minor}.*"


def quiet(_):
    pass


@pytest.fixture
def chosen(versioned):
    """Return one version of a tool over a package with these releases."""

    def choose(version, *versions):
        if versions:
            versioned(dict.fromkeys(versions, ""))
        (tool,) = select(adapters(), [f"versioned@{version}"], quiet)
        return tool

    return choose


def test_a_version_of_the_registry_gets_a_lock_with_hashes_and_can_be_built(chosen, package_registry):
    tool = chosen("1.1", "1.0", "1.1")

    lock = tool.adapter.lock("1.1").read_text()

    assert lock.startswith(f"# made on demand, for Python {RUNNING}\nfakelib==1.1 \\\n    --hash=sha256:")
    assert package_registry.url not in lock
    assert tool.adapter.versions["1.1"].python == RUNNING
    assert tool.adapter.can("1.1") == tool.adapter.can("1.0")
    assert len(lock_hash(tool)) == 64

    build(tool, quiet)

    assert is_built(tool)


def test_it_is_made_once_even_by_several_at_a_time(versioned):
    versioned({"1.0": "", "1.1": ""})
    said = []

    with ThreadPoolExecutor(4) as pool:
        tools = list(
            pool.map(lambda _: select(adapters(), ["versioned@1.1"], said.append), range(4), timeout=60)
        )

    assert said == ["making a lock for versioned@1.1"]
    assert len({one.adapter.lock("1.1") for (one,) in tools}) == 1


def test_dependencies_stay_as_they_are_in_the_nearest_lock(versioned, package_registry):
    folder = versioned({"1.0": ""})
    package_registry.add("other", "1.0")
    package_registry.add("other", "2.0")
    package_registry.add("fakelib", "1.1", needs=("other",))
    package_registry.add("fakelib", "1.2", needs=("other>1",))
    lock = folder / "locks" / "1.0.txt"
    lock.write_text(lock.read_text() + f"other==1.0 \\\n    --hash=sha256:{'0' * 64}\n")

    (kept, moved) = select(adapters(), ["versioned@1.1", "versioned@1.2"], quiet)

    assert locked_packages(kept.adapter.lock("1.1")) == {"fakelib": "1.1", "other": "1.0"}
    assert locked_packages(moved.adapter.lock("1.2")) == {"fakelib": "1.2", "other": "2.0"}


def test_where_that_cannot_be_had_they_are_of_the_days_after_the_release(versioned, package_registry):
    folder = versioned({"1.0": ""})
    for number, version in enumerate(("1.0", "2.0", "3.0")):
        package_registry.add("other", version, day=f"2026-0{number + 1}-01")
    package_registry.add("fakelib", "1.1", needs=("other<3",), day="2026-02-10")
    wanted = folder / "locks" / "1.0.in"
    wanted.write_text("fakelib==1.0\nother==3.0\n")

    (tool,) = select(adapters(), ["versioned@1.1"], quiet)

    assert locked_packages(tool.adapter.lock("1.1")) == {"fakelib": "1.1", "other": "2.0"}


def test_the_lock_is_another_where_it_would_be_made_from_something_else(versioned):
    folder = versioned({"1.0": "", "1.1": ""})
    (before,) = select(adapters(), ["versioned@1.1"], quiet)

    (folder / "locks" / "1.0.in").write_text("# changed\nfakelib==1.0\n")
    (after,) = select(adapters(), ["versioned@1.1"], quiet)

    assert before.adapter.lock("1.1") != after.adapter.lock("1.1")


@pytest.mark.parametrize("version", ["3.0", "1"])
def test_a_version_that_the_registry_lacks_is_bad_input(chosen, version):
    with pytest.raises(InputError, match=f"versioned has no version '{version}': .* no fakelib=={version}"):
        chosen(version, "1.0", "1.1")


@pytest.mark.parametrize("version", ["x", "../1.1", "1.1; rm"])
def test_what_is_no_version_never_reaches_the_registry(chosen, package_registry, version):
    with pytest.raises(InputError, match=r"has no version .* here"):
        chosen(version, "1.0")
    assert package_registry.asked == []


def test_a_version_that_needs_what_is_not_there_is_refused_with_the_reason(versioned, package_registry):
    versioned({"1.0": ""})
    package_registry.add("fakelib", "1.1", needs=("nowhere",))

    with pytest.raises(
        RefusedError, match=r"no lock can be made for versioned@1\.1: .*nowhere was not found"
    ):
        select(adapters(), ["versioned@1.1"], quiet)


def test_a_version_that_no_python_here_holds_is_refused(versioned, monkeypatch):
    versioned({"1.0": "", "1.1": ""})
    monkeypatch.setattr(on_demand, "fitting", lambda _: ())

    with pytest.raises(RefusedError, match=r"versioned@1\.1 needs Python .* and this machine has none"):
        select(adapters(), ["versioned@1.1"], quiet)


def test_a_lock_that_cannot_be_made_anew_says_what_is_missing(versioned):
    folder = versioned({"1.0": "", "1.1": ""})
    (folder / "locks" / "1.0.in").unlink()

    with pytest.raises(InputError, match=r"locks/1\.0\.in is missing"):
        select(adapters(), ["versioned@1.1"], quiet)


@pytest.mark.parametrize(
    ("wanted", "others", "expected"),
    [
        ("zarr==3.4.2\ns3fs\n", True, "zarr==3.0.0\ns3fs\n"),
        ("# why\nZarr[remote]==3.4.2  # pinned\n\nfsspec==1\n", True, "Zarr[remote]==3.0.0\nfsspec==1\n"),
        ("zarr==3.4.2\nfsspec==1\nfoo[b,a]<2\n", False, "zarr==3.0.0\nfsspec\nfoo[a,b]\n"),
    ],
)
def test_requirements_are_those_of_the_lock_with_another_version(wanted, others, expected):
    assert pinned(wanted, "zarr", "3.0.0", others=others) == expected


def test_requirements_without_the_package_or_that_are_none_are_refused():
    with pytest.raises(InputError, match="zarr is not among what the lock was made for"):
        pinned("s3fs\n", "zarr", "3.0.0")
    with pytest.raises(InputError, match="'a b c' is not a requirement"):
        pinned("a b c\n", "zarr", "3.0.0")


# Writes the lock that it would have found; a version 9.9.9 it has never heard of.
FAKE_NPM = """#!/bin/sh
if grep -q 9.9.9 package.json; then
  echo "npm error No matching version found for zarrita@9.9.9." >&2; exit 1
fi
sed -n 's/.*"zarrita": "\\(.*\\)"/{"packages": {"node_modules\\/zarrita": {"version": "\\1"}}}/p' \
  package.json > package-lock.json
"""


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """An npm that does nothing much."""
    (tmp_path / "npm").write_text(FAKE_NPM)
    (tmp_path / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("OZH_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("npm")
def test_npm_locks_another_version_in_a_folder_of_its_own():
    (tool,) = select(adapters(), ["zarrita@0.6.0"], quiet)

    lock = tool.adapter.lock("0.6.0")

    assert json.loads((lock / "package.json").read_text())["dependencies"]["zarrita"] == "0.6.0"
    assert locked_packages(lock) == {"zarrita": "0.6.0"}
    assert len(lock_hash(tool)) == 64


@pytest.mark.usefixtures("npm")
def test_a_version_that_npm_does_not_find_is_bad_input():
    with pytest.raises(InputError, match=r"zarrita has no version '9\.9\.9'"):
        select(adapters(), ["zarrita@9.9.9"], quiet)
