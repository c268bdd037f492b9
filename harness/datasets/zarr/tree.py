"""Where encoded bytes live: a flat mapping from keys to bytes, in a folder or in memory.

Keys are relative to the hierarchy's root and '/'-separated. A bucket is a tree too: it has the same methods.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from harness.datasets.zarr.errors import FormatError, is_text, shown

# Takes a key and its bytes, e.g. the `put` of a tree.
Sink = Callable[[str, bytes], None]

MAX_OBJECT_BYTES = 2**33


class Tree(Protocol):
    """What the decoder reads from."""

    def get(self, key: str) -> bytes | None:
        """Return the bytes under a key; None where there are none."""

    def keys(self) -> Iterable[str]:
        """Return every key."""


@dataclass(frozen=True)
class MemoryTree:
    """A hierarchy in a dict."""

    entries: dict[str, bytes] = field(default_factory=dict)

    def get(self, key: str) -> bytes | None:
        """Return the bytes under a key; None where there are none."""
        return self.entries.get(key)

    def keys(self) -> Iterable[str]:
        """Return every key, sorted."""
        return sorted(self.entries)

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes under a key."""
        self.entries[key] = data


@dataclass(frozen=True)
class FolderTree:
    """A hierarchy in a folder that somebody else may have written: no key or link leads out of it."""

    root: Path

    def get(self, key: str) -> bytes | None:
        """Return the bytes of a regular file; None where there is none.

        Raises FormatError for a key or link that leaves the folder, and for a file that cannot be read.
        """
        checked(key)
        try:
            file = (self.root / key).resolve(strict=True)
            if not file.is_relative_to(self.root.resolve()):
                raise FormatError(f"{key}: leads out of the folder")
            if not file.is_file():  # a pipe would keep us waiting forever
                return None
            if file.stat().st_size > MAX_OBJECT_BYTES:
                raise FormatError(f"{key}: has more than {MAX_OBJECT_BYTES} bytes")
            return file.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, RuntimeError) as problem:  # RuntimeError: links in a circle, before Python 3.13
            raise FormatError(f"{key}: cannot be read: {problem}") from None

    def keys(self) -> Iterator[str]:
        """Return every key; linked folders are not entered."""
        for folder, subfolders, files in os.walk(self.root):
            subfolders.sort()
            for name in sorted(files):
                yield (Path(folder) / name).relative_to(self.root).as_posix()

    def put(self, key: str, data: bytes) -> None:
        """Write a file, and the folders above it."""
        file = self.root / checked(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def checked(key: str) -> str:
    """Return the key; raises FormatError where it is not a plain relative path."""
    parts = key.split("/")
    if "\0" in key or not is_text(key) or any(part in ("", ".", "..") for part in parts):
        raise FormatError(f"{shown(key)} is not a key inside the hierarchy")
    return key


def join(path: str, name: str) -> str:
    """Return the key of `name` below the node at `path`; the root's path is empty."""
    return checked(f"{path}/{name}" if path else name)
