"""Forms other than OME-Zarr: what can be stored so, what cannot and why; nothing else changes by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.datasets.known import known_specimens
from harness.host.errors import InputError
from harness.scenario.form import is_deflated, tile_of, why_not
from harness.scenario.load import load_scenario
from harness.scenario.recipe import Recipe

RECIPE = {
    "name": "image",
    "source": "ramp",
    "axes": "zyx",
    "shape": [4, 40, 30],
    "dtype": "uint16",
    "chunks": [2, 16, 16],
    "codec": {"name": "none"},
}
OPEN = """
scenario: good
title: Good
datasets:
  - {name: own, source: ramp, axes: zyx, shape: [4, 40, 30], dtype: uint16, chunks: [2, 16, 16],
     codec: {name: none}}
operations:
  - operation: open
"""


def recipe(**changes):
    return Recipe.model_validate({**RECIPE, **changes})


@pytest.mark.parametrize(
    ("changes", "form", "said"),
    [
        ({"labels": {"cells": {"source": "ramp"}}}, "ome-tiff", "no place for label images"),
        ({"labels": {"cells": {"source": "ramp"}}}, "hdf5", "no place for label images"),
        ({"codec": {"name": "blosc"}}, "ome-tiff", "only the codecs gzip (zlib) and none"),
        ({"codec": {"name": "zstd", "level": 3}}, "hdf5", "only the codecs gzip (zlib) and none"),
        ({"codec": {"name": "gzip", "crc32c": True}}, "hdf5", "without crc32c"),
        ({"dtype": "bool"}, "ome-tiff", "OME-TIFF has no data type bool"),
        ({"dtype": "uint64"}, "ome-tiff", "OME-TIFF has no data type uint64"),
        ({"shape": [1, 40, 30]}, "ome-tiff", "one of length 1 is not told from one that is not there"),
        ({"levels": 2, "factor": {"z": 2, "y": 2}}, "ome-tiff", "along y and x only, not along z and y"),
    ],
)
def test_what_cannot_be_stored_so_is_told_with_the_reason(changes, form, said):
    assert said in why_not(recipe(**changes), form)
    assert why_not(recipe(**changes), "ome-zarr") is None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"levels": 2},
        {"shards": [4, 32, 32]},
        {"codec": {"name": "gzip", "level": 1}},
        {"codec": {"name": "zlib", "level": 1}, "ome_zarr": "0.4"},
    ],
)
def test_what_all_forms_can_hold_is_not_refused(changes):
    assert [why_not(recipe(**changes), form) for form in ("ome-tiff", "hdf5")] == [None, None]


def test_hdf5_holds_what_ome_tiff_has_no_words_for():
    assert (
        why_not(recipe(dtype="uint64", shape=[1, 40, 30], levels=2, factor={"z": 1, "y": 2}), "hdf5") is None
    )


def test_gzip_and_zlib_are_one_family_and_none_is_none():
    assert is_deflated(recipe(codec={"name": "gzip"}))
    assert is_deflated(recipe(codec={"name": "zlib"}, ome_zarr="0.4"))
    assert not is_deflated(recipe())


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_a_tile_is_the_smallest_of_tiff_that_holds_a_chunk(length, width):
    for edge, chunk in zip(tile_of(recipe(chunks=[1, length, width])), (length, width), strict=True):
        assert edge % 16 == 0
        assert chunk <= edge < chunk + 16


def test_a_dataset_that_has_no_such_form_is_named_with_the_line_of_the_form(refusal):
    said = refusal(OPEN.replace("name: none", "name: blosc") + "forms: [ome-zarr, hdf5]\n")

    assert said.startswith("own.yaml:9: dataset 'own' has no form hdf5: hdf5 has only the codecs gzip")


@pytest.mark.parametrize(
    "more", ["  - operation: inspect\n", "  - operation: list\n", "  - operation: write\n"]
)
def test_other_forms_are_only_opened_and_read(refusal, more):
    said = refusal(OPEN + more + "forms: [ome-zarr, ome-tiff]\n")

    assert "ome-tiff is there to be opened and read, without faults" in said


def test_a_specimen_has_no_other_form(tmp_path):
    path = tmp_path / "own.yaml"
    start, end = OPEN.index("  - {name"), OPEN.index("operations")
    path.write_text(OPEN[:start] + '  - "corner-v3-*"\n' + OPEN[end:] + "forms: [hdf5]\n")

    with pytest.raises(InputError, match="has no form hdf5: specimens are hierarchies of Zarr"):
        load_scenario(path, {}, known_specimens)


def test_the_digest_stays_where_ome_zarr_is_named_and_changes_with_others(load):
    plain = load(OPEN).digest

    assert load(OPEN + "forms: [ome-zarr]\n").digest == plain
    assert load(OPEN + "forms: [ome-zarr, hdf5]\n").digest != plain
