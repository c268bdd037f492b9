"""The guard process: reads what to watch from its standard input, and ends it all when that closes.

It is run as a file, so that it starts quickly; it imports nothing of the harness.
Each line is a JSON list: "watch" or "forget", then "group", pgid, start time of its leader;
or "container", id; or "folder", path.
"""

import contextlib
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import psutil

GRACE_SECONDS = 2.0
TOLERANCE_SECONDS = 1.0  # start times are rounded


class Group:
    """A process group, known by its leader, so that a later process with the same number is left alone."""

    def __init__(self, pgid: int, started: float) -> None:
        self.pgid = pgid
        self.ours = True
        self.leader: psutil.Process | None = None
        with contextlib.suppress(psutil.NoSuchProcess):
            self.leader = psutil.Process(pgid)
            self.ours = abs(self.leader.create_time() - started) <= TOLERANCE_SECONDS

    def signal(self, number: signal.Signals) -> bool:
        """Send a signal to what is left of the group; tell whether something was."""
        # A group outlives its leader, and its number is not given out again before the last member is gone.
        led = self.leader is not None and self.leader.is_running()
        reused = not led and psutil.pid_exists(self.pgid)
        if reused or not self.ours:
            return False
        try:
            os.killpg(self.pgid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True


def end_groups(groups: list[Group]) -> None:
    """SIGTERM to all, a moment of grace, SIGKILL to those that stay."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        groups = [group for group in groups if group.signal(number)]
        deadline = time.monotonic() + GRACE_SECONDS
        while groups and time.monotonic() < deadline:
            time.sleep(0.02)
            groups = [group for group in groups if is_alive(group.pgid)]


def is_alive(pgid: int) -> bool:
    """Tell whether a group has members that run; one that nobody has waited for yet does not."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getpgid(process.pid) == pgid and process.status() != psutil.STATUS_ZOMBIE:
                return True
    return False


def remove_containers(names: list[str]) -> None:
    """Remove Docker containers and their volumes."""
    import docker  # noqa: PLC0415 - slow to import, and seldom needed

    client = docker.from_env()
    for name in names:
        with contextlib.suppress(docker.errors.NotFound):
            client.containers.get(name).remove(force=True, v=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder, also where a tool took the right to write from parts of it."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.is_dir() or folder.is_symlink():
        return
    folder.chmod(0o700)
    for parent, names, _ in os.walk(folder):
        for child in (Path(parent, name) for name in names):
            if not child.is_symlink():
                child.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def main(temporary: Path) -> None:
    """Watch until standard input closes, then clean up; folders only below `temporary`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, Group] = {}
    named: dict[str, set[str]] = {"container": set(), "folder": set()}
    for line in sys.stdin.buffer:
        if not line.endswith(b"\n"):
            break  # the run was killed while it wrote
        verb, kind, name, *started = json.loads(line)
        if kind == "group":
            groups.pop(name, None)
            if verb == "watch":
                groups[name] = Group(name, *started)
        elif verb == "watch":
            named[kind].add(name)
        else:
            named[kind].discard(name)
    end_groups(list(groups.values()))
    try:
        if named["container"]:
            remove_containers(sorted(named["container"]))
    finally:
        for folder in map(Path, sorted(named["folder"])):
            if temporary.resolve() in folder.resolve().parents:
                remove_folder(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
