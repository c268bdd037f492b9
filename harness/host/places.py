"""Where the harness may write without being told: its caches, below one folder per user."""

import os
from pathlib import Path

import platformdirs

from harness.host.errors import HostError

PACKAGE = Path(__file__).resolve().parent.parent


def cache(room: str) -> Path:
    """Return the cache folder of one room, e.g. `environments`, made if absent.

    `OZH_CACHE` names another root than the user's cache folder. Raises HostError where it cannot be made.
    """
    folder = cache_root() / room
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise HostError(
            f"the cache folder {folder} cannot be made: {problem.strerror}", "name another by OZH_CACHE"
        ) from None
    return folder


def cache_root() -> Path:
    """Return the folder that holds the caches of all rooms; it may not be there yet."""
    root = os.environ.get("OZH_CACHE") or platformdirs.user_cache_dir("ome-zarr-harness")
    return Path(root).expanduser().absolute()


def shipped(name: str) -> Path:
    """Return a file or folder that comes with the harness: from the wheel, else from the checkout."""
    packaged = PACKAGE / "_shipped" / name
    return packaged if packaged.exists() else PACKAGE.parent / name


def offline() -> bool:
    """Tell whether the user forbade downloads of interpreters and archives (`OZH_OFFLINE`)."""
    return os.environ.get("OZH_OFFLINE", "") not in ("", "0")
