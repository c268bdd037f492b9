"""`ozh doctor`: what this machine has, and what to do about what it lacks."""

import shutil
from collections.abc import Iterator

import psutil
import typer
from rich.console import Console
from rich.table import Table

from harness.host.errors import ExitCode
from harness.host.interpreters import interpreters, uv_binary
from harness.host.places import cache, offline
from harness.results.provenance import harness_version, provenance
from harness.stores import program
from harness.stores.docker_server import Image, find_image
from harness.stores.program import Program
from harness.stores.programs import MINIO, TOXIPROXY
from harness.tools.environment import is_built
from harness.tools.registry import ToolVersion, adapters, versions_of

_ROOM_BYTES = 5 * 1024**3

Check = tuple[bool, str, str]


def doctor() -> None:
    """Check the machine: Pythons, uv, MinIO, disk, environments; exit 3 where a run would fail."""
    checks = list(_checks())
    table = Table(box=None, show_header=False, pad_edge=False)
    for good, what, found in checks:
        table.add_row("ok" if good else "!!", what, found)
    Console().print(table, markup=False)
    if not all(good for good, _, _ in checks):
        raise typer.Exit(ExitCode.HOST)


def _checks() -> Iterator[Check]:
    host = provenance()
    memory = host["memory_bytes"] / 1024**3
    yield (
        True,
        "harness",
        f"{harness_version()} on Python {host['python']}, {host['system']} {host['kernel']}",
    )
    yield True, "machine", f"{host['cpu']}, {host['cpus']} processors, {memory:.1f} GiB"
    yield True, "uv", uv_binary()
    pythons = ", ".join(str(one.version) for one in interpreters())
    fits = any(one.version.release[:2] >= (3, 12) for one in interpreters())
    yield (
        fits or not offline(),
        "Pythons",
        pythons + ("" if fits else " (tools need 3.12: install it, or let uv)"),
    )
    root = cache("environments").parent
    free = shutil.disk_usage(root).free
    enough = free > _ROOM_BYTES
    yield (
        enough,
        "disk",
        f"{free / 1024**3:.1f} GiB free for {root}" + ("" if enough else "; 5 GiB are needed"),
    )
    yield (
        psutil.virtual_memory().available > 2 * 1024**3,
        "memory",
        (f"{psutil.virtual_memory().available / 1024**3:.1f} GiB available"),
    )
    yield _server(MINIO)
    yield _server(TOXIPROXY)
    for tool in versions_of(adapters()):
        yield True, str(tool), _readiness(tool)


def _server(wanted: Program) -> Check:
    def ignore(_: str) -> None: ...

    found = program.on_path(wanted, ignore) or program.cached(wanted, ignore)
    if found is not None:
        return True, wanted.title, f"{found.version} ({found.how})"
    image = find_image(wanted.name, ignore)
    if isinstance(image, Image):
        return True, wanted.title, "will be started by Docker"
    if shutil.which("go") and not offline():
        return True, wanted.title, f"will be built with Go when it is first needed ({wanted.takes}, once)"
    return False, wanted.title, f"none, {image}, and no Go: {wanted.mend}"


def _readiness(tool: ToolVersion) -> str:
    if is_built(tool):
        return "installed"
    if tool.adapter.environment.is_compiled:
        return f"not installed: has to be compiled, by `ozh tools install {tool.adapter.tool.name}`"
    return "not installed yet: the first run does it, or `ozh tools install`"
