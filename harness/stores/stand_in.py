"""moto's S3 server, standing in where no MinIO can be had: conformance only, and only if the user allows it.

It accepts any key, lets everybody list, cannot be traced, and serves about a quarter of MinIO's requests per
second.
"""

import hashlib
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.host.guard import Guard
from harness.host.places import cache
from harness.host.uv import ensure_venv
from harness.stores import child
from harness.stores.minio_server import fresh_keys
from harness.stores.server import Server

_VERSION = "5.2.5"
_LOCK = Path(__file__).with_name("locks") / f"moto-{_VERSION}.txt"
_MAIN = Path(__file__).with_name("_stand_in_main.py")

Say = Callable[[str], None]


@contextmanager
def stand_in(guard: Guard, say: Say) -> Iterator[Server]:
    """Run moto for as long as the body; raises HostError if it cannot be installed or does not start."""
    python = ensure_venv(_environment_folder(), sys.executable, _LOCK, say)
    with guard.folder("ozh-stand-in-") as folder:
        log = folder / "moto.log"
        # No key is ever checked, but moto's own libraries want to find some.
        access_key, secret_key = fresh_keys()
        environment = child.environment(
            folder, AWS_ACCESS_KEY_ID=access_key, AWS_SECRET_ACCESS_KEY=secret_key
        )
        with child.running([str(python), "-P", str(_MAIN)], environment, folder, log, guard) as process:

            def failed() -> str | None:
                return None if process.poll() is None else child.last_lines(log.read_bytes())

            child.wait_until(lambda: log.read_bytes().strip().isdigit(), failed, "the stand-in")
            yield Server(
                endpoint=f"http://127.0.0.1:{int(log.read_bytes())}",
                access_key=access_key,
                secret_key=secret_key,
                keys="any",
                facts={"server": "moto", "version": _VERSION, "found": "stand-in", "stand_in": True},
                read_log=log.read_bytes,
            )


def _environment_folder() -> Path:
    what = f"{platform.python_version()} {platform.system()} {platform.machine()} {_LOCK.read_text()}"
    return cache("stand-in") / f"moto-{_VERSION}-{hashlib.sha256(what.encode()).hexdigest()[:12]}"
