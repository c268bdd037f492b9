"""Writing a run folder: append-only lines, each on the disk before the next trial starts.

Samples and requests are written before the record of their trial, so that a record means that they are there.
A line torn by a crash or a full disk is cut off when the run is taken up again; nothing before it is touched.
"""

import json
import os
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Self

from pydantic import BaseModel

from harness.host.errors import HostError, InputError
from harness.results.model import Footer, Manifest, Record, Sample
from harness.results.wire import WireRequest

MANIFEST, RECORDS, FOOTER = "run.json", "records.jsonl", "footer.json"
SAMPLES, REQUESTS = "samples.jsonl", "requests.jsonl"


def now() -> str:
    """Return the time as it stands in results: ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class RunWriter:
    """Appends to one run folder; may be used from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = {name: (folder / name).open("ab", buffering=0) for name in (RECORDS, SAMPLES, REQUESTS)}
        self._lock = threading.Lock()

    @classmethod
    def create(cls, folder: Path, manifest: Manifest) -> Self:
        """Start a run in a new or empty folder."""
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            if (folder / MANIFEST).exists():
                raise InputError(
                    f"{folder} already holds a run", "go on with it by --resume, or choose another --out"
                )
            raise InputError(f"{folder} exists and is no run folder", "choose another --out")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise HostError(f"{folder} cannot be made: {problem.strerror}", "choose another --out") from None
        write_atomically(folder / MANIFEST, _text(manifest))
        return cls(folder)

    @classmethod
    def resume(cls, folder: Path) -> Self:
        """Go on with the run in a folder: torn last lines are cut off, the footer is taken away."""
        for name in (RECORDS, SAMPLES, REQUESTS):
            cut_torn_line(folder / name)
        (folder / FOOTER).unlink(missing_ok=True)
        return cls(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def append(
        self, record: Record, samples: Iterable[Sample] = (), requests: Iterable[WireRequest] = ()
    ) -> None:
        """Write the samples and requests of a trial, then its record, and have all on the disk."""
        with self._lock:
            self._lines(SAMPLES, samples)
            self._lines(REQUESTS, requests)
            self._lines(RECORDS, (record,))

    def add(self, name: str, line: BaseModel) -> None:
        """Write one line to a file of its own in the run's folder, and have it on the disk."""
        with self._lock:
            if name not in self._files:
                cut_torn_line(self.folder / name)
                self._files[name] = (self.folder / name).open("ab", buffering=0)
            self._lines(name, (line,))

    def _lines(self, name: str, models: Iterable[BaseModel]) -> None:
        lines = b"".join(model.model_dump_json().encode() + b"\n" for model in models)
        if lines:
            _write(self._files[name], lines)

    def close_run(self, footer: Footer) -> None:
        """Close the run; a run without a footer counts as torn."""
        write_atomically(self.folder / FOOTER, _text(footer))


def cut_torn_line(path: Path) -> None:
    """Cut off what follows the last newline."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        content = file.read()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            file.truncate(whole)


def write_atomically(path: Path, text: str) -> None:
    """Write a file aside, then rename it into place, so that nobody sees half of it."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _write(file: IO[bytes], data: bytes) -> None:
    before = os.fstat(file.fileno()).st_size
    view = memoryview(data)
    try:
        while view:  # an unbuffered file may take less than it was given
            view = view[file.write(view) :]
        os.fsync(file.fileno())
    except OSError:
        os.ftruncate(file.fileno(), before)  # another thread may still have something to write
        raise


def _text(model: BaseModel) -> str:
    body: dict[str, Any] = model.model_dump(mode="json")
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"
