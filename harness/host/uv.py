"""Installing from locks with uv: environments and folders, each made aside, then put in place by a rename.

Nothing is resolved here: every requirement is pinned and hashed in a lock file. Who makes such a lock asks uv
by `call_uv`, too.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from harness.host.errors import HostError, RefusedError
from harness.host.interpreters import uv_binary
from harness.host.places import offline

Say = Callable[[str], None]
_SECONDS = 1800
_STRICT = ("--quiet", "--require-hashes")


def ensure_venv(folder: Path, python: str, lock: Path, say: Say) -> Path:
    """Return the Python of a virtual environment holding exactly what `lock` names; made if absent.

    `python` is an absolute path, or a version that uv may download. Raises HostError where it cannot be made.
    """
    result = folder / "bin" / "python"
    if result.exists():
        return result

    def make(target: Path) -> None:
        # Relocatable, because the environment is made under another name than it is used by.
        call_uv(["venv", "--quiet", "--relocatable", "--python", python, str(target)])
        call_uv(
            ["pip", "sync", *_STRICT, "--compile-bytecode", "--python", f"{target}/bin/python", str(lock)]
        )

    make_once(folder, result, make, say, f"installing {lock.parent.parent.name} {lock.stem}")
    return result


def install_files(lock: Path, folder: Path, say: Say) -> Path:
    """Return a folder holding the files of the packages that `lock` names, unpacked, for reading only."""

    def make(target: Path) -> None:
        ours = ("--python", sys.executable, "--no-build")
        call_uv(["pip", "install", *_STRICT, "--no-deps", *ours, "--target", str(target), "-r", str(lock)])

    if not folder.exists():
        make_once(folder, folder, make, say, f"fetching {lock.stem}")
    return folder


def make_once(folder: Path, proof: Path, make: Callable[[Path], None], say: Say, doing: str) -> None:
    """Make `folder` by `make(aside)` and a rename; of several processes, one does it and the others wait.

    `proof` is in it or is itself, and tells that it is usable.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(folder.name + ".lock")):
        if proof.exists():
            return
        say(doing)
        # What a killed process left: the lock is ours.
        for stale in folder.parent.glob(f".{folder.name}-*"):
            shutil.rmtree(stale, ignore_errors=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            make(aside / "made")
            if folder.exists():  # the Python it was made from has been removed
                folder.rename(aside / "broken")
            (aside / "made").rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def call_uv(arguments: list[str], given: str = "") -> str:
    """Run our uv, with `given` on its standard input, and return what it prints.

    Raises RefusedError where it refuses, HostError where disk or network fail it.
    """
    environment = {**os.environ, "UV_NO_PROGRESS": "1", "UV_NO_CONFIG": "0"}
    environment.pop("VIRTUAL_ENV", None)
    if offline():
        environment["UV_PYTHON_DOWNLOADS"] = "never"
    try:
        done = subprocess.run(
            [uv_binary(), *arguments],
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise HostError(f"uv {arguments[0]} took longer than {_SECONDS} s", "try again") from None
    if done.returncode:
        raise _problem(done.stderr)
    return done.stdout


def _problem(stderr: str) -> HostError:
    """Return what went wrong and what to do, from what uv printed."""
    lines = [line.encode("ascii", "ignore").decode().strip() for line in stderr.splitlines()]
    said = "; ".join([line for line in lines if line][:3])[:400] or "uv ended with an error and said nothing"
    lowered = stderr.lower()
    if "no space left" in lowered:
        return HostError(f"the disk is full: {said}", "free some space and run again")
    if "the network was disabled" in lowered:
        return HostError(
            "what is wanted is not in the cache of uv, which may not fetch it",
            "unset OZH_OFFLINE and run again",
        )
    network = ("dns error", "failed to fetch", "connection", "timed out", "network", "error sending request")
    if any(word in lowered for word in network):
        return HostError(
            f"the package registry cannot be reached: {said}", "connect to the network and run again"
        )
    return RefusedError(said, "see the message above; `ozh doctor` shows what this machine has", stderr)
