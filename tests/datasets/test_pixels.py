"""Pixels of all levels: made once, whole, and shared."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.datasets import pixels as module
from harness.datasets.pixels import pixels, pixels_digest
from harness.datasets.reduce import reduce


def quiet(_):
    pass


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    shape=st.tuples(st.integers(4, 9), st.integers(4, 40), st.integers(4, 40)),
    factor=st.fixed_dictionaries({"y": st.integers(1, 3)}, optional={"z": st.integers(1, 2)}),
    edge=st.sampled_from(["floor", "ceil"]),
    method=st.sampled_from(["mean", "nearest"]),
    dtype=st.sampled_from(["uint8", "int16", "float32"]),
)
def test_each_level_is_the_one_before_it_reduced(small, shape, factor, edge, method, dtype):
    recipe = small(shape=shape, factor=factor, edge=edge, method=method, dtype=dtype)
    first, second = pixels(recipe, quiet)
    assert first.shape == shape
    assert second.shape == recipe.level_shape(1)
    assert np.array_equal(second, reduce(first, recipe.factors, method, edge))


@pytest.mark.usefixtures("empty_cache")
@pytest.mark.parametrize("edge", ["floor", "ceil"])
def test_slabs_give_what_the_whole_gives(small, monkeypatch, edge):
    monkeypatch.setattr(module, "_SLAB_BYTES", 1)
    recipe = small(shape=[11, 20, 24], factor={"z": 3, "y": 2}, edge=edge)
    first, second = pixels(recipe, quiet)
    assert np.array_equal(second, reduce(first, (3, 2, 1), "mean", edge))


def test_pixels_are_read_only(small):
    with pytest.raises(ValueError, match="read-only"):
        pixels(small(), quiet)[0][0] = 1


def test_all_forms_of_an_image_share_their_pixels(small):
    forms = [
        small(),
        small(ome_zarr="0.4", separator=".", name="other"),
        small(chunks=[1, 4, 4], shards=[2, 8, 8]),
    ]
    assert len({pixels_digest(form) for form in forms}) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"source": "microscopy"},
        {"seed": 1},
        {"axes": "cyx"},
        {"shape": [5, 20, 25]},
        {"dtype": "int16"},
        {"levels": 1},
        {"factor": {"x": 2}},
        {"method": "nearest"},
        {"edge": "ceil"},
    ],
)
def test_what_determines_pixels_is_in_their_digest(small, change):
    assert pixels_digest(small(**change)) != pixels_digest(small())


@pytest.mark.parametrize("damage", ["missing", "short", "other"])
def test_damaged_pixels_are_made_again(small, empty_cache, damage):
    recipe = small()
    before = [np.array(level) for level in pixels(recipe, quiet)]
    file = empty_cache / "pixels" / pixels_digest(recipe) / "1.npy"
    if damage == "missing":
        file.unlink()
    elif damage == "short":
        file.write_bytes(file.read_bytes()[:-1])
    else:
        np.save(file, np.zeros((3, 3)))
    after = pixels(recipe, quiet)
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
