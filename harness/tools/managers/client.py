"""Package clients (npm, cargo) as the user has them: found on PATH, and their failures in one line."""

import os
import shutil
import subprocess
from pathlib import Path

from harness.host.errors import HostError, RefusedError

_SECONDS = 1800
_SHOWN = 400
_BROUGHT_BY = {"npm": "Node.js", "node": "Node.js", "cargo": "Rust"}
_NETWORK = (
    *("eai_again", "enotfound", "econnrefused", "econnreset", "etimedout", "npm error network", "timed out"),
    *("could not resolve", "could not connect", "connection", "failed to download", "network error"),
)


def find(client: str) -> str:
    """Return the absolute path of a client; raises HostError where it is not on PATH."""
    found = shutil.which(client)
    if found is None:
        raise HostError(f"{client} is not on PATH", f"install {_BROUGHT_BY[client]}, which brings it")
    return str(Path(found).absolute())


def run(client: str, arguments: list[str], folder: Path, **variables: str) -> str:
    """Run a client in a folder and return its stdout; raises HostError with the end of what it said."""
    try:
        done = subprocess.run(
            [find(client), *arguments],
            cwd=folder,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise HostError(f"{client} {arguments[0]} took longer than {_SECONDS} s", "try again") from None
    if done.returncode:
        raise _problem(client, done.stderr)
    return done.stdout


def _problem(client: str, stderr: str) -> HostError:
    """Return what went wrong and what to do, from the end of what the client printed."""
    lines = [line.strip().removeprefix("npm error").strip() for line in stderr.splitlines()]
    lines = [line for line in lines if line and not line.startswith("A complete log of this run")]
    while len("; ".join(lines)) > _SHOWN and len(lines) > 1:
        del lines[0]
    said = "; ".join(lines)[:_SHOWN] or "it ended with an error and said nothing"
    lowered = stderr.lower()
    if "no space left" in lowered or "enospc" in lowered:
        return HostError(f"the disk is full: {client}: {said}", "free some space and run again")
    if any(word in lowered for word in _NETWORK):
        return HostError(
            f"the package registry cannot be reached: {client}: {said}",
            "connect to the network and run again",
        )
    mend = "see the message above; `ozh doctor` shows what this machine has"
    return RefusedError(f"{client}: {said}", mend, stderr)
