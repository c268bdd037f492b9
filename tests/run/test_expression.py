"""Regions as scripts say them; what Python says is tried on an array."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.run.expression import expression
from harness.scenario.region import Pick, index

REGION = (3, (1, 7, 1), (0, 9, 2), Pick(pick=(5, 0, 2)))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("python", "3, 1:7, 0:9:2, [5, 0, 2]"),
        ("javascript", "[3, zarr.slice(1, 7), zarr.slice(0, 9, 2), [5, 0, 2]]"),
        ("rust", "[3..4, 1..7, (0..9).step_by(2), vec![5, 0, 2]]"),
    ],
)
def test_a_region_in_each_language(language, said):
    assert expression(REGION, language) == said


def test_an_array_without_axes_is_read_by_an_expression_too():
    assert [expression((), language) for language in ("python", "javascript", "rust")] == [
        "...",
        "null",
        "[]",
    ]


@given(
    st.lists(
        st.integers(-5, 4) | st.tuples(st.integers(0, 5), st.integers(0, 7), st.integers(1, 3)), max_size=3
    )
)
def test_what_python_says_selects_what_is_meant(parts):
    array = np.arange(125).reshape(5, 5, 5)
    region = tuple(parts)

    said = eval(f"array[{expression(region, 'python')}]")

    assert np.array_equal(said, array[index(region)])
