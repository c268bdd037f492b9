"""Building: once, atomically, the same bytes each time, and what is built says what is true."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from harness.datasets import build as module
from harness.datasets.build import build, recipe_digest
from harness.datasets.catalogue import catalogue
from harness.datasets.facts import read_image
from harness.datasets.zarr.decode import open_array, read_array
from harness.datasets.zarr.tree import FolderTree
from harness.host.errors import InputError
from harness.scenario.recipe import Recipe


def sibling(recipe: Recipe) -> Recipe:
    """Return a small ramp with the axes, form and metadata of a named recipe."""
    chunks = [1 if name in "tc" else 4 for name in recipe.axes]
    return Recipe.model_validate(
        {
            **recipe.model_dump(),
            "source": "ramp",
            "shape": [
                min(n, 3 if name == "c" else 18) for n, name in zip(recipe.shape, recipe.axes, strict=True)
            ],
            "chunks": chunks,
            "shards": [2 * n for n in chunks] if recipe.shards else None,
            "levels": 3,
            "labels": {name: {"source": "ramp"} for name in recipe.labels},
        }
    )


@pytest.mark.parametrize("name", catalogue())
def test_what_is_built_says_and_holds_what_is_true(name):
    dataset = build(sibling(catalogue()[name]))
    tree, truth = FolderTree(dataset.folder), dataset.truth
    assert read_image(tree) == truth.image
    for label, below in truth.labels.items():
        assert read_image(tree, f"labels/{label}") == below.image
    for path, pixels in truth.arrays.items():
        assert np.array_equal(read_array(tree, open_array(tree, path)), pixels)


def test_the_arrays_are_those_of_the_truth(small):
    dataset = build(small(labels={"a": {"source": "ramp"}}))
    found = sorted(
        file.parent.relative_to(dataset.folder).as_posix() for file in dataset.folder.rglob("zarr.json")
    )
    assert dataset.truth.array_paths == ("0", "1", "labels/a/0", "labels/a/1")
    assert found == [".", "0", "1", "labels", "labels/a", "labels/a/0", "labels/a/1"]


# Where a digest here must change, BUILD_VERSION must, too: else caches keep the old bytes.
@pytest.mark.parametrize(
    ("changes", "digest"),
    [
        ({"ome_zarr": "0.4"}, "48a7a10320d63afcb88f79aaea3a222708afd5405b3ca84de8e1fd5eddc1751f"),
        ({"ome_zarr": "0.5"}, "4c5194bc420b7bfa045eb7e791a162686108558c78a9b101a495c655a9559a9b"),
        (
            {"ome_zarr": "0.5", "shards": [4, 16, 24], "separator": "."},
            "eb4f32400e7f676d8d1e6a314cb7e20217c92dc8e36133f255d6611a78b8bfbb",
        ),
        (
            {"labels": {"a": {"source": "ramp"}}, "source": "microscopy"},
            "061bf12b6254dd7a6c304fd0d82174ede65a5998b92b8133c9edace0295c4144",
        ),
    ],
)
def test_the_bytes_of_a_dataset_never_change(small, changes, digest):
    assert build(small(**changes)).digest == digest


def test_building_again_gives_the_same_bytes(small, empty_cache, monkeypatch):
    recipe = small(codec={"name": "blosc"})
    first = build(recipe)
    monkeypatch.setenv("OZH_CACHE", str(empty_cache / "other"))
    assert build(recipe).digest == first.digest


@pytest.mark.usefixtures("empty_cache")
def test_a_built_dataset_is_not_built_again(small):
    said = []
    build(small(), said.append)
    build(small(), said.append)
    assert said == ["making pixels: ramp, 5 x 20 x 24 uint16", "building small"]


def test_files_cannot_be_written_to(small):
    modes = {file.stat().st_mode & 0o777 for file in build(small()).folder.rglob("*") if file.is_file()}
    assert modes == {0o444}


def test_a_build_that_stops_midway_leaves_nothing(small, empty_cache, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "encode_array", fail)
    with pytest.raises(OSError, match="No space left"):
        build(small())
    assert [path for path in (empty_cache / "datasets").iterdir() if path.suffix != ".lock"] == []


@pytest.mark.usefixtures("empty_cache")
@pytest.mark.parametrize("record", [None, "", "[]", '{"digest": 1}'])
def test_a_dataset_without_its_record_is_built_again(small, record):
    first = build(small())
    file = first.folder.parent / "built.json"
    file.unlink() if record is None else file.write_text(record)
    (first.folder / "zarr.json").unlink()
    assert build(small()).digest == first.digest
    assert (first.folder / "zarr.json").exists()


def test_what_a_killed_build_left_is_cleared_away(small, empty_cache):
    stale = empty_cache / "datasets" / f".{recipe_digest(small())}-killed"
    (stale / "made").mkdir(parents=True)
    build(small())
    assert not stale.exists()


def test_the_record_tells_what_was_built(small):
    dataset = build(small())
    record = json.loads((dataset.folder.parent / "built.json").read_text())
    files = [file for file in dataset.folder.rglob("*") if file.is_file()]
    assert record["files"] == len(files)
    assert record["bytes"] == sum(file.stat().st_size for file in files)
    assert Recipe.model_validate(record["recipe"]) == dataset.recipe


@pytest.mark.usefixtures("empty_cache")
def test_threads_build_once(small):
    said = []
    with ThreadPoolExecutor(4) as pool:
        datasets = list(pool.map(lambda _: build(small(), said.append), range(4)))
    assert len({dataset.digest for dataset in datasets}) == 1
    assert len(said) == 2


@pytest.mark.usefixtures("empty_cache")
def test_processes_build_once(small):
    code = (
        "import sys; from harness.datasets.build import build; from harness.scenario.recipe import Recipe;"
        "build(Recipe.model_validate_json(sys.argv[1]), print)"
    )
    command = [sys.executable, "-c", code, small().model_dump_json()]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = "".join(worker.communicate()[0] for worker in workers)
    assert [worker.returncode for worker in workers] == [0, 0]
    assert said.count("building small") == 1


def test_a_title_changes_no_dataset_and_anything_else_does(small):
    assert recipe_digest(small(title="Another")) == recipe_digest(small())
    assert recipe_digest(small(scale={"x": 2})) != recipe_digest(small())


def test_a_recipe_that_asks_for_nothing_new_keeps_its_digest(small):
    assert recipe_digest(catalogue()["nuclei-0.4"]) == "c665037ddc448b236f783a8cfba9926f"
    assert recipe_digest(small(codec={"crc32c": True})) != recipe_digest(small(codec={}))


def test_a_chunk_that_cannot_be_is_an_error_of_the_recipe(small):
    with pytest.raises(InputError, match="recipe small: a chunk must not have more than"):
        build(small(chunks=[2048, 2048, 2048]))
