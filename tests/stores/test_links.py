"""Links to a real server, through a real toxiproxy: latency on what comes back, and nothing left behind."""

import io
import socket
import threading
import time

import psutil
import pytest

from harness.host.errors import HostError
from harness.scenario.network import NETWORKS, Network
from harness.stores import links as links_module
from harness.stores.docker_server import find_image, service
from harness.stores.links import open_links
from harness.stores.program import find
from harness.stores.programs import TOXIPROXY
from harness.stores.toxiproxy import toxiproxy

ZERO = Network(name="zero", rtt_ms=0)


@pytest.fixture
def echo():
    """A server that gives back what it gets, on one connection after another."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                while data := connection.recv(4096):
                    connection.sendall(data)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def connect(url):
    host, _, port = url.removeprefix("http://").rpartition(":")
    return socket.create_connection((host, int(port)))


@pytest.mark.tools
@pytest.mark.xdist_group("tools")
def test_every_round_trip_takes_as_long_as_was_asked_for(guard, echo):
    with (
        open_links(echo, guard, print) as links,
        links.link(Network(name="own", rtt_ms=30)) as url,
        connect(url) as connection,
    ):
        begun = time.perf_counter()
        for _ in range(10):
            connection.sendall(b"ping")
            assert connection.recv(4) == b"ping"
        took = time.perf_counter() - begun

    assert took >= 10 * 0.030


@pytest.mark.tools
@pytest.mark.xdist_group("tools")
def test_each_session_has_a_link_of_its_own_and_one_of_0_ms_goes_through_the_proxy_too(guard, echo):
    with open_links(echo, guard, print) as links:
        assert links.facts == {}
        with links.link(ZERO) as fast, links.link(NETWORKS["continent"]) as slow:
            assert len({echo, fast, slow}) == 3
            assert links.facts["server"] == "toxiproxy"
            with connect(fast) as connection:
                connection.sendall(b"a")
                assert connection.recv(1) == b"a"
        with pytest.raises(OSError, match="refused"):
            connect(fast)


@pytest.mark.tools
@pytest.mark.xdist_group("tools")
def test_nothing_is_left_when_the_links_are_over(guard, echo):
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with open_links(echo, guard, print) as links, links.link(NETWORKS["hotel"]) as url:
        with connect(url) as connection:
            connection.sendall(b"a")
            assert connection.recv(1) == b"a"
        assert {child.pid for child in psutil.Process().children(recursive=True)} - before

    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before
    assert not [thread for thread in threading.enumerate() if thread.name == "relays"]
    with pytest.raises(OSError, match="refused"):
        connect(url)


@pytest.mark.minio
@pytest.mark.tools
@pytest.mark.xdist_group("tools")
@pytest.mark.parametrize("network", [ZERO, NETWORKS["lan"], Network(name="thin", rtt_ms=1, mbit_per_s=200)])
def test_signed_requests_pass_through_a_link(network, server, stores):
    with stores.session({"s3"}, network) as access:
        place = stores.write_location("s3", "any.zarr", access)
        assert place.endpoint == access.endpoint != server.endpoint
        stores.put(place, [("zarr.json", b"{}")])
        own = type(server)(
            access.endpoint, access.access_key, access.secret_key, "own", {"server": "MinIO"}
        ).client()
        own.put_object(place.bucket, f"{place.key}/big", io.BytesIO(bytes(300_000)), 300_000)
        with own.get_object(place.bucket, f"{place.key}/zarr.json") as answer:
            assert answer.read() == b"{}"
        assert set(stores.written(place).keys()) == {"big", "zarr.json"}


def test_links_carry_plain_http_only(guard):
    with (
        open_links("https://example.org", guard, print) as links,
        pytest.raises(HostError, match="plain http"),
        links.link(ZERO),
    ):
        pass


def test_without_toxiproxy_the_ways_to_get_it_are_named(guard, echo, monkeypatch):
    def nowhere(_program, _say):
        raise HostError("no toxiproxy here", TOXIPROXY.mend)

    monkeypatch.setattr(links_module, "find", nowhere)
    with (
        open_links(echo, guard, print) as links,
        pytest.raises(HostError, match="no toxiproxy here") as said,
        links.link(ZERO),
    ):
        pass
    for way in ("PATH", "Docker", "Go", "direct"):
        assert way in said.value.mend


@pytest.mark.tools
@pytest.mark.xdist_group("tools")
def test_what_toxiproxy_refuses_is_said(guard):
    with (
        toxiproxy(find(TOXIPROXY, print), guard) as server,
        pytest.raises(HostError, match="toxiproxy refuses POST /proxies"),
        server.proxy("", 0),
    ):
        pass


def test_docker_gives_it_the_network_of_this_machine_and_a_port_we_chose(guard, fake_docker, monkeypatch):
    fake = fake_docker(_toxiproxy_image())
    image = find_image("toxiproxy", print, lambda: fake)
    monkeypatch.setattr("harness.stores.toxiproxy.Toxiproxy.answers", lambda _self: True)
    with toxiproxy(image, guard) as server:
        asked = fake.made[0].asked
        assert asked["network_mode"] == "host"
        assert asked["command"] == ["-host=127.0.0.1", f"-port={server.port}"]
        assert asked["ports"] == {}
        assert server.facts["found"] == "docker"
    assert fake.made[0].removed


def _toxiproxy_image():
    return service("toxiproxy").image
