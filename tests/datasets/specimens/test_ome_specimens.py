"""The specimens of OME-Zarr's rules, held against the official schemas and our own decoder."""

from collections.abc import Iterator
from typing import Any, get_args

import numpy as np
import pytest

from harness.datasets.schemas import Kind, check_schema
from harness.datasets.specimen import build_specimen
from harness.datasets.specimens.ome import ome_specimens
from harness.datasets.specimens.ome.rule import read_rules
from harness.datasets.zarr.decode import open_array, read_array
from harness.datasets.zarr.tree import FolderTree
from harness.scenario.specimen import Specimen

BY_NAME = {one.name: one for one in ome_specimens()}

# Rules that a schema of attributes cannot see, or that the official ones do not hold, in these versions.
BOTH = ("0.4", "0.5")
UNSEEN = {
    "zarr-v3": ("0.4",),
    "zarr-v2": ("0.5",),
    "path-to-nothing": BOTH,
    "path-to-group": BOTH,
    "levels-smallest-first": BOTH,
    "axes-duplicate-of-two-types": BOTH,
    "axes-two-of-time": BOTH,
    "axes-two-of-channels": BOTH,
    "axes-channels-last": BOTH,
    "axes-time-last": BOTH,
    "axes-channels-before-time": BOTH,
    "axes-fewer-than-dimensions": BOTH,
    "dimensions-differ-between-levels": BOTH,
    "dimension-names-missing": ("0.5",),
    "dimension-names-differ": ("0.5",),
    "scale-short": BOTH,
    "translation-short": BOTH,
    "translation-twice": BOTH,
    "translation-before-scale": BOTH,
    "transformations-shared-out-of-order": BOTH,
    "omero-colour-missing": ("0.5",),
    "omero-colour-hash": BOTH,
    "omero-colour-word": BOTH,
    "omero-window-missing": ("0.5",),
    "labels-key-missing": ("0.5",),
    "labels-list-of-numbers": BOTH,
    "labels-lead-to-nothing": BOTH,
    "label-float": BOTH,
    "label-levels-differ": BOTH,
    "label-no-multiscales": BOTH,
    "label-colours-two-for-one": ("0.4",),
    "label-colour-value-half": BOTH,
    "plate-well-row-index-other": BOTH,
    "plate-well-column-index-other": BOTH,
    "plate-well-row-index-beyond": BOTH,
    "plate-well-path-unlisted": BOTH,
    "plate-well-path-turned": BOTH,
    "plate-well-no-metadata": BOTH,
    "plate-row-group-missing": BOTH,
    "plate-acquisition-duplicate": BOTH,
    "well-path-duplicate": BOTH,
    "well-path-to-nothing": BOTH,
    "well-acquisition-missing": BOTH,
    "well-acquisition-unknown": BOTH,
    "collection-layout-four": BOTH,
    "collection-series-numbers": BOTH,
    "collection-series-to-nothing": BOTH,
}


def documents(specimen: Specimen) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """Yield each group's attributes with the schema that they claim to obey, the root's with its kind's."""
    if specimen.kind in get_args(Kind):
        yield specimen.kind, specimen.groups[""]
    for attributes in specimen.groups.values():
        content = attributes.get("ome", attributes)
        for key, kind in (
            ("multiscales", "image"),
            ("image-label", "label"),
            ("plate", "plate"),
            ("well", "well"),
        ):
            if key in content:
                yield kind, attributes


def complaints(specimen: Specimen) -> list[str]:
    return [
        said
        for kind, attributes in documents(specimen)
        for said in check_schema(attributes, specimen.ome_zarr, kind)
    ]


def test_names_are_told_apart_and_each_says_its_rule_and_where_it_stands() -> None:
    assert len(BY_NAME) == len(ome_specimens())
    assert all(one.title and one.urls[0].startswith("https://") for one in ome_specimens())


@pytest.mark.parametrize("name", [one.name for one in ome_specimens() if one.valid])
def test_what_is_called_valid_obeys_the_official_schemas(name: str) -> None:
    assert complaints(BY_NAME[name]) == []


def test_what_is_broken_breaks_a_schema_or_a_rule_that_no_schema_sees() -> None:
    unseen = {one.name for one in ome_specimens() if not one.valid and not complaints(one)}

    assert unseen == {f"ome-{version}-{rule}" for rule, versions in UNSEEN.items() for version in versions}


def test_every_base_is_there_unbroken_in_each_version() -> None:
    whole = {(rule.base, version) for rule in read_rules() if rule.valid for version in rule.versions}

    assert whole == {(rule.base, version) for rule in read_rules() for version in rule.versions}


@pytest.mark.parametrize("name", BY_NAME)
def test_a_specimen_can_be_built_with_the_arrays_that_it_says(name: str) -> None:
    specimen = BY_NAME[name]
    tree = FolderTree(build_specimen(specimen).folder)

    for path, node in specimen.arrays.items():
        assert list(open_array(tree, path).shape) == node.metadata["shape"]


@pytest.mark.parametrize("version", BOTH)
@pytest.mark.parametrize("how", ["means", "strided"])
def test_levels_of_a_ramp_hold_what_their_transformations_say(version: str, how: str) -> None:
    specimen = BY_NAME[f"ome-{version}-ramp-{how}"]
    tree = FolderTree(build_specimen(specimen).folder)
    attributes = specimen.groups[""]
    for dataset in attributes.get("ome", attributes)["multiscales"][0]["datasets"]:
        by_type = {one["type"]: one[one["type"]] for one in dataset["coordinateTransformations"]}
        pixels = read_array(tree, open_array(tree, dataset["path"]))
        scale, shift = np.array(by_type["scale"]), np.array(by_type.get("translation", [0, 0]))
        y, x = (np.indices(pixels.shape).T * scale + shift).T / 0.5  # in pixels of the first level
        np.testing.assert_array_equal(pixels, 10 * y + 2 * x)


def test_block_means_of_the_ramp_are_its_second_level() -> None:
    tree = FolderTree(build_specimen(BY_NAME["ome-0.5-ramp-means"]).folder)
    full, half = (read_array(tree, open_array(tree, path)) for path in ("0", "1"))

    np.testing.assert_array_equal(full.reshape(2, 2, 2, 2).mean(axis=(1, 3)), half)
