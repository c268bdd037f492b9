"""Environments from locks: made once, whole or not at all, and with a reason where they cannot be made."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.host.errors import HostError
from harness.host.uv import ensure_venv, install_files

SIX = """\
six==1.17.0 \\
    --hash=sha256:4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274 \\
    --hash=sha256:ff70335d468e7eb6ec65b95b99d3a2836546063f63acc5171de367e834932a81
"""
SECONDS = 120

# Does what uv does as far as files go, and notes each call; `sync` fails where a file says so.
FAKE_UV = """#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/calls"
for last; do :; done
case "$1" in
  venv) mkdir -p "$last/bin" && touch "$last/bin/python";;
  pip) if [ -f "$here/fails" ]; then cat "$here/fails" >&2; exit 2; fi
       while [ $# -gt 0 ]; do [ "$1" = --target ] && mkdir -p "$2" && touch "$2/file"; shift; done; true;;
esac
"""


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "thing" / "locks" / "1.17.0.txt"
    path.parent.mkdir(parents=True)
    path.write_text(SIX)
    return path


@pytest.fixture
def fake_uv(tmp_path, monkeypatch):
    """A uv that does nothing much; its folder is returned."""
    folder = tmp_path / "fake uv"
    folder.mkdir()
    (folder / "uv").write_text(FAKE_UV)
    (folder / "uv").chmod(0o755)
    monkeypatch.setattr("harness.host.uv.uv_binary", lambda: str(folder / "uv"))
    return folder


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.suffix != ".lock"]


def test_an_environment_holds_what_the_lock_names_and_is_made_once_by_several_processes(
    lock, tmp_path, monkeypatch
):
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    code = (
        "import sys; from pathlib import Path; from harness.host.uv import ensure_venv\n"
        "folder, lock = map(Path, sys.argv[1:])\n"
        "print(ensure_venv(folder, sys.executable, lock, print))"
    )
    folder = tmp_path / "cache" / "six"
    command = [sys.executable, "-c", code, str(folder), str(lock)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    said = [process.communicate(timeout=SECONDS)[0].splitlines() for process in processes]

    python = str(folder / "bin" / "python")
    assert sorted(said, key=len) == [[python], ["installing thing 1.17.0", python]]
    asked = [python, "-c", "import six, sys; print(six.__version__, sys.prefix)"]
    assert subprocess.check_output(asked, text=True).split() == ["1.17.0", str(folder)]
    assert left_in(tmp_path / "cache") == ["six"]


def test_of_several_threads_one_makes_it(lock, tmp_path, fake_uv):
    folder = tmp_path / "cache" / "thing"
    said: list[str] = []

    with ThreadPoolExecutor(4) as pool:
        paths = set(pool.map(lambda _: ensure_venv(folder, "3.12", lock, said.append), range(4)))

    assert paths == {folder / "bin" / "python"}
    assert said == ["installing thing 1.17.0"]
    assert [call.split()[0] for call in (fake_uv / "calls").read_text().splitlines()] == ["venv", "pip"]


def test_an_environment_that_is_there_is_left_alone(lock, tmp_path, fake_uv):
    for _ in range(2):
        ensure_venv(tmp_path / "cache" / "thing", "3.12", lock, lambda _: None)

    assert len((fake_uv / "calls").read_text().splitlines()) == 2


@pytest.mark.usefixtures("fake_uv")
def test_an_environment_whose_python_was_removed_is_made_anew(lock, tmp_path):
    folder = tmp_path / "cache" / "thing"
    python = ensure_venv(folder, "3.12", lock, lambda _: None)
    python.unlink()
    python.symlink_to(tmp_path / "removed")

    assert ensure_venv(folder, "3.12", lock, lambda _: None).is_file()
    assert left_in(tmp_path / "cache") == ["thing"]


@pytest.mark.usefixtures("fake_uv")
def test_what_a_killed_process_left_is_removed_by_the_next(lock, tmp_path):
    (tmp_path / "cache" / ".thing-killed" / "made").mkdir(parents=True)

    ensure_venv(tmp_path / "cache" / "thing", "3.12", lock, lambda _: None)

    assert left_in(tmp_path / "cache") == ["thing"]


FULL = "error: Failed to install: six\n  Caused by: No space left on device (os error 28)\n"
CUT_OFF = "error: Request failed after 3 retries\n  Caused by: dns error\n"
OTHER = "  \u00d7 No solution found\n  \u2570\u2500\u25b6 six has no wheel for you\n"


@pytest.mark.parametrize(
    ("stderr", "said", "mend"),
    [
        (FULL, "the disk is full: error: Failed to install: six; Caused by: No space", "free some space"),
        (CUT_OFF, "the package registry cannot be reached: error: Request failed after", "connect to the"),
        (OTHER, "No solution found; six has no wheel for you", "see the message above; `ozh doctor`"),
        ("", "uv ended with an error and said nothing", "see the message above"),
    ],
    ids=["disk full", "cut off", "other", "silent"],
)
def test_a_failure_says_why_and_leaves_nothing_behind(lock, tmp_path, fake_uv, stderr, said, mend):
    (fake_uv / "fails").write_text(stderr)

    with pytest.raises(HostError) as caught:
        ensure_venv(tmp_path / "cache" / "thing", "3.12", lock, lambda _: None)

    assert str(caught.value).startswith(said)
    assert caught.value.mend.startswith(mend)
    assert left_in(tmp_path / "cache") == []


def test_after_a_failure_it_can_be_tried_again(lock, tmp_path, fake_uv):
    (fake_uv / "fails").write_text("error: timed out")
    with pytest.raises(HostError, match="cannot be reached"):
        ensure_venv(tmp_path / "cache" / "thing", "3.12", lock, lambda _: None)
    (fake_uv / "fails").unlink()

    assert ensure_venv(tmp_path / "cache" / "thing", "3.12", lock, lambda _: None).exists()


def test_nothing_is_installed_that_the_lock_does_not_hash(lock, tmp_path, fake_uv):
    ensure_venv(tmp_path / "cache" / "thing", "/usr/bin/python3", lock, lambda _: None)

    venv, sync = (fake_uv / "calls").read_text().splitlines()
    assert "--python /usr/bin/python3" in venv
    assert "--require-hashes" in sync
    assert sync.endswith(str(lock))


def test_files_of_packages_are_fetched_once(lock, tmp_path, fake_uv):
    said: list[str] = []
    for _ in range(2):
        folder = install_files(lock, tmp_path / "cache" / "files", said.append)

    assert (folder / "file").is_file()
    assert said == ["fetching 1.17.0"]
    assert "--require-hashes --no-deps" in (fake_uv / "calls").read_text()
    assert left_in(tmp_path / "cache") == ["files"]


@pytest.mark.parametrize(("offline", "downloads"), [("1", "never"), ("0", "unset")])
def test_offline_means_that_uv_downloads_no_python(lock, tmp_path, fake_uv, monkeypatch, offline, downloads):
    monkeypatch.setenv("OZH_OFFLINE", offline)
    monkeypatch.delenv("UV_PYTHON_DOWNLOADS", raising=False)
    (fake_uv / "uv").write_text('#!/bin/sh\necho "downloads: ${UV_PYTHON_DOWNLOADS-unset}" >&2; exit 1\n')

    with pytest.raises(HostError, match=f"downloads: {downloads}"):
        ensure_venv(tmp_path / "cache" / "thing", "3.12", lock, lambda _: None)
