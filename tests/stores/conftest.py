"""One real MinIO for all tests that need it, a Docker that is none, and a small image to publish."""

import stat
from contextlib import ExitStack

import docker.errors
import pytest

from harness.host.errors import HostError
from harness.host.guard import guard as start_guard
from harness.stores.buckets import open_buckets
from harness.stores.minio_server import from_binary
from harness.stores.open import Stores
from harness.stores.program import find_binary
from harness.stores.programs import MINIO
from harness.stores.ways import Ways

FILES = {"zarr.json": b"{}", "0/zarr.json": b"{...}", "0/c/0/0": bytes(range(256)), "0/c/0/1": b""}


@pytest.fixture(scope="session")
def guard():
    with start_guard() as watcher:
        yield watcher


@pytest.fixture(scope="session")
def minio_binary():
    try:
        return find_binary(MINIO, print)
    except HostError as problem:
        pytest.skip(str(problem))


@pytest.fixture(scope="session")
def server(guard, minio_binary):
    with from_binary(minio_binary, guard) as server:
        yield server


class FakeContainer:
    id = "abc"

    def __init__(self, asked, status, *, fails):
        self.asked, self.status, self.fails, self.removed = asked, status, fails, None
        self.ports = {port: [{"HostIp": "127.0.0.1", "HostPort": "49200"}] for port in asked["ports"]}

    def start(self):
        if self.fails:
            raise docker.errors.APIError("no such network\nmore")

    def reload(self):
        pass

    def logs(self):
        return b"hello"

    def remove(self, **how):
        self.removed = how


class FakeDocker:
    """A Docker that knows the images it is given; it is its own `images` and `containers`."""

    def __init__(self, *known, pulls=True, fails=False, status="running"):
        self.known, self.pulls, self.fails, self.status = set(known), pulls, fails, status
        self.pulled, self.made = [], []
        self.images = self.containers = self

    def ping(self):
        return True

    def get(self, image):
        if image not in self.known:
            raise docker.errors.ImageNotFound("no such image")

    def pull(self, image):
        if not self.pulls:
            raise docker.errors.APIError("unauthorized")
        self.pulled.append(image)

    def create(self, image, **asked):
        self.made.append(FakeContainer({"image": image, **asked}, self.status, fails=self.fails))
        return self.made[-1]


@pytest.fixture
def fake_docker():
    return FakeDocker


@pytest.fixture
def stores(server, guard, request, tmp_path):
    """The stores of a run of its own, on the shared server."""
    run = f"{request.node.name}-{tmp_path.name}"
    with ExitStack() as stack:
        buckets = stack.enter_context(open_buckets(server, run, anonymous=True))
        ways = Ways(server, buckets.data, guard, print, stack)
        yield Stores({"file", "http", "s3"}, guard, buckets, ways)
        buckets.remove_all()


@pytest.fixture
def files():
    return FILES


@pytest.fixture
def image(tmp_path):
    folder = tmp_path / "image.zarr"
    for key, value in FILES.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(value)
    return folder


@pytest.fixture
def program(tmp_path):
    """Make an executable shell script."""

    def make(name, body):
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make
