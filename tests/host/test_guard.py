"""The guard: what a run registered is gone once the run is, however it ended."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from harness.host import _guard_main
from harness.host.errors import HostError
from harness.host.guard import guard

DEADLINE = 30

RUN = """
import json, subprocess, sys
from harness.host.guard import guard
with guard() as watcher, watcher.folder("ozh-test-") as folder:
    (folder / "file").write_text("x")
    child = subprocess.Popen(CHILD, start_new_session=True, stdout=subprocess.PIPE)
    child.stdout.readline()
    watcher.watch_group(child.pid)
    print(json.dumps([watcher._process.pid, child.pid, str(folder)]), flush=True)
    sys.stdin.readline()
"""
QUIET = ["sh", "-c", "echo ready; exec sleep 1000"]
STUBBORN = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1000; done"]


def started(child):
    code = RUN.replace("CHILD", repr(child))
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def sleeper():
    return subprocess.Popen(["sleep", "1000"], start_new_session=True)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("child", [QUIET, STUBBORN], ids=["quiet", "deaf to SIGTERM"])
def test_group_and_folder_go_when_the_run_is_killed(number, child):
    with started(child) as run:
        guard_pid, group, folder = json.loads(run.stdout.readline())
        watcher = psutil.Process(guard_pid)
        run.send_signal(number)
        run.wait(DEADLINE)
        watcher.wait(DEADLINE)
    assert gone(group)
    assert not Path(folder).exists()


def test_ctrl_c_in_the_terminal_does_not_reach_the_guard():
    with guard() as watcher:
        assert os.getpgid(watcher._process.pid) != os.getpgid(0)


def test_leftovers_of_a_run_that_ends_well_are_ended_too():
    with guard() as watcher:
        child = sleeper()
        watcher.watch_group(child.pid)
    assert child.wait(DEADLINE) == -signal.SIGTERM


def test_what_was_taken_back_is_left_alone():
    with guard() as watcher:
        child = sleeper()
        watcher.watch_group(child.pid)
        watcher.forget_group(child.pid)
    assert child.poll() is None
    child.kill()
    child.wait(DEADLINE)


def test_a_number_given_to_a_later_process_is_left_alone():
    child = sleeper()
    earlier = psutil.Process(child.pid).create_time() - 100
    assert not _guard_main.Group(child.pid, earlier).signal(signal.SIGKILL)
    assert child.poll() is None
    child.kill()
    child.wait(DEADLINE)


def test_a_group_is_ended_even_if_its_leader_is_gone():
    script = "sleep 1000 & echo $!"
    leader = subprocess.Popen(["sh", "-c", script], start_new_session=True, stdout=subprocess.PIPE)
    member = int(leader.stdout.readline())
    group = _guard_main.Group(leader.pid, psutil.Process(leader.pid).create_time())
    leader.stdout.close()
    leader.wait(DEADLINE)
    assert group.signal(signal.SIGKILL)
    assert (
        psutil.wait_procs([psutil.Process(member)] if psutil.pid_exists(member) else [], DEADLINE) is not None
    )
    assert gone(member)


def test_a_group_that_has_ended_already_needs_no_watching():
    child = subprocess.Popen(["true"], start_new_session=True)
    child.wait(DEADLINE)
    with guard() as watcher:
        watcher.watch_group(child.pid)


def test_a_folder_is_ours_alone_and_removed_at_the_end():
    with guard() as watcher:
        with watcher.folder("ozh-test-") as folder:
            assert folder.parent == Path(tempfile.gettempdir()).resolve()
            assert folder.stat().st_mode & 0o777 == 0o700
            (folder / "closed").mkdir(mode=0o500)
            (folder / "closed" / "link").symlink_to("/")
        assert not folder.exists()


def test_a_folder_is_removed_when_the_body_raises():
    with guard() as watcher:
        with pytest.raises(ValueError), watcher.folder("ozh-test-") as folder:
            raise ValueError
        assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_a_fault_of_the_host(tmp_path, monkeypatch):
    with guard() as watcher:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
        with pytest.raises(HostError, match="no temporary folder"), watcher.folder("ozh-test-"):
            pass


def test_watching_fails_when_the_guard_is_gone():
    with guard() as watcher:
        watcher._process.kill()
        watcher._process.wait(DEADLINE)
        with pytest.raises(HostError, match="guard process is gone"), watcher.folder("ozh-test-"):
            pass


def test_forgetting_is_no_error_when_the_guard_is_gone():
    with guard() as watcher:
        watcher._process.kill()
        watcher._process.wait(DEADLINE)
        watcher.forget_group(1)


def test_many_threads_may_tell_it_at_once():
    with guard() as watcher:
        children = [sleeper() for _ in range(20)]
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(watcher.watch_group, [child.pid for child in children]))
    assert {child.wait(DEADLINE) for child in children} == {-signal.SIGTERM}


def run_main(lines, temporary):
    command = [sys.executable, "-P", _guard_main.__file__, str(temporary)]
    return subprocess.run(command, input=lines, timeout=DEADLINE, check=True)


def test_a_folder_outside_the_temporary_one_is_never_removed(tmp_path):
    inside, outside = tmp_path / "temporary", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    wanted = [outside, inside, inside / ".." / "outside"]
    lines = b"".join(json.dumps(["watch", "folder", str(path)]).encode() + b"\n" for path in wanted)
    run_main(lines, inside)
    assert outside.exists()
    assert inside.exists()


def test_a_torn_last_line_does_not_keep_it_from_cleaning(tmp_path):
    (tmp_path / "ours").mkdir()
    line = json.dumps(["watch", "folder", str(tmp_path / "ours")]).encode() + b"\n"
    run_main(line + b'["watch", "fol', tmp_path)
    assert not (tmp_path / "ours").exists()


def test_containers_are_removed_with_their_volumes(monkeypatch):
    removed = []

    class Container:
        def remove(self, **how):
            removed.append(how)

    class Client:
        containers = {"abc": Container()}

    monkeypatch.setattr("docker.from_env", Client)
    _guard_main.remove_containers(["abc"])
    assert removed == [{"force": True, "v": True}]


def test_it_imports_little():
    code = "import runpy, sys; runpy.run_path(sys.argv[1]); print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-P", "-c", code, _guard_main.__file__], capture_output=True, check=True, text=True
    )
    assert not {"docker", "pydantic", "numpy", "asyncio"} & set(answer.stdout.split())
