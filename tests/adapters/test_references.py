"""tifffile and h5py read the same pixels as tools of OME-Zarr do, from every store."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.host.errors import HostError
from harness.report.content import build_report
from harness.results.load import Run
from harness.results.model import Selection
from harness.run.progress import Progress
from harness.run.request import Request
from harness.run.run import run
from harness.stores.open import StoreChoice

pytestmark = [pytest.mark.tools, pytest.mark.minio, pytest.mark.xdist_group("tools")]

IMAGE = {"source": "microscopy", "dtype": "uint16", "levels": 2}
SCENARIO = {
    "scenario": "references",
    "title": "References",
    "datasets": [
        {
            "name": "plane",
            **IMAGE,
            "axes": "yx",
            "shape": [300, 270],
            "chunks": [64, 40],
            "codec": {"name": "none"},
        },
        {"name": "volume", **IMAGE, "axes": "zyx", "shape": [5, 90, 70], "chunks": [2, 32, 32]}
        | {"codec": {"name": "gzip", "level": 1}},
        {"name": "five", **IMAGE, "axes": "tczyx", "shape": [2, 3, 4, 60, 50], "chunks": [1, 1, 2, 32, 32]}
        | {"codec": {"name": "none"}, "dtype": "float32"},
    ],
    "forms": ["ome-zarr", "ome-tiff", "hdf5"],
    "stores": ["file", "http", "s3"],
    "wire": {},
    "operations": [
        {"operation": "null"},
        {"operation": "open", "level": 1},
        {"operation": "read", "name": "all"},
        {"operation": "read", "name": "row", "level": 1, "region": {"y": 7}},
        {"operation": "read", "name": "crop", "region": {"y": [3, 50, 2], "x": [5, 46]}},
    ],
}


@pytest.fixture(scope="module", autouse=True)
def _only_our_own_adapters() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OZH_ADAPTERS", raising=False)
        yield


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder: Path = tmp_path_factory.mktemp("references")
    (folder / "references.yaml").write_text(json.dumps(SCENARIO))
    what = Selection(scenarios=(str(folder),), tools=("tifffile", "h5py", "tensorstore"))
    try:
        return run(Request(what, folder / "run", StoreChoice(), command=("ozh", "run")), Progress())
    except HostError as problem:
        pytest.skip(str(problem))


def test_all_of_them_are_right_on_every_store_in_every_configuration(finished: Run):
    others = [
        f"{record.trial}: {record.explanation}" for record in finished.records if record.outcome != "passed"
    ]

    assert others == []
    assert {str(record.tool).partition("@")[0] for record in finished.records} == {
        "tifffile",
        "h5py",
        "tensorstore",
    }


def test_their_requests_are_counted_and_what_they_needed_is_not_guessed(finished: Run):
    read = [one for one in finished.records if one.operation == "read" and one.store != "file"]
    needed = {(one.tool.name, one.wire is not None and one.wire.needed_bytes is not None) for one in read}
    asked = {request.trial for request in finished.requests if request.received}

    assert needed == {("tifffile", False), ("h5py", False), ("tensorstore", True)}
    assert {one.trial for one in read} <= asked


def test_the_report_says_which_tools_read_another_form(finished: Run):
    (said,) = [one for one in build_report(finished).sentences if "another form" in one]

    assert "tifffile 2026.11.8 reads OME-TIFF" in said
    assert "h5py 3.16.0 reads HDF5" in said
    assert "tensorstore" not in said
