"""Any array opens by its path on every store, and gives what is asked for: by the tools from Python."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from harness.conformance.digest import digest
from harness.host.errors import HostError
from harness.host.guard import Guard, guard
from harness.scenario.region import Pick, Region, index
from harness.stores.open import StoreChoice, Stores, open_stores
from harness.tools.environment import build
from harness.tools.manifest import Adapter, load_adapter
from harness.tools.process import Limits
from harness.tools.protocol import OpenArrayRequest, ReadRequest
from harness.tools.registry import ADAPTERS, ToolVersion
from harness.tools.session import Session, session

pytestmark = [pytest.mark.tools, pytest.mark.minio, pytest.mark.xdist_group("tools")]

MANIFESTS = [load_adapter(path.parent) for path in sorted(ADAPTERS.glob("*/adapter.toml"))]
ARMS = [
    (adapter, version)
    for adapter in MANIFESTS
    if adapter.tool.language == "Python"
    for version in adapter.versions
    if adapter.can(version).arrays
]
KINDS = ("file", "http", "s3")
PIXELS = np.arange(6 * 5 * 4, dtype="<i2").reshape(6, 5, 4)
LISTED: Region = ((1, 6, 2), 3, Pick(pick=(3, 0, 1)))
FIRST: Region = (Pick(pick=(5, 0, 3)), (0, 5, 1), (0, 4, 1))
PLAIN: Region = ((2, 2, 1), (1, 4, 1), 0)


def zarr2() -> dict[str, object]:
    return {
        "zarr_format": 2,
        "shape": PIXELS.shape,
        "chunks": PIXELS.shape,
        "dtype": PIXELS.dtype.str,
        "fill_value": 0,
        "compressor": None,
        "filters": None,
        "order": "C",
    }


def zarr3() -> dict[str, object]:
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": PIXELS.shape,
        "data_type": "int16",
        "fill_value": 0,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": PIXELS.shape}},
        "chunk_key_encoding": {"name": "default"},
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
    }


def put(folder: Path, document: dict[str, object]) -> None:
    """Store an array of one chunk that is not compressed."""
    old = document["zarr_format"] == 2
    chunk = folder / ("0.0.0" if old else "c/0/0/0")
    chunk.parent.mkdir(parents=True)
    chunk.write_bytes(PIXELS.tobytes())
    (folder / (".zarray" if old else "zarr.json")).write_text(json.dumps(document))


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Guard, Stores]]:
    """Two arrays below a group, of either format, and each by itself, on every store."""
    folder = tmp_path_factory.mktemp("arrays")
    put(folder / "both" / "old" / "a", zarr2())
    put(folder / "both" / "new" / "a", zarr3())
    with ExitStack() as stack:
        keeper = stack.enter_context(guard())
        try:
            stores = stack.enter_context(open_stores(KINDS, StoreChoice(), keeper, "arrays", print))
        except HostError as problem:
            pytest.skip(str(problem))
        for name in ("both", "both/old/a", "both/new/a"):
            stores.publish(name.replace("/", "-"), folder / name)
        yield keeper, stores


def read(one: Session, request: OpenArrayRequest, region: Region) -> tuple[object, ...]:
    opened = one.ask(request, 60).answer
    assert (opened.error, opened.shape, opened.dtype) == (None, PIXELS.shape, "int16")
    got = one.ask(ReadRequest(handle=opened.handle, region=region), 60).answer
    return got.error, got.dtype, got.shape, got.sha256


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("adapter", "version"), ARMS, ids=[f"{a.tool.name}@{v}" for a, v in ARMS])
def test_an_array_opens_by_its_path(
    places: tuple[Guard, Stores], adapter: Adapter, version: str, kind: str
) -> None:
    keeper, stores = places
    tool = build(ToolVersion(adapter, version), print)
    formats = {"0.4": "old", "0.5": "new"}
    with stores.session({kind}) as access, session(tool, "default", {}, Limits(60, 2**32), keeper) as one:
        for form in (formats[ome_zarr] for ome_zarr in adapter.can(version).ome_zarr):
            whole = stores.location(kind, "both", access)
            alone = stores.location(kind, f"both-{form}-a", access)
            for place, path in ((whole, f"{form}/a"), (alone, "")):
                for region in (LISTED, FIRST, PLAIN):
                    wanted = _numpy(region)
                    got = read(one, OpenArrayRequest(store=place, path=path), region)
                    assert got == (None, "int16", wanted.shape, digest(wanted))


def _numpy(region: Region) -> np.ndarray:
    """Return what the region selects, axis by axis from the last, so that lists don't pair up."""
    selected = PIXELS
    for axis, part in reversed(list(enumerate(index(region)))):
        selected = selected[(slice(None),) * axis + (part,)]
    return selected
