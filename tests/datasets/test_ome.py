"""Metadata we write obey the official schemas, also the strict ones."""

import pytest

from harness.datasets.catalogue import catalogue
from harness.datasets.ome import group_attributes
from harness.datasets.schemas import check_schema


@pytest.mark.parametrize("name", catalogue())
def test_metadata_of_every_named_recipe_are_strictly_valid(name):
    recipe = catalogue()[name]
    groups = group_attributes(recipe)
    assert check_schema(groups[""], recipe.ome_zarr, "strict_image") == []
    for label in recipe.labels:
        assert check_schema(groups[f"labels/{label}"], recipe.ome_zarr, "strict_image") == []
        assert check_schema(groups[f"labels/{label}"], recipe.ome_zarr, "strict_label") == []


def test_version_0_4_has_its_metadata_at_the_top(small):
    groups = group_attributes(small(ome_zarr="0.4", labels={"a": {"source": "ramp"}}))
    assert groups["labels"] == {"labels": ["a"]}
    assert groups[""]["multiscales"][0]["version"] == "0.4"
    assert groups["labels/a"]["image-label"]["source"] == {"image": "../../"}


def test_version_0_5_has_its_metadata_below_ome(small):
    groups = group_attributes(small(labels={"a": {"source": "ramp"}}))
    assert groups["labels"] == {"ome": {"version": "0.5", "labels": ["a"]}}
    assert groups[""]["ome"]["multiscales"][0]["axes"] == [
        {"name": "z", "type": "space"},
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space", "unit": "micrometer"},
    ]


def test_each_level_has_its_scale(small):
    multiscale = group_attributes(small())[""]["ome"]["multiscales"][0]
    assert multiscale["datasets"] == [
        {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 0.5, 0.25]}]},
        {"path": "1", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 1.0, 0.5]}]},
    ]
    assert multiscale["type"] == "mean"
    assert "y by 2, x by 2" in multiscale["metadata"]["description"]
