"""The two ends of a gateway: a tiny store behind it, and a client that sees every byte before it."""

import asyncio
import contextlib
import re
import socket
import threading
from dataclasses import dataclass, field

from aiohttp import web

from harness.scenario.fault import Fault
from harness.stores.gateway import Injection, Watch

SECONDS = 20  # until a client that waits in vain gives up


def kind_of(key):
    if key.endswith((".zarray", ".zgroup", ".zattrs", "zarr.json")):
        return "metadata"
    if key.startswith("shards/"):
        return "shard"
    return "chunk" if "/c/" in key else "other"


WATCH = Watch("b/d", kind_of, lambda key: 36 if key.startswith("shards/") else 0)


def injection(*keys, **more):
    """A fault on these keys; what is not said of it does not matter."""
    how = {name: more.pop(name) for name in ("writing", "on_met") if name in more}
    fault = Fault(**{"name": "fault", "expect": ["raised"], "because": "-", **more})
    return Injection(fault, frozenset(keys), **how)


@dataclass
class Asked:
    """What the store was asked."""

    method: str
    path: str  # and query, as sent
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass
class TinyStore:
    """Objects by path, as S3 would give them; it remembers what it was asked."""

    endpoint: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)  # that every answer has
    pieces: int = 1 << 16
    remembers: bool = True
    asked: list[Asked] = field(default_factory=list)
    connections: set[object] = field(default_factory=set)

    async def answer(self, request):
        self.connections.add(request.transport.get_extra_info("peername"))
        if request.headers.get("Expect"):
            if "deny" in request.raw_path:
                return web.Response(status=403, headers={"Connection": "close"})
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = b"".join([piece async for piece in request.content.iter_any()])  # of any length
        if self.remembers:
            self.asked.append(Asked(request.method, request.raw_path, list(request.raw_headers), body))
        path, _, query = request.raw_path.partition("?")
        if request.method == "PUT":
            self.objects[path] = body
        if request.method == "DELETE":
            return web.Response(status=204 if self.objects.pop(path, None) is not None else 404)
        if request.method in {"PUT", "POST"}:
            return web.Response(headers={"ETag": '"new"'})
        if path.strip("/") == "b":
            return web.Response(body=self.listing(), content_type="application/xml")
        return await self.give(request, path, query)

    def listing(self):
        entries = (f"<Contents><Key>{path[3:]}</Key></Contents>" for path in sorted(self.objects))
        return f"<Result><KeyCount>{len(self.objects)}</KeyCount>{''.join(entries)}</Result>".encode()

    async def give(self, request, path, query):
        if path not in self.objects:
            return web.Response(status=404, text="nothing here", headers=self.headers)
        data, status, headers = self.objects[path], 200, {"ETag": '"real"', **self.headers}
        if request.headers.get("If-None-Match") == '"real"':
            return web.Response(status=304, headers=headers)
        if request.headers.get("If-Match", '"real"') != '"real"':
            return web.Response(status=412, text="412: Precondition Failed")
        if asked := re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("Range", "")):
            start = int(asked[1]) if asked[1] else len(data) - int(asked[2])
            stop = min(int(asked[2]) + 1, len(data)) if asked[1] and asked[2] else len(data)
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(data)}"
            data, status = data[start:stop], 206
        response = web.StreamResponse(status=status, headers=headers)
        if "chunked" not in query:
            response.content_length = len(data)
        await response.prepare(request)
        if request.method == "GET":
            for begin in range(0, len(data), self.pieces):
                await response.write(data[begin : begin + self.pieces])
        return response


@contextlib.contextmanager
def tiny_store(**more):
    """Run a tiny store for as long as the body."""
    store, started, stop = TinyStore(**more), threading.Event(), []

    async def run():
        server = web.Server(store.answer, access_log=None, auto_decompress=False, read_bufsize=1 << 16)
        stopped, loop = asyncio.Event(), asyncio.get_running_loop()
        listening = await loop.create_server(server, "127.0.0.1", 0)
        store.endpoint = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        stop.append(lambda: loop.call_soon_threadsafe(stopped.set))
        started.set()
        await stopped.wait()
        listening.close()
        await server.shutdown(1)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        assert started.wait(SECONDS)
        yield store
    finally:
        stop[0]()
        thread.join()


@dataclass
class Got:
    """An answer, byte by byte."""

    status: int
    head: bytes
    body: bytes
    ended: str  # "whole", "closed" or "reset" before it was, or "silent"

    def header(self, name):
        found = re.search(rb"(?im)^%b: (.*?)\r$" % name.encode(), self.head)
        return found[1].decode() if found else None


class Client:
    """One connection."""

    def __init__(self, endpoint):
        self.socket = socket.create_connection(("127.0.0.1", int(endpoint.rpartition(":")[2])), SECONDS)
        self._left = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def request(self, method, target, body=None, **headers):
        """Send a request; in the names of headers, _ stands for -."""
        lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1:1"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + (body or b""))

    def ask(self, method, target, body=None, *, patience=SECONDS, **headers):
        """Send a request and return the answer."""
        self.request(method, target, body, **headers)
        return self.answer(bodiless=method == "HEAD", patience=patience)

    def answer(self, *, bodiless=False, patience=SECONDS):
        """Return the next answer, as far as it comes."""
        self.socket.settimeout(patience)
        data, ended = bytearray(self._left), "whole"
        self._left, length = b"", None
        while True:
            if length is None:
                length = _length(bytes(data), bodiless=bodiless)
            if length is not None and len(data) >= length:
                data, self._left = data[:length], bytes(data[length:])
                break
            try:
                more = self.socket.recv(1 << 16)
            except ConnectionResetError:
                ended = "reset"
                break
            except TimeoutError:
                ended = "silent"
                break
            if not more:
                ended = "closed"
                break
            data += more
        head, mark, body = bytes(data).partition(b"\r\n\r\n")
        if b"\r\ntransfer-encoding: chunked" in head.lower():
            body = b"".join(_chunks(body))
        return Got(int(head.split()[1]) if mark else 0, head + mark, body, ended)

    def ending(self):
        """Return what becomes of the connection: "closed", "reset", or "silent" for a second."""
        self.socket.settimeout(1)
        try:
            return "closed" if not self.socket.recv(1) else "more"
        except ConnectionResetError:
            return "reset"
        except TimeoutError:
            return "silent"


def ask(endpoint, method, target, body=None, **more):
    """Ask on a connection of its own."""
    with Client(endpoint) as client:
        return client.ask(method, target, body, **more)


def refused(endpoint):
    """Tell whether connecting is refused."""
    try:
        Client(endpoint).socket.close()
    except ConnectionRefusedError:
        return True
    return False


def _length(data, *, bodiless):
    """Return how long the answer at the beginning of the data is, None if that is not known yet."""
    head, mark, body = data.partition(b"\r\n\r\n")
    if not mark:
        return None
    if bodiless or head.split()[1] in {b"204", b"304", b"100"}:
        return len(head) + 4
    if b"\r\ntransfer-encoding: chunked" in head.lower():
        end = body.find(b"0\r\n\r\n") if body.startswith(b"0") else body.find(b"\r\n0\r\n\r\n") + 2
        return len(head) + 4 + end + 5 if end > 1 or body.startswith(b"0\r\n") else None
    announced = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return len(head) + 4 + int(announced[1]) if announced else None


def _chunks(body):
    while True:
        size, mark, rest = body.partition(b"\r\n")
        if not mark or not int(size, 16):
            return
        yield rest[: int(size, 16)]
        body = rest[int(size, 16) + 2 :]
