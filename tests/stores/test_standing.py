"""A MinIO that stays: up, status and down, each safe to repeat."""

import json

import psutil
import pytest

from harness.host.errors import HostError
from harness.stores import standing
from harness.stores.given import given_server
from harness.stores.program import Binary


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("OZH_CACHE", str(tmp_path / "cache"))


@pytest.fixture(name="found")
def use_what_is_found(minio_binary, monkeypatch):
    monkeypatch.setattr(standing, "find_binary", lambda _program, _say: minio_binary)


def test_nothing_is_up_at_first():
    assert standing.status() is None
    assert standing.down() is False


@pytest.mark.minio
@pytest.mark.usefixtures("found")
def test_it_stays_until_it_is_taken_down(tmp_path):
    said = []
    up = standing.up(said.append)
    try:
        assert standing.status() == up
        assert standing.up(said.append) == up
        assert said == [f"MinIO is up already at {up.endpoint}"]
        assert up.credentials.stat().st_mode & 0o777 == 0o600
        assert given_server(up.endpoint, up.credentials).healthy()
        secret = json.loads(up.credentials.read_text())["secret_key"]
        assert secret not in repr(up) + (tmp_path / "cache/store/state.json").read_text()
        process = up.process()
    finally:
        assert standing.down() is True
    assert not process.is_running()
    assert not up.folder.exists()
    assert not up.credentials.exists()
    assert standing.status() is None
    assert standing.down() is False


@pytest.mark.minio
@pytest.mark.usefixtures("found")
def test_one_that_died_is_replaced():
    first = standing.up(print)
    first.process().kill()
    psutil.wait_procs([psutil.Process(first.pid)], 30)
    assert standing.status() is None
    second = standing.up(print)
    assert standing.down() is True
    assert second.pid != first.pid
    assert not first.folder.exists()


def test_a_process_that_got_its_number_is_left_alone(tmp_path):
    me = psutil.Process()
    state = standing.Standing(
        endpoint="http://127.0.0.1:1",
        credentials=tmp_path / "none",
        folder=tmp_path / "data",
        version="1",
        pid=me.pid,
        started=me.create_time(),
    )
    assert state.process() is None


def test_one_that_does_not_start_leaves_nothing(program, monkeypatch, tmp_path):
    path = program("minio", "echo boom; exit 1")
    monkeypatch.setattr(standing, "find_binary", lambda _program, _say: Binary(path, "1", "PATH"))
    with pytest.raises(HostError, match="boom"):
        standing.up(print)
    assert [path.name for path in (tmp_path / "cache/store").iterdir()] == ["lock"]
    assert standing.status() is None
