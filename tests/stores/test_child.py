"""Server processes: an environment without the user's settings, and an end for certain."""

import subprocess

import psutil
import pytest

from harness.host.errors import HostError
from harness.stores import child


def test_a_server_inherits_no_keys_no_proxies_and_no_home(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "MINIO_ROOT_USER", "HTTP_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "x")
    environ = child.environment(tmp_path, MINIO_UPDATE="off")
    assert environ["HOME"] == str(tmp_path)
    assert environ["MINIO_UPDATE"] == "off"
    assert not [name for name in environ if "AWS" in name or "PROXY" in name.upper() or "ROOT" in name]


def test_a_process_is_ended_with_the_body_and_its_output_kept(guard, program, tmp_path):
    path = program("server", "echo hello; exec sleep 1000")
    log = tmp_path / "log"
    with child.running([str(path)], {}, tmp_path, log, guard) as process:
        child.wait_until(lambda: log.read_bytes() == b"hello\n", lambda: None, "the server")
        assert process.poll() is None
    assert process.returncode == -15
    assert log.read_text() == "hello\n"


def test_a_process_that_is_deaf_to_sigterm_is_killed(program, tmp_path, monkeypatch):
    monkeypatch.setattr(child, "GRACE_SECONDS", 0.2)
    path = program("server", "trap '' TERM; echo ready; sleep 1000 & wait; wait")
    process = child.spawn([str(path)], {"PATH": "/usr/bin:/bin"}, tmp_path, tmp_path / "log")
    child.wait_until(lambda: (tmp_path / "log").read_bytes() != b"", lambda: None, "it")
    below = psutil.Process(process.pid).children()
    child.end(process)
    assert process.returncode == -9
    assert psutil.wait_procs(below, 30)[1] == []


def test_a_program_that_cannot_be_run_is_a_fault_of_the_host(tmp_path):
    with pytest.raises(HostError, match="does not start"):
        child.spawn([str(tmp_path / "none")], {}, tmp_path, tmp_path / "log")


def test_waiting_ends_when_it_fails_and_says_why():
    with pytest.raises(HostError, match="it ended while it started: boom"):
        child.wait_until(lambda: False, lambda: "boom", "it")


def test_waiting_ends_at_the_deadline(monkeypatch):
    monkeypatch.setattr(child, "READY_SECONDS", 0)
    with pytest.raises(HostError, match="not ready after 0 s"):
        child.wait_until(lambda: False, lambda: None, "it")


def test_the_end_of_a_log_is_one_line():
    assert child.last_lines(b"a\n\nb\n c \n", 2) == "b / c"
    assert child.last_lines(b"") == "it said nothing"


def test_ending_what_has_ended_does_nothing():
    process = subprocess.Popen(["true"], start_new_session=True)
    process.wait()
    child.end(process)
    assert process.returncode == 0
