"""A service of docker/compose.yml as a container of ours: loopback ports, removed at the end.

The file stays the one place that names images and commands; this reads it and uses the Docker SDK, so that no
`docker compose` is needed.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import docker
import docker.errors
import requests
import yaml

from harness.host.errors import HostError
from harness.host.guard import Guard
from harness.host.places import offline, shipped

LABEL = "ozh-run"
_PORT = re.compile(r"127\.0\.0\.1::(\d+)")
_ERRORS = (docker.errors.DockerException, requests.exceptions.RequestException)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Service:
    """One service of docker/compose.yml."""

    name: str
    image: str  # with tag and digest
    command: tuple[str, ...]
    environment: dict[str, str]  # what the user must give (${...}) left out
    ports: tuple[int, ...]  # of the container; each is published on loopback
    network: str | None = None  # "host": it listens on ports of this machine itself


@dataclass(frozen=True)
class Image:
    """A service whose image this machine's Docker has."""

    service: Service
    client: Any  # docker.DockerClient

    @property
    def version(self) -> str:
        """The tag of the image, with its digest."""
        return self.service.image.partition("/")[2].partition(":")[2]


@dataclass(frozen=True)
class Container:
    """A running service: which port of this machine leads to which of its own."""

    ports: dict[int, int]
    container: Any  # docker.models.containers.Container

    def log(self) -> bytes:
        """Return what it wrote so far; raises HostError."""
        with _docker_errors("show a log"):
            return bytes(self.container.logs())

    def ended(self) -> str | None:
        """Return why it is not running, or None if it is; raises HostError."""
        with _docker_errors("look after a container"):
            self.container.reload()
        return None if self.container.status in ("created", "running") else f"it is {self.container.status}"


def service(name: str) -> Service:
    """Return a service as docker/compose.yml has it."""
    body = yaml.safe_load(shipped("docker/compose.yml").read_text())["services"][name]
    ports = [_PORT.fullmatch(port) for port in body.get("ports", [])]
    environment = {key: str(value) for key, value in body.get("environment", {}).items()}
    return Service(
        name=name,
        image=body["image"],
        command=tuple(body["command"]),
        environment={key: value for key, value in environment.items() if not value.startswith("${")},
        ports=tuple(int(port[1]) for port in ports if port),
        network=body.get("network_mode"),
    )


def find_image(name: str, say: Say, connect: Callable[[], Any] = docker.from_env) -> Image | str:
    """Return the image of a service, pulled if need be (not offline), or why Docker cannot give it."""
    wanted = service(name)
    try:
        client = connect()
        client.ping()
    except _ERRORS as problem:
        return f"Docker is not available, because {_first_line(problem)}"
    try:
        if not _has(client, wanted.image):
            if offline():
                return f"Docker has no image {wanted.image}, and OZH_OFFLINE forbids pulling it"
            say(f"pulling {wanted.image}")
            client.images.pull(wanted.image)
    except _ERRORS as problem:
        return f"Docker cannot pull {wanted.image}, because {_first_line(problem)}"
    return Image(wanted, client)


def _has(client: docker.DockerClient, image: str) -> bool:
    try:
        client.images.get(image)
    except docker.errors.ImageNotFound:
        return False
    return True


@contextmanager
def running(
    image: Image, environment: dict[str, str], guard: Guard, arguments: tuple[str, ...] = ()
) -> Iterator[Container]:
    """Run a service for as long as the body; raises HostError if Docker does not start it.

    `arguments` are added to its command.
    """
    wanted = image.service
    with _docker_errors(f"start {wanted.name}"):
        made = image.client.containers.create(
            wanted.image,
            command=[*wanted.command, *arguments],
            environment={**wanted.environment, **environment},
            ports={f"{port}/tcp": ("127.0.0.1", None) for port in wanted.ports},
            network_mode=wanted.network,
            labels={LABEL: wanted.name},
            security_opt=["no-new-privileges"],
        )
    try:
        guard.watch_container(made.id)
        with _docker_errors(f"start {wanted.name}"):
            made.start()
            made.reload()
        published = {port: int(made.ports[f"{port}/tcp"][0]["HostPort"]) for port in wanted.ports}
        yield Container(published, made)
    finally:
        with _docker_errors(f"remove {wanted.name}"):
            made.remove(force=True, v=True)
        guard.forget_container(made.id)


@contextmanager
def _docker_errors(doing: str) -> Iterator[None]:
    try:
        yield
    except _ERRORS as problem:
        raise HostError(f"Docker does not {doing}: {_first_line(problem)}", "see `docker info`") from problem


def _first_line(problem: Exception) -> str:
    return str(problem).partition("\n")[0][:300]
