"""A MinIO of ours: alone on loopback, with secrets nobody sees, and gone when the run is."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import urllib3

from harness.host.errors import HostError
from harness.stores import child, docker_server, minio_server
from harness.stores.minio_server import from_binary, minio, prepare
from harness.stores.program import Binary

DEADLINE = 60

RUN = """
import json, sys
from pathlib import Path
import psutil
from harness.host.guard import guard
from harness.stores.program import Binary
from harness.stores.minio_server import from_binary
with guard() as watcher, from_binary(Binary(Path(sys.argv[1]), "1", "PATH"), watcher) as server:
    [minio] = [one for one in psutil.Process().children() if "--address" in one.cmdline()]
    print(json.dumps([watcher._process.pid, minio.pid, minio.cwd()]), flush=True)
    sys.stdin.readline()
"""


def ours(endpoint):
    port = endpoint.rpartition(":")[2]
    [found] = [one for one in psutil.Process().children() if f"127.0.0.1:{port}" in one.cmdline()]
    return found


def test_keys_are_not_shown(tmp_path):
    start = prepare(Binary(Path("/minio"), "1", "PATH"), tmp_path)
    assert start.server.access_key not in repr(start)
    assert start.server.secret_key not in repr(start)
    assert start.server.secret_key not in " ".join(start.command)


def test_every_start_has_keys_of_its_own(tmp_path):
    binary = Binary(Path("/minio"), "1", "PATH")
    first, second = prepare(binary, tmp_path).server, prepare(binary, tmp_path).server
    assert first.secret_key != second.secret_key
    assert first.access_key != second.access_key


def test_a_minio_that_ends_at_once_is_reported_with_the_end_of_its_log(guard, program):
    path = program("minio", 'echo "the disk is on fire, $MINIO_ROOT_PASSWORD"; exit 1')
    with (
        pytest.raises(HostError, match=r"MinIO ended while it started: the disk is on fire, \*\*\*"),
        from_binary(Binary(path, "1", "PATH"), guard),
    ):
        pass


def test_a_minio_that_never_finds_a_port_is_given_up(guard, program):
    path = program("minio", "echo Specified port is already in use; exit 1")
    with (
        pytest.raises(HostError, match="no free port in 5 tries"),
        from_binary(Binary(path, "1", "PATH"), guard),
    ):
        pass


def test_a_minio_in_docker_is_told_its_keys_and_found_by_its_port(guard, monkeypatch, fake_docker):
    monkeypatch.setattr(minio_server, "_is_ours", lambda _server: True)
    client = fake_docker()
    image = docker_server.Image(docker_server.service("minio"), client)
    with minio(image, guard) as server:
        asked = client.made[0].asked["environment"]
        assert server.endpoint == "http://127.0.0.1:49200"
        assert (server.access_key, server.secret_key) == (
            asked["MINIO_ROOT_USER"],
            asked["MINIO_ROOT_PASSWORD"],
        )
        assert server.facts["version"].startswith("RELEASE.")
        assert server.read_log() == b"hello"
    assert client.made[0].removed


def test_a_container_that_exits_is_reported(guard, monkeypatch, fake_docker):
    client = fake_docker(status="exited")
    monkeypatch.setattr(minio_server, "_is_ours", lambda _server: False)
    image = docker_server.Image(docker_server.service("minio"), client)
    with pytest.raises(HostError, match="MinIO in Docker ended while it started"), minio(image, guard):
        pass


@pytest.mark.minio
def test_it_listens_on_loopback_only(server):
    listening = [one for one in ours(server.endpoint).net_connections() if one.status == psutil.CONN_LISTEN]
    assert listening
    assert {one.laddr.ip for one in listening} <= {"127.0.0.1", "::1"}


@pytest.mark.minio
def test_it_inherits_nothing_of_the_users(monkeypatch, guard, minio_binary):
    monkeypatch.setenv("MINIO_DOMAIN", "example.org")
    with from_binary(minio_binary, guard) as other:
        names = set(ours(other.endpoint).environ())
    assert "MINIO_DOMAIN" not in names
    assert {"MINIO_BROWSER", "MINIO_UPDATE", "HOME"} <= names


@pytest.mark.minio
def test_server_and_data_are_gone_after_the_body_even_if_it_raises(guard, minio_binary):
    with pytest.raises(KeyError), from_binary(minio_binary, guard) as server:  # noqa: PT012
        process = ours(server.endpoint)
        folder = Path(process.cwd())
        assert server.healthy()
        raise KeyError
    assert not process.is_running()
    assert not folder.exists()
    assert not server.healthy()


@pytest.mark.minio
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_server_and_data_are_gone_when_the_run_is_killed(number, minio_binary):
    command = [sys.executable, "-c", RUN, str(minio_binary.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        guard_pid, minio_pid, folder = json.loads(run.stdout.readline())
        watcher, process = psutil.Process(guard_pid), psutil.Process(minio_pid)
        run.send_signal(number)
        run.wait(DEADLINE)
        watcher.wait(DEADLINE)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert not Path(folder).exists()


@pytest.mark.minio
def test_it_is_not_healthy_once_it_was_killed(guard, minio_binary):
    with from_binary(minio_binary, guard) as server:
        process = ours(server.endpoint)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(DEADLINE)
        assert not server.healthy()


@pytest.mark.minio
def test_a_port_taken_meanwhile_is_tried_again(server, guard, minio_binary, monkeypatch):
    taken = int(server.endpoint.rpartition(":")[2])
    free = minio_server.free_port()
    ports = iter([taken, free])
    monkeypatch.setattr(minio_server, "free_port", lambda: next(ports))
    with from_binary(minio_binary, guard) as other:
        assert other.endpoint.endswith(f":{free}")
        assert other.healthy()


@pytest.mark.minio
def test_another_minio_is_not_taken_for_ours(server, tmp_path, minio_binary):
    stranger = prepare(minio_binary, tmp_path).server
    impostor = minio_server.Server(server.endpoint, stranger.access_key, stranger.secret_key, "own", {})
    assert impostor.healthy()
    assert not minio_server._is_ours(impostor)


@pytest.mark.minio
def test_its_log_is_kept_without_keys(server):
    log = server.read_log()
    assert b"MinIO Object Storage Server" in log
    assert server.secret_key.encode() not in log


@pytest.mark.minio
def test_it_shows_nothing_in_a_browser(server):
    with urllib3.PoolManager(retries=False) as http:
        answer = http.request(
            "GET", server.endpoint, headers={"Accept": "text/html", "User-Agent": "Mozilla"}
        )
    assert answer.status == 403


def test_waiting_for_a_server_gives_up(monkeypatch, guard, program):
    monkeypatch.setattr(child, "READY_SECONDS", 0)
    path = program("minio", "exec sleep 1000")
    with pytest.raises(HostError, match="not ready after"), from_binary(Binary(path, "1", "PATH"), guard):
        pass
