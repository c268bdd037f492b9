"""Selections that fit any array: inside it where they must be, beside the chunks' edges where they can be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scenario.region import Pick, index, shape_of
from harness.scenario.selection import MAY_REFUSE, selected

SHAPES = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=4)
INSIDE = ("whole", "slab", "element", "strided", "empty", "list")


@given(SHAPES, st.sampled_from(INSIDE))
def test_what_is_selected_lies_inside_and_has_the_shape_that_is_told(lengths, name):
    shape, chunks = zip(*lengths, strict=True)
    array = np.arange(np.prod(shape)).reshape(shape)

    region = selected(name, shape, chunks)

    assert array[index(region)].shape == shape_of(region)
    picked = [part.pick for part in region if isinstance(part, Pick)]
    assert all(0 <= i < shape[0] and len(set(pick)) == len(pick) for pick in picked for i in pick)
    starts = [part for part in region if isinstance(part, tuple)]
    assert all(0 <= start <= stop <= max(shape) for start, stop, _ in starts)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("whole", ((0, 7, 1), (0, 10, 1))),
        ("slab", ((2, 6, 1), (2, 7, 1))),
        ("element", (5, 8)),
        ("strided", ((1, 7, 2), (1, 10, 2))),
        ("negative", (-1, (0, 10, 1))),
        ("outside", (7, (0, 10, 1))),
        ("empty", ((3, 3, 1), (0, 10, 1))),
        ("list", (Pick(pick=(6, 0, 3)), (0, 10, 1))),
    ],
)
def test_each_selection_of_an_array_of_7_by_10_in_chunks_of_4_by_5(name, region):
    assert selected(name, (7, 10), (4, 5)) == region


def test_an_array_of_no_axes_or_no_elements_is_read_whole_only():
    for shape in ((), (0, 4)):
        assert selected("whole", shape, shape) is not None
        assert selected("strided", shape, shape) is None


def test_only_what_is_not_there_may_be_refused():
    assert {"negative", "outside"} == MAY_REFUSE
