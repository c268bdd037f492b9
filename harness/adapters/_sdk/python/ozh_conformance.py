"""A validator that speaks the protocol of the OME-Zarr conformance tests, as a worker of the harness.

Such a validator is a command. Its last argument is the path of a JSON file with the attributes of a group, or
of the folder of a hierarchy; it prints a JSON object with `valid`, and maybe a `message`. In adapter.toml:

    [run]
    command = ["python3", "-u", "{sdk}/python/ozh_conformance.py", "my-validator", "1.2.0"]

    [configurations.default.settings]
    attributes = ["my-validator", "attributes"]
    hierarchy = ["my-validator", "zarr"]
    seconds = 30

Stores: file only. What prints no such object, or goes on for longer than `seconds`, is answered as an error.
Any Python 3.9 runs it, without packages.
"""

import contextlib
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MAX_SAID = 500


class NoAnswer(Exception):  # noqa: N818 -- its name is answered
    """The command gave no verdict: one sentence of why."""


class Worker:
    """Answers the requests for one tool."""

    def __init__(self, tool, version):
        self.tool = tool
        self.version = version
        self.settings = {}

    def answer(self, request):
        """Return the answer to a request, whatever the command does."""
        try:
            return self.do(request)
        except (NoAnswer, OSError, ValueError) as problem:
            return {"error": {"type": type(problem).__name__, "message": str(problem)}}

    def do(self, request):
        operation = request["operation"]
        if operation == "hello":
            return self.hello(request["settings"])
        if operation == "null":
            return {"timing": {"wall_ns": 0, "cpu_ns": 0, "peak_rss_bytes": None}}
        if operation == "bye":
            return {}
        if operation == "validate":
            return self.validate(request["scope"], request["store"])
        return {"unsupported": "unknown operation"}

    def hello(self, settings):
        self.settings = {"seconds": 60, **settings}
        return {
            "protocol": 1,
            "tool": self.tool,
            "version": self.version,
            "language": f"any, by Python {platform.python_version()}",
            "operations": ["null", "validate"],
            "settings": self.settings,
        }

    def validate(self, scope, store):
        if scope not in self.settings:
            return {"unsupported": f"no command is set for {scope}"}
        if store["kind"] != "file":
            return {"unsupported": "the conformance tests are about files"}
        folder = Path(store["path"])
        with tempfile.TemporaryDirectory() as scratch:
            path = folder
            if scope == "attributes":
                path = Path(scratch) / "attributes.json"
                path.write_text(json.dumps(attributes_of(folder)), encoding="utf-8")
            wall, cpu = time.perf_counter_ns(), cpu_of_children_ns()
            said = verdict(run([*self.settings[scope], str(path)], self.settings["seconds"]))
            timing = {
                "wall_ns": time.perf_counter_ns() - wall,
                "cpu_ns": cpu_of_children_ns() - cpu,
                "peak_rss_bytes": None,
            }
        messages = [str(said["message"])[:MAX_SAID]] if said.get("message") else []
        return {"timing": timing, "valid": said["valid"], "messages": messages}


def attributes_of(folder):
    """Return the attributes of the group in a folder, of Zarr v3 or v2."""
    document = folder / "zarr.json"
    if document.exists():
        return json.loads(document.read_text(encoding="utf-8")).get("attributes", {})
    attributes = folder / ".zattrs"
    return json.loads(attributes.read_text(encoding="utf-8")) if attributes.exists() else {}


def run(command, seconds):
    """Return what the command prints, and its exit code in words; it is killed when its time is over."""
    # A session of its own, so that whatever it has started is killed with it.
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise NoAnswer(f"{command[0]} gave no answer within {seconds:g} s") from None
    return printed, f"{Path(command[0]).name} exited with {process.returncode}"


def verdict(printed_and_exit):
    """Return the object that was printed; it counts whatever the exit code. Raises NoAnswer."""
    printed, ended = printed_and_exit
    text = printed.decode("utf-8", "replace").strip()
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("valid"), bool):
        raise NoAnswer(f"{ended}, and printed no JSON object with 'valid': {text[:MAX_SAID]!r}")
    return said


def cpu_of_children_ns():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round((used.ru_utime + used.ru_stime) * 1e9)


def serve(tool, version):
    """Answer requests until `bye` or the end of stdin. Commands get neither our stdin nor our stdout."""
    worker = Worker(tool, version)
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"id": request["id"], **worker.answer(request)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
        if request["operation"] == "bye":
            return


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2])
