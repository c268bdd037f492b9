"""Regions by axis name, against a naive definition."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.scenario.region import index, resolve, shape_of

AXES = ("yx", "zyx", "czyx", "tczyx")


@st.composite
def cases(draw):
    """Draw axes, a shape, and a region inside it."""
    axes = draw(st.sampled_from(AXES))
    shape = tuple(draw(st.integers(1, 5)) for _ in axes)
    region = {}
    for name, length in zip(axes, shape, strict=True):
        start = draw(st.integers(0, length - 1))
        stop = draw(st.integers(start + 1, length))
        part = st.sampled_from([None, start, (start, stop), (start, stop, draw(st.integers(1, 6)))])
        region[name] = draw(part)
    return axes, shape, {name: part for name, part in region.items() if part is not None}


def naive(axes, shape, region):
    """Return the chosen positions along each axis, one element at a time, and the axes that stay."""
    chosen, stay = [], []
    for name, length in zip(axes, shape, strict=True):
        part = region.get(name, (0, length))
        if isinstance(part, int):
            chosen.append([part])
        else:
            start, stop, step = (*part, 1)[:3]
            chosen.append([at for at in range(length) if start <= at < stop and (at - start) % step == 0])
            stay.append(len(chosen[-1]))
    return chosen, tuple(stay)


@settings(deadline=None)
@given(cases())
def test_a_region_selects_what_the_naive_definition_selects(case):
    axes, shape, region = case
    array = np.arange(np.prod(shape)).reshape(shape)
    resolved = resolve(region, axes, shape)
    chosen, stay = naive(axes, shape, region)

    selected = array[index(resolved)]

    assert selected.ravel().tolist() == [int(array[at]) for at in itertools.product(*chosen)]
    assert selected.shape == shape_of(resolved) == stay


@settings(deadline=None)
@given(cases(), st.data())
def test_a_region_that_leaves_the_image_is_refused(case, data):
    axes, shape, region = case
    name = data.draw(st.sampled_from(axes))
    length = shape[axes.index(name)]
    outside = st.sampled_from(
        [-1, length, (-1, length), (0, length + 1), (length, length), (1, 0), (0, 1, 0)]
    )

    with pytest.raises(ValueError, match=f"^{name}: "):
        resolve({**region, name: data.draw(outside)}, axes, shape)


def test_an_axis_that_the_image_lacks_is_refused():
    with pytest.raises(ValueError, match=r"axis 't' is not an axis of this image \(axes 'zyx'\)"):
        resolve({"t": 0}, "zyx", (1, 1, 1))


def test_an_integer_drops_its_axis_and_axes_not_named_are_read_whole():
    resolved = resolve({"z": 2}, "zyx", (4, 5, 6))

    assert resolved == (2, (0, 5, 1), (0, 6, 1))
    assert shape_of(resolved) == (5, 6)
