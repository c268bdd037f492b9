"""Plates: valid by the official schemas, and each field an image of its own."""

import json

import numpy as np
import pytest
from pydantic import ValidationError

from harness.datasets.build import build
from harness.datasets.needs import Keys
from harness.datasets.schemas import check_schema
from harness.datasets.written import read_written
from harness.datasets.zarr.tree import FolderTree

PLATE = {
    "source": "microscopy",
    "axes": "cyx",
    "shape": [2, 32, 32],
    "chunks": [1, 16, 16],
    "levels": 2,
    "plate": {"rows": 2, "columns": 3, "fields": 2},
}


@pytest.fixture(params=["0.4", "0.5"])
def plate(request, small, shared_cache, monkeypatch):
    monkeypatch.setenv("OZH_CACHE", str(shared_cache))
    return build(small(**PLATE, ome_zarr=request.param))


def attributes(folder):
    v3 = folder / "zarr.json"
    return (
        json.loads(v3.read_text())["attributes"]
        if v3.is_file()
        else json.loads((folder / ".zattrs").read_text())
    )


def test_plate_and_wells_obey_the_schemas(plate):
    version = plate.recipe.ome_zarr

    assert check_schema(attributes(plate.folder), version, "plate") == []
    for well in ("A/1", "B/3"):
        assert check_schema(attributes(plate.folder / well), version, "well") == []
    for group in ("", "A", "A/1", "A/1/0"):
        names = {path.name for path in (plate.folder / group).iterdir()}
        assert names & {"zarr.json", ".zgroup"}


def test_each_field_is_an_image_with_the_pixels_of_its_truth(plate):
    assert list(plate.fields) == [
        f"{row}/{column}/{field}" for row in "AB" for column in "123" for field in "01"
    ]
    for path, truth in plate.fields.items():
        written = read_written(FolderTree(plate.folder), path)
        assert written.facts == truth.image
        for got, expected in zip(written.level_arrays, truth.levels, strict=True):
            assert np.array_equal(got, expected)


def test_no_two_fields_are_alike(plate):
    assert len({truth.levels[0].tobytes() for truth in plate.fields.values()}) == 12


def test_keys_below_a_field_are_told_apart(plate):
    keys = Keys(plate.recipe)
    separator = "/".join(["c"] * (plate.recipe.ome_zarr == "0.5") + ["0", "1", "1"])

    assert keys.kind("A/1/0/.zattrs") == keys.kind("B/3/zarr.json") == "metadata"
    assert keys.kind(f"A/1/0/1/{separator}") == "chunk"
    assert keys.kind(f"A/1/0/7/{separator}") == "other"


def test_a_plate_has_no_time_and_no_label_images(small):
    with pytest.raises(ValidationError, match="no axis 't'"):
        small(**{**PLATE, "axes": "tyx"})
    with pytest.raises(ValidationError, match="no label images"):
        small(**PLATE, labels={"cells": {"source": "microscopy", "dtype": "uint16"}})
