"""zarrs' worker: what it writes, what it makes of any array, and that nothing that zarrs does ends it."""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from harness.datasets.written import read_written
from harness.host.guard import guard
from harness.scenario.location import FileLocation
from harness.scenario.recipe import Codec, Recipe
from harness.scenario.region import Pick, Region
from harness.stores.tree import FolderTree
from harness.tools.environment import Built, build
from harness.tools.manifest import load_adapter
from harness.tools.process import Limits
from harness.tools.protocol import (
    Answer,
    AskedImage,
    OpenArrayRequest,
    OpenRequest,
    RawInput,
    ReadRequest,
    WriteRequest,
)
from harness.tools.registry import ADAPTERS, ToolVersion
from harness.tools.session import Session, session

ADAPTER = load_adapter(ADAPTERS / "zarrs")
tools = [pytest.mark.tools, pytest.mark.xdist_group("tools")]

PIXELS = np.random.default_rng(5).integers(1, 2**16, (5, 35, 27), "<u2")
FORMS = {
    "old": {"ome_zarr": "0.4", "codec": Codec(name="zlib"), "separator": "."},
    "plain": {"ome_zarr": "0.5", "codec": Codec(name="zstd", checksum=True)},
    "sharded": {"ome_zarr": "0.5", "codec": Codec(crc32c=True), "shards": (4, 32, 32)},
}
ARRAYS = {
    "bool": (np.array([[True, False], [False, True]]), "bool"),
    "big-endian": (np.array([[1, 2], [3, 4]], ">i2"), "int16"),
    "f-order": (np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3)), "float32"),
    "float16": (np.array([[0.5, -1]], "<f2"), "float16"),
    "complex": (np.array([[1 + 2j, -3j]], "<c8"), "complex64"),
    "raw": (np.frombuffer(b"abcdef", "V3").reshape(1, 2), "r24"),
}


# What zarrs takes for a fill value: of these kinds not `null`.
FILLS = {"c": [0, 0], "V": "AAAA", "U": ""}


def write_array(folder: Path, array: np.ndarray) -> None:
    """Write an array as Zarr v2, in one chunk that is not compressed."""
    order = "C" if array.flags.c_contiguous else "F"
    document = {"zarr_format": 2, "shape": array.shape, "chunks": array.shape, "dtype": array.dtype.str}
    document |= {"compressor": None, "filters": None, "order": order}
    document["fill_value"] = FILLS.get(array.dtype.kind)
    folder.mkdir(parents=True)
    (folder / ".zarray").write_text(json.dumps(document))
    (folder / (".".join("0" * array.ndim) or "0")).write_bytes(array.tobytes("A"))


@pytest.fixture(scope="module")
def built() -> Built:
    return build(ToolVersion(ADAPTER, ADAPTER.default), print)


@pytest.fixture(scope="module", params=ADAPTER.configurations)
def worker(built: Built, request: pytest.FixtureRequest) -> Iterator[Session]:
    settings = ADAPTER.configurations[request.param].settings
    with guard() as keeper, session(built, request.param, settings, Limits(60, 2**32), keeper) as one:
        yield one


def open_array(worker: Session, folder: Path, path: str = "") -> Answer:
    return worker.ask(OpenArrayRequest(store=FileLocation(path=str(folder)), path=path), 60).answer


def read(worker: Session, opened: Answer, region: Region) -> Answer:
    assert opened.handle is not None
    return worker.ask(ReadRequest(handle=opened.handle, region=region), 60).answer


def sha256(array: np.ndarray) -> str:
    return hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes("C")).hexdigest()


def asked(form: str) -> AskedImage:
    recipe = Recipe.model_validate(
        {
            "name": "image",
            "source": "ramp",
            "axes": "zyx",
            "shape": PIXELS.shape,
            "dtype": "uint16",
            "chunks": (2, 16, 16),
            "levels": 2,
            **FORMS[form],
        }
    )
    same = ("name", "ome_zarr", "chunks", "shards", "codec", "separator", "levels", "method")
    fields = {name: getattr(recipe, name) for name in same}
    return AskedImage(axes=recipe.axis_list, scale=(2, 0.5, 0.25), factor=recipe.factors, **fields)


def test_the_lock_holds_the_version_that_the_manifest_names() -> None:
    for version in ADAPTER.versions:
        lock = ADAPTER.lock(version)
        wanted = tomllib.loads((lock / "Cargo.toml").read_text(encoding="utf-8"))["dependencies"]["zarrs"]
        packages = tomllib.loads((lock / "Cargo.lock").read_text(encoding="utf-8"))["package"]

        assert wanted["version"] == f"={version}"
        assert [one["version"] for one in packages if one["name"] == "zarrs"] == [version]


def test_the_script_for_the_maintainers_is_short_and_complete() -> None:
    assert ADAPTER.repro is not None
    script = (ADAPTER.folder / ADAPTER.repro.script).read_text(encoding="utf-8")

    assert len(script.splitlines()) <= 20
    assert "ozh" not in script
    for mark, value in {"@DATA@": "data.zarr", "@ARRAY@": "0", "@SELECTION@": "[0..2]"}.items():
        script = script.replace(mark, value)
    assert "@" not in script


class TestWorker:
    pytestmark = tools

    @pytest.mark.parametrize("form", FORMS)
    def test_what_is_written_is_there_and_is_read_back(
        self, worker: Session, tmp_path: Path, form: str
    ) -> None:
        PIXELS.tofile(tmp_path / "pixels")
        place = FileLocation(path=str(tmp_path / "image"))
        given = RawInput(path=str(tmp_path / "pixels"), dtype="uint16", shape=PIXELS.shape)
        image = asked(form)

        wrote = worker.ask(WriteRequest(store=place, input=given, image=image), 60).answer
        opened = worker.ask(OpenRequest(store=place, level=0), 60).answer
        crop = read(worker, opened, ((1, 5, 1), 34, (3, 27, 1)))

        assert wrote.error is None
        written = read_written(FolderTree(tmp_path / "image"))
        assert np.array_equal(written.level_arrays[0], PIXELS)
        assert [level.shape for level in written.facts.levels] == [(5, 35, 27), (5, 17, 13)]
        assert {(level.chunks, level.shards) for level in written.facts.levels} == {
            (image.chunks, image.shards)
        }
        assert set(written.codecs) == {image.codec}
        assert set(written.separators) == {image.separator}
        assert (crop.shape, crop.dtype, crop.sha256) == ((4, 24), "uint16", sha256(PIXELS[1:5, 34, 3:27]))

    @pytest.mark.parametrize("name", ARRAYS)
    def test_elements_are_what_was_written(self, worker: Session, tmp_path: Path, name: str) -> None:
        array, dtype = ARRAYS[name]
        write_array(tmp_path / "below" / "a", array)

        opened = open_array(worker, tmp_path, "below/a")
        whole = read(worker, opened, tuple((0, length, 1) for length in array.shape))
        element = read(worker, opened, (0, 1))

        assert (opened.shape, opened.dtype) == (array.shape, dtype)
        assert (whole.shape, whole.dtype, whole.sha256) == (array.shape, dtype, sha256(array))
        assert (element.shape, element.dtype, element.sha256) == ((), dtype, sha256(array[0, 1:2]))

    def test_text_of_fixed_length_comes_without_its_nuls(self, worker: Session, tmp_path: Path) -> None:
        write_array(tmp_path / "a", np.array(["é", "abc"]))

        answer = read(worker, open_array(worker, tmp_path / "a"), ((0, 2, 1),))

        raw = b"\2\0\0\0" + "é".encode() + b"\3\0\0\0abc"
        assert (answer.shape, answer.dtype) == ((2,), "string")
        assert answer.sha256 == hashlib.sha256(raw).hexdigest()

    def test_an_array_without_axes_is_read(self, worker: Session, tmp_path: Path) -> None:
        write_array(tmp_path / "a", np.array(7, "<u4"))

        answer = read(worker, open_array(worker, tmp_path / "a"), ())

        assert (answer.shape, answer.dtype, answer.sha256) == ((), "uint32", sha256(np.array(7, "<u4")))

    def test_what_zarrs_has_no_selection_for_is_unsupported(self, worker: Session, tmp_path: Path) -> None:
        write_array(tmp_path / "a", np.arange(4, dtype="u1"))
        opened = open_array(worker, tmp_path / "a")

        assert "no steps" in (read(worker, opened, ((0, 4, 2),)).unsupported or "")
        assert "not lists" in (read(worker, opened, (Pick(pick=(2, 0)),)).unsupported or "")
        assert "unsigned" in (read(worker, opened, (-1,)).unsupported or "")

    def test_what_is_outside_is_handed_on_and_zarrs_fills_it(self, worker: Session, tmp_path: Path) -> None:
        write_array(tmp_path / "a", np.arange(1, 5, dtype="u1"))
        opened = open_array(worker, tmp_path / "a")

        assert read(worker, opened, ((3, 6, 1),)).sha256 == sha256(np.array([4, 0, 0], "u1"))

    def test_a_panic_is_an_error_and_not_the_end(self, worker: Session, tmp_path: Path) -> None:
        write_array(tmp_path / "a", np.arange(4, dtype="<u2"))
        opened = open_array(worker, tmp_path / "a")

        error = read(worker, opened, ((0, 2**63 - 1, 1),)).error

        assert error is not None
        assert (error.type, error.message) == ("panic", "capacity overflow")
        assert read(worker, opened, (3,)).sha256 == sha256(np.array([3], "<u2"))

    def test_what_is_not_there_is_the_tools_error(self, worker: Session, tmp_path: Path) -> None:
        error = open_array(worker, tmp_path, "nothing").error

        assert error is not None
        assert error.type == "ArrayCreateError"
        assert "missing" in error.message


@pytest.mark.tools
@pytest.mark.xdist_group("tools")
def test_settings_are_in_effect_and_none_is_made_up(built: Built) -> None:
    settings = {"chunk_concurrent_minimum": 7, "shard_index_cache": True}
    with guard() as keeper, session(built, "mine", settings, Limits(60, 2**32), keeper) as one:
        assert one.hello.settings.items() >= settings.items()
        assert one.hello.settings["validate_checksums"] is True
