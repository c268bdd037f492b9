"""Reading a whole image back."""

import numpy as np
import pytest

from harness.datasets import written as module
from harness.datasets.build import build
from harness.datasets.schemas import check_schema
from harness.datasets.written import read_written
from harness.datasets.zarr.errors import FormatError
from harness.datasets.zarr.tree import FolderTree, MemoryTree


@pytest.mark.parametrize(
    ("ome_zarr", "codec"), [("0.4", {"name": "zlib", "level": 3}), ("0.5", {"name": "zstd", "level": 3})]
)
def test_what_was_built_is_read_back(small, ome_zarr, codec):
    dataset = build(small(ome_zarr=ome_zarr, codec=codec, separator="."))
    written = read_written(FolderTree(dataset.folder))
    assert written.facts == dataset.truth.image
    assert written.codecs == (dataset.recipe.codec,) * 2
    assert written.separators == (".", ".")
    assert check_schema(written.attributes, ome_zarr) == []
    for found, truth in zip(written.level_arrays, dataset.truth.levels, strict=True):
        assert np.array_equal(found, truth)


def test_a_label_image_is_read_by_its_path(small):
    dataset = build(small(labels={"a": {"source": "ramp"}}))
    assert read_written(FolderTree(dataset.folder), "labels/a").facts == dataset.truth.labels["a"].image


def test_nothing_written_is_one_sentence():
    with pytest.raises(FormatError, match="is no group"):
        read_written(MemoryTree({}))


def test_all_levels_together_must_fit(small, monkeypatch):
    dataset = build(small())
    monkeypatch.setattr(module, "MAX_BYTES", dataset.truth.levels[0].nbytes)
    with pytest.raises(FormatError, match="more than 0 bytes"):
        read_written(FolderTree(dataset.folder))
