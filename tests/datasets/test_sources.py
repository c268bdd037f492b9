"""Real images as sources, and what a source refuses."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.datasets.sources import _reflected, check_source, fill
from harness.host.errors import HostError, InputError


def filled(recipe):
    out = np.empty(recipe.shape, recipe.dtype)
    fill(out, recipe, lambda _: None)
    return out


@pytest.fixture
def nuclei(small):
    return small(source="nuclei", shape=[60, 256, 256], chunks=[10, 128, 128])


def test_nuclei_are_the_published_image(nuclei):
    array = filled(nuclei)
    assert array.mean() == pytest.approx(7014.642770894368)
    assert (
        hashlib.sha256(array.tobytes()).hexdigest()
        == "3ce5179fcc8bb48110bd2422bdda7ef26c56f1f444be6aca8c1e5ec803d8fc85"
    )


def test_labels_of_nuclei_are_the_published_segmentation(nuclei):
    array = filled(nuclei.model_copy(update={"source": "nuclei-labels", "dtype": "uint32"}))
    assert array.max() == 20
    assert (
        hashlib.sha256(array.tobytes()).hexdigest()
        == "b1481a75e06da5d6ee23d488606256ea239ac7c31a56aa40b25663d793ddbc2f"
    )


def test_mirrored_nuclei_begin_as_nuclei_and_turn_at_the_edge(small, nuclei):
    original = filled(nuclei)
    larger = filled(small(source="nuclei-mirrored", shape=[70, 260, 256]))
    assert np.array_equal(larger[:60, :256], original)
    assert np.array_equal(larger[60], larger[58])
    assert np.array_equal(larger[:, 259], larger[:, 251])


def test_mirrored_channels_and_times_are_all_different(small):
    array = filled(small(source="nuclei-mirrored", axes="tczyx", shape=[2, 3, 4, 32, 32], chunks=[1] * 5))
    assert len({array[t, c].tobytes() for t in range(2) for c in range(3)}) == 6


def test_mirrored_labels_lie_on_their_nuclei(small):
    recipe = small(
        source="nuclei-mirrored",
        axes="czyx",
        shape=[2, 70, 64, 64],
        chunks=[1, 8, 8, 8],
        labels={"nuclei": {"source": "nuclei-labels"}},
    )
    image, labels = filled(recipe), filled(recipe.label_recipe("nuclei"))
    assert image[0][labels > 0].mean() > 2 * image[0][labels == 0].mean()


def test_a_flat_image_is_the_middle_plane(small, nuclei):
    flat = filled(small(source="nuclei-mirrored", axes="yx", shape=[256, 256], chunks=[64, 64]))
    assert np.array_equal(flat, filled(nuclei)[30])


def test_the_astronaut_has_its_colours_first(small):
    array = filled(
        small(source="astronaut", axes="cyx", shape=[3, 512, 512], chunks=[1, 64, 64], dtype="uint8")
    )
    assert (
        hashlib.sha256(array.tobytes()).hexdigest()
        == "9d1263ba0e684c996ad8d59ebeeb479d2608e2d7bb09a217aafcb77f1c5f9533"
    )


@given(st.integers(1, 300), st.integers(1, 60))
def test_reflection_is_that_of_numpy(length, size):
    expected = np.pad(np.arange(size), (0, max(length - size, 0)), mode="reflect")[:length]
    assert np.array_equal(_reflected(length, size), expected)


def test_a_source_of_one_size_refuses_any_other(small):
    with pytest.raises(InputError, match="use source nuclei-mirrored"):
        check_source(small(source="nuclei"))
    with pytest.raises(InputError, match=r"use shape \[3, 512, 512\]"):
        check_source(small(source="astronaut", dtype="uint8"))


def test_a_dtype_too_narrow_is_refused_for_the_image_and_its_labels(small):
    with pytest.raises(InputError, match="dtype uint8 cannot hold all values of source microscopy"):
        check_source(small(source="microscopy", dtype="uint8"))
    with pytest.raises(InputError, match="dtype bool cannot hold all values of source nuclei-labels"):
        check_source(small(labels={"a": {"source": "nuclei-labels", "dtype": "bool"}}))


def test_without_a_network_the_message_says_what_to_do(small, empty_cache, monkeypatch):
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(empty_cache / "uv"))
    with pytest.raises(HostError, match=r"cannot be fetched .* connect to the network once"):
        filled(small(source="nuclei-mirrored"))
    assert list((empty_cache / "sources").glob("napari*[!k]")) == []
