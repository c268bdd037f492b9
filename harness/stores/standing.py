"""A MinIO that stays after the command ends: `ozh store up`, `status` and `down`.

It is known by its process id, start time and data folder, so that another program that got its number is left
alone. Its keys are in a file for the user only, in the form that --s3-credentials takes.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import psutil
from filelock import FileLock

from harness.host.errors import HostError
from harness.host.places import cache
from harness.scenario.strict import Strict
from harness.stores import child
from harness.stores.minio_server import Start, prepare, ready_or_clash
from harness.stores.program import Binary, find_binary
from harness.stores.programs import MINIO

_TRIES = 5
_CLOCK_SECONDS = 60  # start times are told by a clock that may be set meanwhile
_END_SECONDS = 10

Say = Callable[[str], None]


class Standing(Strict):
    """A MinIO that was left running."""

    endpoint: str
    credentials: Path  # a file
    folder: Path  # its data and its log
    version: str
    pid: int
    started: float

    def process(self) -> psutil.Process | None:
        """Return its process, or None if it ended."""
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            ours = str(self.folder / "data") in process.cmdline()
            return process if ours and abs(process.create_time() - self.started) < _CLOCK_SECONDS else None
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return None


def up(say: Say) -> Standing:
    """Start a MinIO that stays, or return the one that is up already; raises HostError."""
    with _lock():
        standing = _read()
        if standing and standing.process():
            say(f"MinIO is up already at {standing.endpoint}")
            return standing
        if standing:
            _clear(standing)
        return _start(find_binary(MINIO, say))


def status() -> Standing | None:
    """Return the MinIO that is up, or None."""
    standing = _read()
    return standing if standing and standing.process() else None


def down() -> bool:
    """End the MinIO that is up and remove its data; False if there was none."""
    with _lock():
        standing = _read()
        if standing is None:
            return False
        process = standing.process()
        if process:
            process.terminate()
            _, alive = psutil.wait_procs([process], _END_SECONDS)
            for left in alive:
                left.kill()
            psutil.wait_procs(alive, _END_SECONDS)
        _clear(standing)
        return process is not None


def _start(binary: Binary) -> Standing:
    for _ in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix="data-", dir=_home()))
        start = prepare(binary, folder)
        process = child.spawn(start.command, start.environment, folder, start.log)
        standing = None
        try:
            if ready_or_clash(start, process.poll):
                standing = _keep(start, process, folder)
                return standing
        finally:
            if standing is None:
                child.end(process)
                shutil.rmtree(folder)
    raise HostError(f"MinIO found no free port in {_TRIES} tries", "run again")


def _keep(start: Start, process: subprocess.Popen[bytes], folder: Path) -> Standing:
    """Write down what was started, and let go of it."""
    server, credentials = start.server, _home() / "credentials.json"
    standing = Standing(
        endpoint=server.endpoint,
        credentials=credentials,
        folder=folder,
        version=str(server.facts["version"]),
        pid=process.pid,
        started=psutil.Process(process.pid).create_time(),
    )
    keys = {"access_key": server.access_key, "secret_key": server.secret_key}
    _write(credentials, json.dumps(keys))
    _write(_state(), standing.model_dump_json())
    process.returncode = 0  # tells Popen that this child is not to be waited for
    return standing


def _read() -> Standing | None:
    try:
        return Standing.model_validate_json(_state().read_bytes())
    except FileNotFoundError:
        return None


def _clear(standing: Standing) -> None:
    shutil.rmtree(standing.folder, ignore_errors=True)
    standing.credentials.unlink(missing_ok=True)
    _state().unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    """Write a file that only the user may read, whole or not at all."""
    descriptor, aside = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    Path(aside).replace(path)


def _home() -> Path:
    return cache("store")


def _state() -> Path:
    return _home() / "state.json"


def _lock() -> FileLock:
    return FileLock(_home() / "lock")
