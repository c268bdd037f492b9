"""Each specimen is stored and read back by our own decoder as it should be."""

import json

import pytest

from harness.datasets.facts import read_image
from harness.datasets.schemas import check_schema
from harness.datasets.specimens import specimens
from harness.datasets.zarr.decode import open_array, read_array
from harness.datasets.zarr.encode import encode_group
from harness.datasets.zarr.encode_node import as_read, encode_node, pixels_of
from harness.datasets.zarr.errors import FormatError
from harness.datasets.zarr.tree import MemoryTree, join

READABLE = [specimen for specimen in specimens().values() if specimen.must != "refuse"]


def tree_of(specimen):
    tree = MemoryTree()
    for path, attributes in specimen.groups.items():
        for key, data in encode_group(specimen.zarr_format, attributes):
            tree.put(join(path, key), data)
    for path, node in specimen.arrays.items():
        for key, data in encode_node(
            specimen.zarr_format, path, node, pixels_of(specimen.zarr_format, path, node)
        ):
            tree.put(key, data)
    for key, text in specimen.files.items():
        tree.put(key, text.encode())
    return tree


def read_as_it_stands(specimen):
    """Read a document that need not be one that we can encode, and the files beside it."""
    ((path, node),) = specimen.arrays.items()
    name = ".zarray" if specimen.zarr_format == 2 else "zarr.json"
    files = {join(path, name): json.dumps(node.metadata), **specimen.files}
    tree = MemoryTree({key: text.encode() for key, text in files.items()})
    return read_array(tree, open_array(tree, path))


def bits(array):
    return array.tolist() if array.dtype.hasobject else array.tobytes()


def test_there_are_hundreds_and_their_names_are_unique():
    assert len(specimens()) > 900
    assert all(name == specimen.name for name, specimen in specimens().items())
    assert specimens() is specimens()
    assert sum(name.startswith("pair-") for name in specimens()) >= 300


@pytest.mark.parametrize("part", range(8))
def test_what_is_stored_is_read(part):
    for specimen in READABLE[part::8]:
        tree = tree_of(specimen)
        for path, node in specimen.arrays.items():
            expected = as_read(specimen.zarr_format, path, node, pixels_of(specimen.zarr_format, path, node))
            read = read_array(tree, open_array(tree, path))
            assert (read.dtype, read.shape) == (expected.dtype, expected.shape), specimen.name
            assert bits(read) == bits(expected), specimen.name


def test_images_are_what_ome_zarr_asks_for():
    images = [specimen for specimen in READABLE if specimen.array is None]
    assert len(images) > 800
    for specimen in images:
        assert check_schema(specimen.groups[""], specimen.ome_zarr) == [], specimen.name
        (path,) = specimen.arrays
        image = read_image(tree_of(specimen))
        assert [level.path for level in image.levels] == [path]
        names = specimen.arrays[path].metadata.get("dimension_names")
        assert names in (None, [axis.name for axis in image.axes])
        assert names or specimen.zarr_format == 2 or specimen.must == "either"


def test_what_must_be_refused_is_refused_by_us_too():
    refused = [specimen for specimen in specimens().values() if specimen.must == "refuse"]
    assert len(refused) > 10
    for specimen in refused:
        with pytest.raises(FormatError):
            read_as_it_stands(specimen)


def test_a_fill_value_shows_where_it_should():
    for specimen in READABLE:
        for path, node in specimen.arrays.items():
            if node.absent != "none" and node.metadata["shape"] and specimen.name.startswith("corner-"):
                pixels = pixels_of(specimen.zarr_format, path, node)
                read = as_read(specimen.zarr_format, path, node, pixels)
                assert bits(read) != bits(pixels), specimen.name
