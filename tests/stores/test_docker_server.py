"""Services through Docker, with a fake client: what is asked of Docker, and what is said when it cannot."""

import gc
import re
import warnings

import docker
import docker.errors
import pytest
import requests
import yaml

from harness.host.errors import HostError
from harness.host.places import shipped
from harness.stores import docker_server
from harness.stores.docker_server import Image, find_image, running, service


class FakeGuard:
    def __init__(self):
        self.said = []

    def watch_container(self, name):
        self.said.append(("watch", name))

    def forget_container(self, name):
        self.said.append(("forget", name))


COMPOSE = yaml.safe_load(shipped("docker/compose.yml").read_text())


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_the_compose_file_pins_by_digest_and_publishes_on_loopback_only(name):
    body = COMPOSE["services"][name]
    assert re.fullmatch(r"[a-z0-9./]+:[\w.-]+@sha256:[0-9a-f]{64}", body["image"])
    assert len(service(name).ports) == len(body.get("ports", ()))
    # On the network of this machine, a service must be told to listen on loopback itself.
    assert body.get("ports") or (body["network_mode"] == "host" and "-host=127.0.0.1" in body["command"])
    # What the code would not heed must not be in the file.
    assert set(body) <= {"image", "command", "environment", "ports", "network_mode"}


def test_keys_are_never_in_the_compose_file():
    assert set(service("minio").environment) == {"MINIO_BROWSER", "MINIO_UPDATE"}


def test_an_image_that_is_here_is_not_pulled(fake_docker):
    client = fake_docker(service("minio").image)
    assert find_image("minio", print, lambda: client) == Image(service("minio"), client)
    assert client.pulled == []


def test_an_image_that_is_not_here_is_pulled_and_said(fake_docker):
    client, said = fake_docker(), []
    assert isinstance(find_image("minio", said.append, lambda: client), Image)
    assert client.pulled == [service("minio").image]
    assert said == [f"pulling {service('minio').image}"]


def test_offline_nothing_is_pulled(monkeypatch, fake_docker):
    monkeypatch.setenv("OZH_OFFLINE", "1")
    client = fake_docker()
    assert "OZH_OFFLINE" in find_image("minio", print, lambda: client)
    assert client.pulled == []


def test_an_image_that_cannot_be_pulled_is_a_reason(monkeypatch, fake_docker):
    monkeypatch.delenv("OZH_OFFLINE", raising=False)
    reason = find_image("minio", print, lambda: fake_docker(pulls=False))
    assert reason.startswith("Docker cannot pull")
    assert "unauthorized" in reason


@pytest.mark.parametrize("problem", [docker.errors.DockerException("no"), requests.ConnectionError("no")])
def test_without_a_daemon_docker_is_not_available(problem):
    def connect():
        raise problem

    assert find_image("minio", print, connect) == "Docker is not available, because no"


def test_the_real_sdk_without_a_daemon_is_not_available(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the SDK leaves its socket open
        reason = find_image("minio", print)
        gc.collect()
    assert reason.startswith("Docker is not available, because ")


def test_a_container_has_loopback_ports_our_label_and_is_removed_at_the_end(fake_docker):
    client, guard = fake_docker(), FakeGuard()
    with running(Image(service("minio"), client), {"MINIO_ROOT_USER": "me"}, guard) as container:
        made = client.made[0]
        assert container.ports == {9000: 49200}
        assert made.asked["ports"] == {"9000/tcp": ("127.0.0.1", None)}
        assert made.asked["environment"]["MINIO_ROOT_USER"] == "me"
        assert made.asked["environment"]["MINIO_BROWSER"] == "off"
        assert made.asked["command"] == ["server", "/data"]
        assert made.asked["labels"] == {docker_server.LABEL: "minio"}
        assert container.ended() is None
        assert container.log() == b"hello"
        assert made.removed is None
    assert made.removed == {"force": True, "v": True}
    assert guard.said == [("watch", "abc"), ("forget", "abc")]


def test_a_container_is_removed_when_the_body_raises(fake_docker):
    client = fake_docker()
    with pytest.raises(KeyError), running(Image(service("minio"), client), {}, FakeGuard()):
        raise KeyError
    assert client.made[0].removed


def test_a_container_that_does_not_start_is_removed_and_said(fake_docker):
    client = fake_docker(fails=True)
    with (
        pytest.raises(HostError, match="Docker does not start minio: no such network"),
        running(Image(service("minio"), client), {}, FakeGuard()),
    ):
        pass
    assert client.made[0].removed


def test_a_container_that_ended_says_so(fake_docker):
    client = fake_docker()
    with running(Image(service("toxiproxy"), client), {}, FakeGuard()) as container:
        client.made[0].status = "exited"
        assert container.ended() == "it is exited"


def test_the_version_is_the_tag_with_its_digest():
    assert Image(service("toxiproxy"), None).version.startswith("2.12.0@sha256:")
