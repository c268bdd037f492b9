"""Images made by arithmetic: the same everywhere, and fit for what they are for."""

import hashlib
import math

import numcodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.datasets.synthetic import (
    LARGEST_COUNT,
    OFFSET,
    _shot_noise,
    fill_microscopy,
    fill_ramp,
    ramp_weights,
)

SHAPES = st.lists(st.integers(1, 20), min_size=2, max_size=4).map(tuple)
DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint64", "int64", "float32", "float64"]


def ramp(shape, dtype):
    out = np.empty(shape, dtype)
    fill_ramp(out, ramp_weights(shape))
    return out


def microscopy(shape, seed=0, axes="zyx"):
    out = np.empty(shape, np.uint16)
    fill_microscopy(out, axes, seed)
    return out


def sha256(array):
    return hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes()).hexdigest()


@settings(deadline=None)
@given(SHAPES)
def test_a_ramp_is_unique_everywhere_while_the_dtype_lasts(shape):
    assert len(np.unique(ramp(shape, "uint64"))) == math.prod(shape)


@settings(deadline=None)
@given(SHAPES, st.sampled_from(DTYPES[1:]))
def test_a_ramp_is_unique_along_each_axis(shape, dtype):
    array = ramp(shape, dtype)
    for axis, length in enumerate(shape):
        line = np.moveaxis(array, axis, -1).reshape(-1, length)
        assert all(len(np.unique(one)) == length for one in line)


@settings(deadline=None)
@given(SHAPES)
def test_a_ramp_rises_along_x_by_one(shape):
    assert (np.diff(ramp(shape, "int64"), axis=-1) == 1).all()


def test_a_ramp_wraps_where_the_dtype_ends():
    assert ramp((2, 200), "uint8")[1, 55:58].tolist() == [0, 1, 2]
    assert ramp((3, 2), "bool").tolist() == [[False, True], [True, False], [False, True]]


@pytest.mark.parametrize(
    ("dtype", "digest"),
    [
        ("uint8", "2a4eeabd305b430d961ea5f6a2764b57004e55722337314256dbd19fac76fa45"),
        ("int16", "6e9e26084e7dfc1d44eaa74eec0087c896360131fed6fc946ab264f7b205b910"),
        ("float32", "f2c780ce4ea7447d6a7024bcdf07c0f0f9d912efecccc17045067650f63b9243"),
    ],
)
def test_the_bytes_of_a_ramp_never_change(dtype, digest):
    assert sha256(ramp((7, 300, 40), dtype)) == digest


def test_the_bytes_of_microscopy_never_change():
    assert (
        sha256(microscopy((10, 50, 70))) == "85d70e31475bde32306472aff8f530304342be4a55b8027c9b295609e70469b7"
    )
    assert (
        sha256(microscopy((2, 3, 9, 40, 33), seed=2**32 - 1, axes="tczyx"))
        == "476fee9829b20e18f2fadb557dda06748f17ab003c3ca231cecd5d2923ce333e"
    )


def test_microscopy_has_an_offset_and_never_a_zero():
    array = microscopy((16, 128, 128))
    assert array.min() > OFFSET
    assert array.max() <= LARGEST_COUNT


def test_microscopy_is_as_compressible_as_a_camera_image():
    array = microscopy((8, 256, 256))
    for cname in ("lz4", "zstd"):
        ratio = array.nbytes / len(numcodecs.Blosc(cname, 5, 1).encode(array))
        assert 1.3 < ratio < 2.5


@pytest.mark.parametrize("intensity", [0, 100, 255])
def test_the_noise_of_microscopy_is_shot_noise(intensity):
    counts = _shot_noise(np.full((256, 256), intensity), np.random.Philox(key=[1, 2])) - OFFSET
    mean = (intensity + 32) ** 2 // 16
    assert counts.mean() == pytest.approx(mean, rel=0.01)
    assert counts.var() == pytest.approx(mean, rel=0.05)


def test_each_seed_channel_and_plane_is_different():
    planes = microscopy((2, 3, 32, 32), axes="czyx").reshape(6, -1)
    planes = np.concatenate([planes, microscopy((2, 3, 32, 32), seed=1, axes="czyx").reshape(6, -1)])
    assert len({plane.tobytes() for plane in planes}) == 12


def test_a_larger_image_begins_with_the_same_structure_in_each_plane():
    assert np.array_equal(microscopy((1, 32, 64))[0], microscopy((2, 32, 64))[0])
