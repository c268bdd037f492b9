"""zarrita's arrays as its worker answers with them, and the script for its maintainers."""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from harness.host.guard import guard
from harness.scenario.location import FileLocation
from harness.scenario.region import Pick, Region
from harness.tools.environment import Built, build
from harness.tools.manifest import load_adapter
from harness.tools.process import Limits
from harness.tools.protocol import Answer, OpenArrayRequest, ReadRequest
from harness.tools.registry import ADAPTERS, ToolVersion
from harness.tools.session import Session, session

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("tools")]

ADAPTER = load_adapter(ADAPTERS / "zarrita")
ARRAYS = {
    "bool": (np.array([[True, False], [False, True]]), "bool"),
    "uint64": (np.array([[2**64 - 1, 0], [1, 2]], "<u8"), "uint64"),
    "big-endian": (np.array([[1, 2], [3, 4]], ">i2"), "int16"),
    "f-order": (np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3)), "float32"),
    "bytes": (np.array([[b"ab", b"c"]], "S3"), "|S3"),
}


def write_array(folder: Path, array: np.ndarray) -> None:
    """Write an array as Zarr v2, in one chunk that is not compressed."""
    order = "C" if array.flags.c_contiguous else "F"
    document = {"zarr_format": 2, "shape": array.shape, "chunks": array.shape, "dtype": array.dtype.str}
    document |= {"compressor": None, "filters": None, "order": order, "fill_value": None}
    folder.mkdir()
    (folder / ".zarray").write_text(json.dumps(document))
    (folder / (".".join("0" * array.ndim) or "0")).write_bytes(array.tobytes("A"))


@pytest.fixture(scope="module")
def built() -> Built:
    return build(ToolVersion(ADAPTER, ADAPTER.default), print)


@pytest.fixture(scope="module")
def worker(built: Built) -> Iterator[Session]:
    with guard() as keeper, session(built, "default", {}, Limits(60, 2**32), keeper) as one:
        yield one


def open_array(worker: Session, folder: Path, path: str = "") -> Answer:
    return worker.ask(OpenArrayRequest(store=FileLocation(path=str(folder)), path=path), 60).answer


def read(worker: Session, opened: Answer, region: Region) -> Answer:
    assert opened.handle is not None
    return worker.ask(ReadRequest(handle=opened.handle, region=region), 60).answer


def sha256(array: np.ndarray) -> str:
    return hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes("C")).hexdigest()


@pytest.mark.parametrize("name", ARRAYS)
def test_elements_are_what_was_written(worker: Session, tmp_path: Path, name: str) -> None:
    array, dtype = ARRAYS[name]
    write_array(tmp_path / "a", array)

    opened = open_array(worker, tmp_path, "a")
    whole = read(worker, opened, tuple((0, length, 1) for length in array.shape))
    row = read(worker, opened, (-1, (0, array.shape[1], 1)))
    element = read(worker, opened, (0, -1))

    assert (opened.shape, opened.dtype) == (array.shape, dtype)
    assert (whole.shape, whole.dtype, whole.sha256) == (array.shape, dtype, sha256(array))
    assert (row.shape, row.sha256) == (array.shape[1:], sha256(array[-1]))
    assert (element.shape, element.dtype, element.sha256) == ((), dtype, sha256(array[0, -1:]))


def test_text_of_fixed_length_comes_without_its_nuls(worker: Session, tmp_path: Path) -> None:
    write_array(tmp_path / "a", np.array(["é", "abc"]))

    answer = read(worker, open_array(worker, tmp_path / "a"), ((0, 2, 1),))

    raw = b"\2\0\0\0" + "é".encode() + b"\3\0\0\0abc"
    assert (answer.shape, answer.dtype) == ((2,), "string")
    assert answer.sha256 == hashlib.sha256(raw).hexdigest()


def test_an_array_without_axes_is_read(worker: Session, tmp_path: Path) -> None:
    write_array(tmp_path / "a", np.array(7, "<u4"))

    answer = read(worker, open_array(worker, tmp_path / "a"), ())

    assert (answer.shape, answer.dtype, answer.sha256) == ((), "uint32", sha256(np.array(7, "<u4")))


def test_a_list_of_indices_is_unsupported_and_an_index_outside_the_tools_error(
    worker: Session, tmp_path: Path
) -> None:
    write_array(tmp_path / "a", np.arange(4, dtype="u1"))
    opened = open_array(worker, tmp_path / "a")

    assert "not by lists" in (read(worker, opened, (Pick(pick=(2, 0)),)).unsupported or "")
    outside = read(worker, opened, (4,)).error
    assert outside is not None
    assert outside.type == "InvalidSelectionError"


def test_what_is_not_there_is_not_found(worker: Session, tmp_path: Path) -> None:
    error = open_array(worker, tmp_path, "nothing").error

    assert error is not None
    assert error.type == "NotFoundError"


@pytest.mark.parametrize(
    ("selection", "said"),
    [("[1, zarr.slice(0, 2)]", "int16 [ 2 ]"), ("null", "int16 [ 2, 2 ]"), ("[1, 1]", "int16 []")],
)
def test_the_script_for_the_maintainers_is_short_and_reads(
    built: Built, tmp_path: Path, selection: str, said: str
) -> None:
    assert ADAPTER.repro is not None
    script = (ADAPTER.folder / ADAPTER.repro.script).read_text(encoding="utf-8")
    assert len(script.splitlines()) <= 20
    assert "ozh" not in script
    for mark, value in {"@DATA@": "data.zarr", "@ARRAY@": "a", "@SELECTION@": selection}.items():
        script = script.replace(mark, value)
    assert "@DATA" not in script
    (tmp_path / "data.zarr").mkdir()
    write_array(tmp_path / "data.zarr" / "a", ARRAYS["big-endian"][0])
    (tmp_path / "repro.mjs").write_text(script, encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(Path(built.command[0]).parents[1] / "node_modules")

    done = subprocess.run(
        [built.command[0], "repro.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(said)
    assert "4" in done.stdout
