"""The values of specimens: they fit their type, tell places apart, and are the same everywhere."""

import hashlib

import numpy as np
import pytest

from harness.datasets.zarr.values import made

STRUCT = np.dtype([("a", "u2"), ("b", "u2"), ("c", [("d", "f4", (2, 2)), ("e", "U3")])])


@pytest.mark.parametrize(
    "dtype", ["i1", "u2", "i8", "f2", "f8", "c8", "c16", "U3", "U9", "S4", "V5", "O", STRUCT]
)
@pytest.mark.parametrize("shape", [(), (7,), (3, 5), (2, 3, 4)])
def test_a_ramp_has_no_value_twice(dtype, shape):
    array = made("ramp", shape, np.dtype(dtype), "a")
    assert (array.shape, array.dtype) == (shape, np.dtype(dtype))
    elements = [str(element) for element in array.ravel().tolist()]
    assert len(set(elements)) == len(elements)


def test_the_fields_of_a_struct_have_different_ramps():
    array = made("ramp", (4,), STRUCT, "a")
    assert (array["a"][1:] != array["b"][1:]).all()


def test_extremes_of_floats():
    array = made("extremes", (10,), np.dtype("f4"), "a")
    assert np.isnan(array).sum() == 1
    assert np.isinf(array).sum() == 2
    assert (np.signbit(array) & (array == 0)).sum() == 1
    limits = np.finfo("f4")
    assert {limits.min, limits.max, limits.smallest_subnormal} <= set(array.tolist())


@pytest.mark.parametrize("dtype", ["i1", "u8", "i8"])
def test_extremes_of_integers(dtype):
    array = made("extremes", (8,), np.dtype(dtype), "a")
    assert (array.min(), array.max()) == (np.iinfo(dtype).min, np.iinfo(dtype).max)


def test_extremes_of_strings_are_empty_and_beyond_ascii_and_beyond_two_bytes():
    array = made("extremes", (8,), np.dtype(object), "a")
    assert "" in array.tolist()
    assert max(ord(character) for text in array.tolist() for character in text) == 0x10FFFF


@pytest.mark.parametrize(
    ("dtype", "digest"),
    [
        ("u2", "997b809cb79aa477"),
        ("?", "109af617e6393fc8"),
        ("f4", "a009fee86c233868"),
        ("c16", "c080ad283772428d"),
        ("V3", "465a570da7b521e3"),
        ("S6", "a529bb951fd31df0"),
        ("U6", "f37b524d5f4c2752"),
    ],
)
def test_random_values_are_the_same_on_every_machine(dtype, digest):
    array = made("random", (5, 7), np.dtype(dtype), "image/0")
    little = array.astype(array.dtype.newbyteorder("<")).tobytes()
    assert hashlib.sha256(little).hexdigest()[:16] == digest
    assert made("random", (5, 7), np.dtype(dtype), "image/1").tobytes() != array.tobytes()


def test_random_numbers_are_finite():
    assert np.isfinite(made("random", (100, 100), np.dtype("f2"), "a")).all()
    assert np.isfinite(made("random", (100, 100), np.dtype("c8"), "a")).all()


@pytest.mark.parametrize("values", ["ramp", "extremes", "random"])
@pytest.mark.parametrize("dtype", ["u2", "f4", "c8", "U2", "S2", "V2", "O", STRUCT])
def test_there_may_be_no_elements_at_all(values, dtype):
    assert made(values, (0, 3), np.dtype(dtype), "a").shape == (0, 3)
