"""MinIO's trace on a real MinIO: whose requests they were, how many, and what their figures mean."""

import gzip
import io
import os
import signal
import socket
import threading
import zlib
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import md5, sha256
from urllib.parse import urlsplit

import psutil
import pytest
import urllib3
from minio import Minio
from minio.credentials.credentials import Credentials
from minio.signer import sign_v4_s3
from minio.time import to_amz_date, utcnow

from harness.host.errors import HostError
from harness.stores import provision
from harness.stores.minio_server import fresh_keys, from_binary
from harness.stores.trace import tracing

pytestmark = pytest.mark.minio

SMALL, LARGE = os.urandom(1000), os.urandom(20 << 20)


class Session:
    """A client with a key of its own; `told` is what it saw of each of its requests on the wire."""

    def __init__(self, server, http, keys=("", "")):
        self.server, self.http, self.keys = server, http, keys
        self.told = []

    def ask(self, method, path, body=b"", signed_body=None, **headers):
        """Ask, and keep method, path, status, and the bytes of both bodies as they crossed the wire."""
        url = urlsplit(f"{self.server.endpoint}{path}")
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.keys[0]:
            signed_body = signed_body or sha256(body).hexdigest()
            now = utcnow()
            sign_v4_s3(
                method=method,
                url=url,
                region="us-east-1",
                headers=(
                    headers := {
                        "Host": url.netloc,
                        "x-amz-date": to_amz_date(now),
                        "x-amz-content-sha256": signed_body,
                        **headers,
                    }
                ),
                credentials=Credentials(*self.keys),
                content_sha256=signed_body,
                date=now,
            )
        answer = self.http.request(
            method, url.geturl(), body=body or None, headers=headers, preload_content=False, redirect=False
        )
        data = answer.read(decode_content=False)
        answer.release_conn()
        self.told.append((method, url.path, answer.status, len(body), len(data)))
        return data


def told_by(requests):
    return [(one.method, one.path, one.status, one.received, one.sent) for one in requests]


@pytest.fixture
def http():
    with urllib3.PoolManager(maxsize=32, retries=False) as pool:
        yield pool


@pytest.fixture
def bucket(server, request, tmp_path):
    client = server.client()
    name = provision.bucket_name(tmp_path.name + request.node.name, "data")
    provision.make_bucket(client, name)
    provision.allow_anonymous_reading(client, name)
    client.put_object(name, "image/0/c/0", io.BytesIO(SMALL), len(SMALL))
    client.put_object(name, "image/a b+c/ü~", io.BytesIO(SMALL), len(SMALL))
    yield name
    provision.remove_bucket(client, name)


@pytest.fixture
def trace(server, bucket):
    with tracing(server, bucket) as trace:
        yield trace


@pytest.fixture
def sessions(server, bucket, http):
    """Make clients, each with a key that may read the bucket and write to it."""
    admin, made = server.admin(), []

    def session():
        keys = fresh_keys()
        provision.add_key(admin, keys, bucket, bucket)
        made.append(keys[0])
        return Session(server, http, keys)

    yield session
    for key in made:
        provision.remove_key(admin, key)


@pytest.fixture
def anonymous(server, http):
    return Session(server, http)


def test_anonymous_reads_are_told_as_the_client_saw_them(trace, anonymous, bucket):
    path = f"/{bucket}/image/0/c/0"
    with trace.window() as window:
        anonymous.ask("GET", path)
        anonymous.ask("GET", path, Range="bytes=10-19")
        anonymous.ask("GET", path, Range="bytes=-4", User_Agent="zarrita/1 (näh)".encode("latin-1"))
        anonymous.ask("GET", path, Range="bytes=5000-6000")
        anonymous.ask("HEAD", path)
        anonymous.ask("HEAD", path, Range="bytes=0-0")
        anonymous.ask("GET", f"{path}/none")
        anonymous.ask("HEAD", f"{path}/none")
        anonymous.ask("GET", path, If_None_Match=f'"{md5(SMALL).hexdigest()}"')
        anonymous.ask("GET", f"/{bucket}?list-type=2&prefix=image%2F")
        anonymous.ask("PUT", f"/{bucket}/image/new", body=SMALL)
    statuses = [one.status for one in window.requests]
    assert statuses == [200, 206, 206, 416, 200, 206, 404, 404, 304, 403, 403]
    *reads, refused = told_by(window.of(""))
    assert reads == anonymous.told[:-1]
    assert refused[:3] == anonymous.told[-1][:3]
    assert refused[3] <= len(SMALL)
    assert refused[4] == anonymous.told[-1][4]


def test_ranges_asked_for_and_given_are_told(trace, anonymous, bucket):
    path = f"/{bucket}/image/0/c/0"
    with trace.window() as window:
        for wanted in ("bytes=10-19", "bytes=-4", "bytes=990-5000", "bytes=5000-6000", ""):
            anonymous.ask("GET", path, **({"Range": wanted} if wanted else {}))
    assert [(one.range, one.start, one.stop) for one in window.requests] == [
        ("bytes=10-19", 10, 20),
        ("bytes=-4", 996, 1000),
        ("bytes=990-5000", 990, 1000),
        ("bytes=5000-6000", None, None),
        ("", None, None),
    ]


def test_a_signed_session_is_told_as_it_saw_itself(trace, sessions, bucket):
    session = sessions()
    chunked = b"3e8\r\n" + SMALL + b"\r\n0\r\nx-amz-checksum-crc32:"
    chunked += b64encode(zlib.crc32(SMALL).to_bytes(4, "big")) + b"\r\n\r\n"
    with trace.window() as window:
        session.ask("PUT", f"/{bucket}/out/c/0", body=SMALL)
        session.ask("PUT", f"/{bucket}/out/empty")
        session.ask("PUT", f"/{bucket}/out/big", body=LARGE)
        session.ask(
            "PUT",
            f"/{bucket}/out/trailer",
            body=chunked,
            signed_body="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            Content_Encoding="aws-chunked",
            X_Amz_Decoded_Content_Length="1000",
            X_Amz_Trailer="x-amz-checksum-crc32",
        )
        session.ask("GET", f"/{bucket}/out/big")
        session.ask("GET", f"/{bucket}?delimiter=%2F&list-type=2&prefix=image%2F")
        session.ask("GET", f"/{bucket}/?location=")
        session.ask("GET", "/ozh-not-mine/x")
        session.ask("DELETE", f"/{bucket}/out/c/0")
        session.ask("POST", f"/{bucket}/out/parts?uploads=")
    assert [one.status for one in window.requests] == [200] * 7 + [403, 204, 200]
    assert told_by(window.of(session.keys[0])) == session.told


def test_a_compressed_listing_is_counted_as_it_crossed_the_wire(trace, sessions, server, bucket):
    session, client = sessions(), server.client()
    for number in range(40):
        client.put_object(bucket, f"many/{number}", io.BytesIO(b""), 0)
    with trace.window() as window:
        listed = session.ask("GET", f"/{bucket}?list-type=2&prefix=many%2F", Accept_Encoding="gzip")
    assert b"many/39" in gzip.decompress(listed)
    assert told_by(window.requests) == session.told


@pytest.mark.parametrize(
    "sent", ["image/a%20b+c/%C3%BC~", "image/a%20b%2Bc/%C3%BC%7E", "image/a%20b%2bc/%c3%bc~"]
)
def test_paths_are_told_decoded_however_they_were_sent(trace, anonymous, bucket, sent):
    with trace.window() as window:
        assert anonymous.ask("GET", f"/{bucket}/{sent}") == SMALL
    [one] = window.requests
    assert one.path == f"/{bucket}/image/a b+c/ü~"


def test_two_sessions_at_work_together_are_told_apart(trace, sessions, bucket):
    mine, yours = sessions(), sessions()

    def work(session, keys):
        for key in keys:
            session.ask("GET", f"/{bucket}/image/0/c/{key}")

    with trace.window() as window, ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, mine, range(150)), pool.submit(work, yours, range(1000, 1250))]:
            done.result()
    assert told_by(window.of(mine.keys[0])) == mine.told
    assert told_by(window.of(yours.keys[0])) == yours.told
    assert len(window.requests) == 400
    assert window.of("") == ()


def test_anonymous_requests_are_told_by_the_window_they_fall_into(trace, anonymous, server, bucket):
    def ask(name):
        anonymous.ask("GET", f"/{bucket}/image/0/c/0", User_Agent=name)

    ask("before")
    with trace.window() as outer:
        ask("outside")
        with trace.window() as inner:
            ask("inside")
            assert server.healthy()
            server.client().stat_object(bucket, "image/0/c/0")
            server.admin().info()
    ask("after")
    with trace.window() as empty:
        pass
    assert [one.user_agent for one in inner.of("")] == ["inside"]
    assert [one.user_agent for one in outer.requests] == ["outside", "inside"]
    assert empty.requests == ()


def test_large_answers_just_over_are_in_their_window(trace, anonymous, server, bucket):
    server.client().put_object(bucket, "image/large", io.BytesIO(LARGE), len(LARGE))
    for _ in range(20):
        with trace.window() as window:
            anonymous.ask("GET", f"/{bucket}/image/large")
        assert told_by(window.requests) == [("GET", f"/{bucket}/image/large", 200, 0, len(LARGE))]


@pytest.mark.slow
def test_of_8000_requests_none_is_lost(trace, anonymous, bucket):
    with trace.window() as window, ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: anonymous.ask("GET", f"/{bucket}/image/0/c/0?n={n}"), range(8000)))
    assert len(window.requests) == 8000
    assert {one.query for one in window.requests} == {f"n={n}" for n in range(8000)}
    assert {(one.status, one.received, one.sent) for one in window.requests} == {(200, 0, 1000)}


def test_a_client_that_hangs_up_got_no_more_than_was_sent(trace, server, bucket):
    server.client().put_object(bucket, "image/large", io.BytesIO(LARGE), len(LARGE))
    url = urlsplit(server.endpoint)
    with trace.window() as window, socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(f"GET /{bucket}/image/large HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
        got = len(connection.recv(100_000))
        while got < 100_000:
            got += len(connection.recv(100_000))
    [one] = window.requests
    assert (one.method, one.status) == ("GET", 200)
    assert got - 1000 < one.sent < len(LARGE)  # what the client got has the head too


@pytest.mark.parametrize("method", ["OPTIONS", "PATCH"])
def test_methods_that_s3_has_not_are_not_traced(trace, anonymous, bucket, method):
    with trace.window() as window:
        anonymous.ask(method, f"/{bucket}/image/0/c/0")
        anonymous.ask("GET", f"/{bucket}/image/0/c/0")
    assert [one.method for one in window.requests] == ["GET"]


def test_requests_with_wrong_signatures_are_traced(trace, http, sessions, server, bucket):
    stranger = Session(server, http, ("nobody", "secret-of-nobody"))
    impostor = Session(server, http, (sessions().keys[0], "not the secret"))
    with trace.window() as window:
        stranger.ask("GET", f"/{bucket}/image/0/c/0")
        impostor.ask("GET", f"/{bucket}/image/0/c/0")
        Session(server, http).ask("HEAD", f"/{bucket}/image/0/c/0", Authorization="nonsense")
    assert told_by(window.of("nobody")) == stranger.told
    assert told_by(window.of(impostor.keys[0])) == impostor.told
    assert {one.status for one in window.requests} == {400, 403}
    assert [(one.status, one.sent) for one in window.of("")] == [(400, 0)]


def test_signatures_are_not_kept(trace, sessions, server, bucket):
    keys = sessions().keys
    client = Minio(
        urlsplit(server.endpoint).netloc,
        access_key=keys[0],
        secret_key=keys[1],
        region="us-east-1",
        secure=False,
    )
    with trace.window() as window, urllib3.PoolManager(retries=False) as http:
        http.request("GET", client.presigned_get_object(bucket, "image/0/c/0"))
        client.stat_object(bucket, "image/0/c/0")
    assert [one.query for one in window.of(keys[0])] == ["", ""]
    assert "AWS4" not in repr(window.requests)
    assert "X-Amz" not in repr(window.requests)


def test_after_the_body_nothing_is_left(server, bucket):
    before = set(threading.enumerate())
    port = urlsplit(server.endpoint).port

    def connected():
        return {one.laddr.port for one in psutil.Process().net_connections() if one.raddr[1:] == (port,)}

    others = connected()
    with tracing(server, bucket) as trace, trace.window():
        assert set(threading.enumerate()) - before
        assert connected() - others
    assert set(threading.enumerate()) == before
    assert connected() <= others
    with pytest.raises(HostError, match="MinIO's trace ended: it is over"), trace.window():
        pass


def test_a_body_that_raises_is_not_masked(trace):
    with pytest.raises(KeyError), trace.window() as window:
        raise KeyError
    with pytest.raises(ValueError, match="the window is still open"):
        _ = window.requests
    with trace.window() as window:
        pass
    assert window.requests == ()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_that_ends_meanwhile_is_a_fault_of_the_host(guard, minio_binary, number):
    with from_binary(minio_binary, guard) as other:
        provision.make_bucket(other.client(), "ozh-x-data")
        port = str(urlsplit(other.endpoint).port)
        [process] = [one for one in psutil.Process().children() if f"127.0.0.1:{port}" in one.cmdline()]
        with (  # noqa: PT012 - the window raises as it ends
            pytest.raises(HostError, match="trace"),
            tracing(other, "ozh-x-data") as trace,
            trace.window(),
        ):
            process.send_signal(number)
            process.wait(60)
    assert not [one for one in threading.enumerate() if one.name == "trace"]


def test_a_bucket_that_is_not_there_is_no_matter(server):
    with tracing(server, "ozh-not-there") as trace, trace.window() as window:
        pass
    assert window.requests == ()


def test_wrong_keys_are_refused(server, bucket):
    with pytest.raises(HostError, match="403"), tracing(replace(server, secret_key="x" * 20), bucket):
        pass


def test_a_client_of_s3_alone_is_refused(server, bucket, sessions):
    access_key, secret_key = sessions().keys
    limited = replace(server, access_key=access_key, secret_key=secret_key)
    with pytest.raises(HostError, match="the server refused it with 403"), tracing(limited, bucket):
        pass
