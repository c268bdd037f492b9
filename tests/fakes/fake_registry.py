"""A package registry on loopback: the simple index of Python, as JSON, with wheels made on the spot."""

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_JSON = "application/vnd.pypi.simple.v1+json"


@dataclass(frozen=True)
class Wheel:
    """One release of a package; `module` is what is in its only module."""

    package: str
    version: str
    module: str = ""
    needs: tuple[str, ...] = ()
    python: str = ">=3.8"
    day: str | None = "2026-01-01"
    yanked: bool = False
    tag: str = "py3-none-any"

    @property
    def name(self) -> str:
        return f"{self.package}-{self.version}-{self.tag}.whl"

    @property
    def metadata(self) -> str:
        lines = [
            "Metadata-Version: 2.1",
            f"Name: {self.package}",
            f"Version: {self.version}",
            f"Requires-Python: {self.python}",
            *(f"Requires-Dist: {need}" for need in self.needs),
        ]
        return "\n".join(lines) + "\n"

    def content(self) -> bytes:
        info = f"{self.package}-{self.version}.dist-info"
        files = {
            f"{self.package}.py": self.module,
            f"{info}/METADATA": self.metadata,
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {self.tag}\n",
        }
        record = [f"{name},," for name in (*files, f"{info}/RECORD")]
        files[f"{info}/RECORD"] = "\n".join(record) + "\n"
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, text in files.items():
                archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text)
        return packed.getvalue()


@dataclass
class Registry:
    """What it has, and what it was asked for."""

    url: str = ""
    wheels: list[Wheel] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def add(self, package: str, version: str, **more: object) -> None:
        self.wheels.append(Wheel(package, version, **more))

    def answer(self, path: str) -> tuple[int, str, bytes]:
        self.asked.append(path)
        parts = path.strip("/").split("/")
        if parts[0] == "simple":
            return self._index(parts[1])
        for wheel in self.wheels:
            if wheel.name == parts[-1]:
                return 200, "application/zip", wheel.content()
            if f"{wheel.name}.metadata" == parts[-1]:
                return 200, "text/plain", wheel.metadata.encode()
        return 404, "text/plain", b""

    def _index(self, package: str) -> tuple[int, str, bytes]:
        files = [_file(wheel) for wheel in self.wheels if wheel.package == package]
        if not files:
            return 404, "text/plain", b""
        versions = [wheel.version for wheel in self.wheels if wheel.package == package]
        body = {"meta": {"api-version": "1.1"}, "name": package, "files": files, "versions": versions}
        return 200, _JSON, json.dumps(body).encode()


def _file(wheel: Wheel) -> dict:
    content = wheel.content()
    told = {
        "filename": wheel.name,
        "url": f"/files/{wheel.name}",
        "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
        "core-metadata": {"sha256": hashlib.sha256(wheel.metadata.encode()).hexdigest()},
        "requires-python": wheel.python,
        "size": len(content),
        "yanked": wheel.yanked,
    }
    return told if wheel.day is None else {**told, "upload-time": f"{wheel.day}T12:00:00.000000Z"}


@contextmanager
def fake_registry() -> Iterator[Registry]:
    """Serve an empty registry while the block runs."""
    registry = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = registry.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        registry.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield registry
        finally:
            server.shutdown()
            thread.join()
