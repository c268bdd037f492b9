"""Folders that are made once and kept: made aside, then put in place by a rename, none is ever half there."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

from harness.host.errors import HostError

T = TypeVar("T")


def made_once(folder: Path, load: Callable[[Path], T | None], make: Callable[[Path], None]) -> T:
    """Return `load(folder)`; where that is None, the folder is absent or damaged and `make` makes it anew.

    Of several threads and processes one makes it, and the others wait. What `make` raises (OSError for a full
    disk) is passed on, and nothing is left behind.
    """
    found = load(folder)
    if found is not None:
        return found
    with FileLock(folder.with_name(folder.name + ".lock")):
        found = load(folder)
        if found is None:
            _make(folder, make)
            found = load(folder)
    if found is None:
        raise HostError(
            f"{folder} cannot be read although it was just written", "check the disk and run again"
        )
    return found


def _make(folder: Path, make: Callable[[Path], None]) -> None:
    for stale in folder.parent.glob(f".{folder.name}-*"):  # of a process that was killed: the lock is ours
        shutil.rmtree(stale, ignore_errors=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        # One folder deeper, because mkdtemp's own is closed to other users.
        (aside / "made").mkdir()
        make(aside / "made")
        if folder.exists():
            shutil.rmtree(folder)
        (aside / "made").rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
