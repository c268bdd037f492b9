"""What an operation needs: no object less would do, and none more is of use."""

import itertools
import math

import google_crc32c
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.datasets.build import build
from harness.datasets.needs import Keys, group_keys, metadata_keys, needs, written_kind
from harness.datasets.zarr.decode import open_array, read_region
from harness.datasets.zarr.tree import FolderTree, MemoryTree
from harness.scenario.region import index

ABSENT = 2**64 - 1
IMAGE = {
    "source": "microscopy",  # no pixel is the fill value
    "axes": "czyx",
    "shape": [2, 5, 20, 24],
    "chunks": [1, 2, 8, 8],
    "levels": 2,
    "codec": {"name": "blosc"},
    "labels": {"cells": {"source": "microscopy", "dtype": "uint16"}},
}
SHARDS = {"shards": [2, 4, 16, 24]}
FORMS = {
    "0.4": {"ome_zarr": "0.4"},
    "0.4-dots": {"ome_zarr": "0.4", "separator": ".", "level_names": "s{}"},
    "0.5": {"ome_zarr": "0.5"},
    "0.5-sharded": {"ome_zarr": "0.5", **SHARDS},
    "0.5-sharded-dots": {"ome_zarr": "0.5", "separator": ".", "codec": {"name": "none"}, **SHARDS},
}


@pytest.fixture(scope="module")
def forms(shared_cache, small):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OZH_CACHE", str(shared_cache))
        return {name: build(small(**{**IMAGE, **form})) for name, form in FORMS.items()}


@st.composite
def questions(draw):
    """A form, and a region of a level of the image or of its label image."""
    form, label, level = draw(st.sampled_from(list(FORMS))), draw(st.sampled_from([None, "cells"])), None
    level = draw(st.integers(0, 1))
    shape = [2, 5, 20, 24] if level == 0 else [2, 5, 10, 12]
    region = []
    for length in shape if label is None else shape[1:]:
        start = draw(st.integers(0, length - 1))
        stop = draw(st.integers(start + 1, length))
        region.append(draw(st.sampled_from([start, (start, stop, 1), (start, stop, 11)])))
    return form, label, level, tuple(region)


def image_of(dataset, label):
    """Return the recipe and the truth of the image or label image."""
    truth = dataset.truth if label is None else dataset.truth.labels[label]
    return truth.recipe, truth


def path_of(recipe, label, level):
    return ("" if label is None else f"labels/{label}/") + recipe.level_facts(level).path


def selected(truth, level, region):
    mask = np.zeros(truth.levels[level].shape, bool)
    mask[index(region)] = True
    return mask


def boxes(shape, lengths):
    """Yield the place and the slices of every cell of a grid, in C order."""
    for place in itertools.product(*(range(-(-n // c)) for n, c in zip(shape, lengths, strict=True))):
        yield place, tuple(slice(p * c, (p + 1) * c) for p, c in zip(place, lengths, strict=True))


@settings(deadline=None, max_examples=60)
@given(questions())
def test_with_what_is_needed_a_region_can_be_read_and_with_nothing_less(forms, question):
    form, label, level, region = question
    dataset = forms[form]
    recipe, truth = image_of(dataset, label)
    path = path_of(recipe, label, level)
    whole, right = FolderTree(dataset.folder), truth.levels[level][index(region)]
    needed = needs(dataset, label, [(level, region)])
    tree = MemoryTree({key: whole.get(key) for key in (*needed.keys, *metadata_keys(dataset, label, level))})
    assert np.array_equal(read_region(tree, open_array(tree, path), region), right)
    for key in needed.keys:
        less = MemoryTree({name: data for name, data in tree.entries.items() if name != key})
        assert not np.array_equal(read_region(less, open_array(less, path), region), right)


@settings(deadline=None, max_examples=60)
@given(questions())
def test_the_objects_needed_are_those_that_hold_a_selected_element(forms, question):
    form, label, level, region = question
    dataset = forms[form]
    recipe, truth = image_of(dataset, label)
    mask = selected(truth, level, region)
    stored = open_array(FolderTree(dataset.folder), path_of(recipe, label, level))
    cells = [place for place, box in boxes(mask.shape, recipe.shards or recipe.chunks) if mask[box].any()]
    assert list(needs(dataset, label, [(level, region)]).keys) == [
        f"{stored.path}/{stored.key(place)}" for place in cells
    ]


@settings(deadline=None, max_examples=60)
@given(questions())
def test_the_bytes_needed_are_those_of_the_chunks_that_hold_a_selected_element(forms, question):
    form, label, level, region = question
    dataset = forms[form]
    recipe, truth = image_of(dataset, label)
    mask = selected(truth, level, region)
    expected = sum(
        length
        for place, length in chunk_lengths(dataset, recipe, path_of(recipe, label, level), mask.shape)
        if mask[tuple(slice(p * c, (p + 1) * c) for p, c in zip(place, recipe.chunks, strict=True))].any()
    )
    assert needs(dataset, label, [(level, region)]).nbytes == expected


def chunk_lengths(dataset, recipe, path, shape):
    """Yield the place of every stored chunk, inner or not, and its stored length."""
    stored = open_array(FolderTree(dataset.folder), path)
    if recipe.shards is None:
        for place, _ in boxes(shape, recipe.chunks):
            yield place, (dataset.folder / path / stored.key(place)).stat().st_size
        return
    inside = tuple(s // c for s, c in zip(recipe.shards, recipe.chunks, strict=True))
    for shard, _ in boxes(shape, recipe.shards):
        data = (dataset.folder / path / stored.key(shard)).read_bytes()
        entries = np.frombuffer(data[-4 - 16 * math.prod(inside) : -4], "<u8").reshape(*inside, 2)
        for place in np.ndindex(inside):
            if entries[(*place, 1)] != ABSENT:
                yield (
                    tuple(s * n + p for s, n, p in zip(shard, inside, place, strict=True)),
                    int(entries[(*place, 1)]),
                )


@pytest.mark.usefixtures("empty_cache")
def test_an_object_that_is_not_stored_is_not_needed(small):
    dataset = build(small(source="microscopy", codec={"name": "none"}))
    everything = ((0, 5, 1), (0, 20, 1), (0, 24, 1))
    before = needs(dataset, None, [(0, everything)])
    (dataset.folder / "0/c/1/1/1").unlink()
    after = needs(dataset, None, [(0, everything)])
    assert set(before.keys) - set(after.keys) == {"0/c/1/1/1"}
    assert before.nbytes - after.nbytes == 2 * 8 * 8 * 2


@pytest.mark.usefixtures("empty_cache")
def test_an_inner_chunk_that_is_not_stored_costs_nothing_but_its_shard_is_needed(small):
    dataset = build(small(source="microscopy", shards=[2, 16, 8]))
    shard = dataset.folder / "0/c/0/0/0"
    entries = np.frombuffer(shard.read_bytes()[-36:-4], "<u8").copy()
    entries[:2] = ABSENT
    shard.chmod(0o644)
    shard.write_bytes(shard.read_bytes()[:-36] + entries.tobytes() + crc32c(entries.tobytes()))
    absent = needs(dataset, None, [(0, (0, 0, 0))])
    assert (absent.keys, absent.nbytes) == (("0/c/0/0/0",), 0)
    partly = needs(dataset, None, [(0, (0, (0, 16, 1), 0))])
    assert (partly.keys, partly.nbytes) == (("0/c/0/0/0",), 2 * 8 * 8 * 2)


@settings(deadline=None, max_examples=20)
@given(questions(), questions())
def test_of_several_reads_each_chunk_counts_once(forms, one, other):
    form, label, level, region = one
    dataset = forms[form]
    reads = [(level, region), (other[2], other[3] if other[1] == label else region)]
    if other[1] != label:
        reads[1] = (level, region)

    together = needs(dataset, label, reads)

    alone = [needs(dataset, label, [read]) for read in reads]
    assert set(together.keys) == {key for each in alone for key in each.keys}
    assert together.chunks == {**alone[0].chunks, **alone[1].chunks}
    assert needs(dataset, label, [reads[0]] * 3) == alone[0]


def crc32c(data):
    return google_crc32c.value(data).to_bytes(4, "little")


@pytest.mark.parametrize(
    ("form", "array", "label_array", "group", "label_group"),
    [
        ("0.4", {"1/.zarray"}, {"labels/cells/1/.zarray"}, {".zgroup", ".zattrs"},
         {"labels/cells/.zgroup", "labels/cells/.zattrs"}),
        ("0.4-dots", {"s1/.zarray"}, {"labels/cells/s1/.zarray"}, {".zgroup", ".zattrs"},
         {"labels/cells/.zgroup", "labels/cells/.zattrs"}),
        ("0.5", {"1/zarr.json"}, {"labels/cells/1/zarr.json"}, {"zarr.json"}, {"labels/cells/zarr.json"}),
    ],
)  # fmt: skip
def test_metadata_are_where_they_are_stored(forms, form, array, label_array, group, label_group):
    dataset = forms[form]
    assert metadata_keys(dataset, None, 1) == array
    assert metadata_keys(dataset, "cells", 1) == label_array
    assert group_keys(dataset, None) == group
    assert group_keys(dataset, "cells") == label_group


@pytest.mark.parametrize("form", FORMS)
def test_every_key_of_a_dataset_is_of_a_kind(forms, form):
    dataset = forms[form]
    keys = Keys(dataset.recipe)
    metadata = {"zarr.json", ".zarray", ".zgroup", ".zattrs"}
    data = "shard" if dataset.recipe.shards else "chunk"
    for key in FolderTree(dataset.folder).keys():  # noqa: SIM118 -- a tree is no dict
        assert keys.kind(key) == ("metadata" if key.rpartition("/")[2] in metadata else data)


@pytest.mark.parametrize(
    ("form", "key", "kind"),
    [
        ("0.4", ".zmetadata", "metadata"),  # asked for, though none is there
        ("0.5", "0/.zarray", "metadata"),
        ("0.4", "0/9/9/9/9", "chunk"),  # beyond the edge
        ("0.4", "0/0.0.0.0", "other"),
        ("0.4", "0/0/0/0", "other"),
        ("0.4", "2/0/0/0/0", "other"),
        ("0.4", "labels/cells/0/0/0/0", "chunk"),
        ("0.4", "labels/cells/0/0/0/0/0", "other"),
        ("0.4", "labels/other/0/0/0/0", "other"),
        ("0.4-dots", "s0/0.0.0.0", "chunk"),
        ("0.5", "0/0/0/0/0", "other"),
        ("0.5", "0/c/0/0/0/0", "chunk"),
        ("0.5", "0/c/0/0/0/00", "other"),
        ("0.5-sharded", "labels/cells/1/c/0/0/0", "shard"),
        ("0.5-sharded-dots", "1/c.0.0.0.0", "shard"),
        ("0.5-sharded-dots", "1/c/0/0/0/0", "other"),
        ("0.5", "0", "other"),
        ("0.5", "", "other"),
    ],
)
def test_a_key_is_a_chunk_only_where_a_chunk_may_be(forms, form, key, kind):
    assert Keys(forms[form].recipe).kind(key) == kind


@pytest.mark.parametrize(
    ("form", "key", "nbytes"),
    [
        ("0.5-sharded", "0/c/0/0/0/0", 16 * (2 * 2 * 2 * 3) + 4),
        ("0.5-sharded", "labels/cells/0/c/0/0/0", 16 * (2 * 2 * 3) + 4),
        ("0.5-sharded", "0/zarr.json", 0),
        ("0.5-sharded", "elsewhere", 0),
        ("0.5", "0/c/0/0/0/0", 0),
    ],
)
def test_a_shard_ends_with_its_index(forms, form, key, nbytes):
    assert Keys(forms[form].recipe).index_bytes(key) == nbytes


def test_of_what_a_tool_writes_only_metadata_are_known_by_name():
    kinds = [written_kind(key, sharded=False) for key in ("a/.zattrs", "zarr.json", "scale0/image/c/0", "x")]
    assert kinds == ["metadata", "metadata", "chunk", "chunk"]
    assert written_kind("scale0/c/0", sharded=True) == "shard"


def test_a_label_image_that_is_not_there_has_nothing(forms):
    with pytest.raises(KeyError):
        needs(forms["0.5"], "nuclei", [(0, (0, 0, 0))])
    with pytest.raises(KeyError):
        metadata_keys(forms["0.5"], "nuclei", 0)
