"""A worker's process, below the protocol."""

import sys
from pathlib import Path

import psutil
import pytest

from harness.host.errors import HostError
from harness.tools.process import (
    DeadlineError,
    EndedError,
    OutOfMemoryLimitError,
    Process,
    TooLongError,
    bare_environment,
)

SECONDS = 30
MUCH = 2**40


@pytest.fixture
def run(watcher, tmp_path):
    """Run Python code as a worker process, and stop it in the end."""
    started = []

    def run_code(code):
        one = Process((sys.executable, "-S", "-c", f"import os, sys, time\n{code}"), {}, tmp_path, watcher)
        started.append(one)
        return one

    yield run_code
    for one in started:
        one.stop()


def test_lines_come_one_at_a_time_however_they_were_written(run):
    one = run("os.write(1, b'a\\nb\\nc'); os.write(1, b'd\\n')")

    assert [one.receive(SECONDS, MUCH, 10) for _ in range(3)] == [b"a\n", b"b\n", b"cd\n"]


def test_lines_written_before_the_end_are_still_read(run):
    one = run("os.write(1, b'last\\nhalf')")

    assert one.receive(SECONDS, MUCH, 10) == b"last\n"
    with pytest.raises(EndedError):
        one.receive(SECONDS, MUCH, 10)
    assert one.how_it_ended() == "ended with exit code 0"


@pytest.mark.parametrize("written", ["b'x' * 11", "b'x' * 11 + b'\\n'", "b'x' * 10**6"])
def test_a_line_that_is_too_long_is_refused_with_or_without_its_end(run, written):
    one = run(f"os.write(1, {written}); time.sleep(1000)")

    with pytest.raises(TooLongError):
        one.receive(SECONDS, MUCH, 10)


def test_a_line_as_long_as_allowed_is_taken(run):
    assert run("os.write(1, b'x' * 10 + b'\\n')").receive(SECONDS, MUCH, 10) == b"x" * 10 + b"\n"


def test_silence_is_given_up_at_the_deadline(run):
    with pytest.raises(DeadlineError):
        run("time.sleep(1000)").receive(0.05, MUCH, 10)


def test_memory_of_descendants_counts(run):
    one = run(
        "import subprocess\n"
        "hoard = 'x = b\"x\" * 200_000_000; import time; time.sleep(1000)'\n"
        "subprocess.Popen([sys.executable, '-S', '-c', hoard]).wait()"
    )

    with pytest.raises(OutOfMemoryLimitError):
        one.receive(SECONDS, 150_000_000, 10)


def test_the_end_of_stderr_is_kept_while_nobody_asks_for_answers(run):
    one = run("os.write(2, b'early ' * 20_000); os.write(2, b'late'); os.write(1, b'done\\n')")
    one.receive(SECONDS, MUCH, 10)
    one.stop(SECONDS)

    assert one.stderr().endswith("early late")
    assert len(one.stderr()) == 64 * 1024


def test_stderr_that_is_no_text_is_shown_as_well_as_can_be(run):
    one = run("os.write(2, b'\\xff!')")
    one.stop(SECONDS)

    assert one.stderr() == "\ufffd!"


def test_nobody_reads_a_request_to_a_process_that_has_ended(run):
    one = run("")
    assert one.how_it_ended() == "ended with exit code 0"

    with pytest.raises(EndedError):
        one.send(b"request\n")


def test_nothing_runs_that_the_guard_does_not_know_of(watcher, tmp_path):
    watcher._process.kill()
    watcher._process.wait(SECONDS)
    before = set(psutil.Process().children())

    with pytest.raises(HostError, match="guard process is gone"):
        Process((sys.executable, "-c", "import time; time.sleep(1000)"), {}, tmp_path, watcher)

    assert set(psutil.Process().children()) <= before


def test_the_bare_environment_names_no_place_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("PATH", "/home/somebody/bin:/usr/bin")

    environment = bare_environment("/opt/tool/bin/tool", tmp_path)

    assert not any("somebody" in value for value in environment.values())
    assert environment["PATH"].split(":")[0] == "/opt/tool/bin"
    assert Path(environment["HOME"]) == tmp_path
