"""An image as one file: what other readers find in it is what is true, and it is made once."""

import h5py
import numpy as np
import pytest
import tifffile

from harness.datasets import one_file
from harness.datasets.build import build
from harness.host.errors import InputError

BOTH = ("ome-zarr", "ome-tiff", "hdf5")
CODECS = [{"name": "none"}, {"name": "gzip", "level": 1}]


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec["name"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"levels": 3, "chunks": [2, 16, 20]},
        {"axes": "yx", "shape": [50, 60], "chunks": [16, 16], "scale": {}},
        {"axes": "tczyx", "shape": [2, 3, 4, 20, 24], "chunks": [1, 1, 2, 8, 8], "dtype": "float32"},
        {
            "axes": "cyx",
            "shape": [3, 50, 60],
            "chunks": [1, 16, 16],
            "dtype": "uint8",
        },  # not a colour picture
    ],
    ids=["volume", "pyramid", "plane", "five axes", "three channels"],
)
def test_other_readers_find_the_pixels_of_all_levels(small, changes, codec):
    dataset = build(small(**changes, codec=codec), forms=BOTH)
    truth = dataset.truth

    with tifffile.TiffFile(dataset.others["ome-tiff"].path) as tiff:
        assert tiff.is_ome
        assert [level.axes for level in tiff.series[0].levels] == [truth.recipe.axes.upper()] * len(
            truth.levels
        )
        for level, pixels in zip(tiff.series[0].levels, truth.levels, strict=True):
            assert level.dtype == pixels.dtype
            assert np.array_equal(level.asarray(), pixels)
    with h5py.File(dataset.others["hdf5"].path) as file:
        assert file.attrs["axes"] == truth.recipe.axes
        for fact, pixels in zip(truth.image.levels, truth.levels, strict=True):
            assert np.array_equal(file[fact.path], pixels)
            assert tuple(file[fact.path].attrs["scale"]) == fact.scale


def test_chunks_and_codec_are_those_of_the_recipe_as_far_as_the_form_has_them(small):
    dataset = build(small(chunks=[2, 20, 8], codec={"name": "gzip", "level": 1}), forms=BOTH)

    with tifffile.TiffFile(dataset.others["ome-tiff"].path) as tiff:
        for page in (tiff.pages[0], tiff.pages[0].pages[0]):
            assert (page.tilelength, page.tilewidth) == (32, 16)
            assert page.compression == tifffile.COMPRESSION.ADOBE_DEFLATE
        assert 'PhysicalSizeX="0.25"' in tiff.ome_metadata
    with h5py.File(dataset.others["hdf5"].path) as file:
        assert [file[level].chunks for level in "01"] == [(2, 20, 8), (2, 10, 8)]
        assert {file[level].compression for level in "01"} == {"gzip"}


@pytest.mark.usefixtures("empty_cache")
def test_a_form_is_made_once_closed_to_writing_and_only_where_it_is_asked_for(small, monkeypatch):
    plain = build(small())
    first = build(small(), forms=BOTH)
    monkeypatch.setattr(one_file, "_WRITERS", {})
    again = build(small(), forms=BOTH)

    assert not plain.others
    assert again.others == first.others
    assert first.digest == plain.digest
    assert {oct(file.path.stat().st_mode)[-3:] for file in first.others.values()} == {"444"}


def test_the_same_image_is_the_same_file(small, tmp_path, monkeypatch):
    digests = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv("OZH_CACHE", str(tmp_path / name))
        digests.append({form: file.digest for form, file in build(small(), forms=BOTH).others.items()})

    assert digests[0] == digests[1]


def test_what_cannot_be_stored_so_is_refused(small):
    with pytest.raises(InputError) as caught:
        build(small(dtype="uint64"), forms=("ome-tiff",))

    assert str(caught.value).startswith("recipe small: OME-TIFF has no data type uint64")
