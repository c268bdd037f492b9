"""Reading what others wrote: facts where they are there, one sentence where not, and nothing worse."""

import contextlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.datasets.facts import read_image
from harness.datasets.zarr.encode import encode_array, encode_group
from harness.datasets.zarr.errors import FormatError
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.tree import MemoryTree

SPEC = ArraySpec(zarr_format=3, shape=(4, 6), chunks=(2, 3), dtype="uint8")


def scale(*values):
    return {"type": "scale", "scale": list(values)}


def translation(*values):
    return {"type": "translation", "translation": list(values)}


def multiscale(transformations, after=(), **more):
    return {
        "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}],
        "datasets": [{"path": "s0", "coordinateTransformations": transformations}],
        **({"coordinateTransformations": list(after)} if after else {}),
        **more,
    }


def tree(ome, **groups):
    entries = dict(encode_group(3, {"ome": ome}))
    for path, attributes in groups.items():
        entries |= {f"{path}/{key}": data for key, data in encode_group(3, attributes)}
    array = np.arange(24, dtype=np.uint8).reshape(4, 6)
    entries |= {f"s0/{key}": data for key, data in encode_array(SPEC, array)}
    return MemoryTree(entries)


def image(one, **more):
    return {"version": "0.5", "multiscales": [one], **more}


def test_a_scale_of_the_whole_is_applied_after_that_of_the_level():
    found = read_image(
        tree(image(multiscale([scale(2, 3), translation(1, 1)], [scale(10, 10), translation(5, 0)])))
    )
    assert found.levels[0].scale == (20, 30)
    assert found.levels[0].translation == (15, 10)


def test_without_transformations_there_is_no_scale():
    found = read_image(tree(image(multiscale([]))))
    assert found.levels[0].scale is None
    assert found.levels[0].translation is None


def test_what_we_do_not_know_is_passed_over():
    found = read_image(tree(image(multiscale([scale(1, 1), {"type": "identity"}], colour="blue"), more=[1])))
    assert found.levels[0].scale == (1, 1)


def test_channels_are_read_as_far_as_they_go():
    found = read_image(tree(image(multiscale([scale(1, 1)]), omero={"channels": [{"color": "FF0000"}, {}]})))
    assert [channel.color for channel in found.channels] == ["FF0000", None]


def test_label_images_are_those_that_are_named():
    found = read_image(tree(image(multiscale([scale(1, 1)])), labels={"ome": {"labels": ["b", "a"]}}))
    assert found.labels == ("b", "a")


@pytest.mark.parametrize(
    ("ome", "sentence"),
    [
        ([], "the image: attributes: Input should be a valid dictionary"),
        ({"version": "0.5"}, "the image: multiscales: Field required"),
        (
            image(multiscale([scale(1, "1")])),
            r"multiscales.0.datasets.0.coordinateTransformations.0.scale.1: Input",
        ),
        (image(multiscale([scale(1)])), "s0: its scale must have 2 entries"),
        (
            image(multiscale([{"type": "translation", "path": "t"}])),
            "s0: its translation must have 2 entries",
        ),
        (image(multiscale([scale(1e300, 1), scale(1e300, 1)])), "s0: its transformations give lengths"),
        (image(multiscale([], axes=[{"name": "x"}])), "s0: has 2 axes, but axes names 1"),
        (image(multiscale([], datasets=[{"path": "../s0"}])), "'../s0' is not a key inside the hierarchy"),
        (image(multiscale([], datasets=[{"path": "s7"}])), "s7: is no array"),
        (image(multiscale([], datasets=[{"path": "s0"}] * 65)), "List should have at most 64 items"),
        (
            image(multiscale([]), omero={"channels": [{"window": {"start": 0}}]}),
            "omero.channels.0.window.end: Field",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_its_place(ome, sentence):
    with pytest.raises(FormatError, match=sentence):
        read_image(tree(ome))


def test_no_group_is_said():
    with pytest.raises(FormatError, match="the image: is no group"):
        read_image(MemoryTree({}))


def test_wrong_labels_are_said():
    with pytest.raises(FormatError, match="labels: labels: Input should be a valid list"):
        read_image(tree(image(multiscale([scale(1, 1)])), labels={"ome": {"labels": 1}}))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PLACES = [
    "version",
    "multiscales",
    "axes",
    "datasets",
    "path",
    "coordinateTransformations",
    "scale",
    "omero",
    "channels",
]


@settings(deadline=None)
@given(st.sampled_from(PLACES), JSON)
def test_anything_anywhere_is_read_or_refused(place, value):
    good = image(multiscale([scale(1, 1)]), omero={"channels": [{"color": "FF0000"}]})

    def put(node):
        if isinstance(node, dict):
            return {key: value if key == place else put(inner) for key, inner in node.items()}
        return [put(inner) for inner in node] if isinstance(node, list) else node

    hostile = tree(good)
    document = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": put(good)}}
    hostile.put("zarr.json", json.dumps(document).encode())
    with contextlib.suppress(FormatError):
        read_image(hostile)
