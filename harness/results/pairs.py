"""Pairs of arrays kept beside the records: what was expected, and what came back instead, to look at."""

import threading
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

FOLDER = "wrong"
MAX_ARRAY_BYTES = 2**24
MAX_PAIRS = 300


class Pairs:
    """Keeps one pair for each different thing that a tool does wrong; may be used from several threads."""

    def __init__(self, run_folder: Path) -> None:
        self._folder = run_folder / FOLDER
        self._kept: set[str] = set()
        self._lock = threading.Lock()

    def keep(self, about: str, expected: Array, got: Array) -> str | None:
        """Save both as `expected.npy` and `got.npy`; return their folder, relative to the run.

        Returns None where one is too large, or there is a pair of this kind (`about`) or enough already.
        """
        if max(expected.nbytes, got.nbytes) > MAX_ARRAY_BYTES:
            return None
        with self._lock:
            if about in self._kept or len(self._kept) >= MAX_PAIRS:
                return None
            self._kept.add(about)
            place = next(
                folder
                for number in range(1, 10**6)
                if not (folder := self._folder / f"{number:04}").exists()  # of a run that was torn
            )
            place.mkdir(parents=True)
        for name, array in (("expected", expected), ("got", got)):
            np.save(place / f"{name}.npy", plain(array), allow_pickle=False)
        return f"{FOLDER}/{place.name}"


def plain(array: Array) -> Array:
    """Return the array as it can be saved: texts with a fixed length, for others need pickle."""
    return array.astype(np.str_) if array.dtype.kind in "OT" else array
