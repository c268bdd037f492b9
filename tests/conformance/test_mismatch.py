"""What explainers build on: selections, comparisons, and the words for places."""

import numpy as np
import pytest
from planted import LEVELS, array_asked, asked, image

from harness.conformance.mismatch import axis_orders, equals, laid_out, same, shown, sparse, taken, varies
from harness.scenario.region import Pick

GRID = image(shape=(10, 12), seed=3)


def test_a_region_of_another_array_is_had_where_it_is_large_enough():
    where = array_asked(GRID, (9, (2, 6, 2)))
    assert where.of(GRID).tolist() == GRID[9, 2:6:2].tolist()
    assert where.of(GRID[:9]) is None
    assert where.of(GRID[:, :5]).tolist() == GRID[9, 2:5:2].tolist()
    assert where.of(GRID[:, :4]) is None
    assert where.of(GRID[None]) is None
    empty = array_asked(GRID[:0])
    assert empty.of(GRID[:0]).shape == (0, 12)
    assert array_asked(GRID, ((3, 3, 1), (0, 12, 1))).of(GRID[:1]).shape == (0, 12)


def test_picked_and_dropped_elements_are_taken_axis_by_axis():
    cube = image(shape=(4, 5, 6), seed=4)
    found = taken(cube, [(3, 0), range(1, 2), (5, 2, 2)])
    assert found.tolist() == cube[[3, 0]][:, 1:2][:, :, [5, 2, 2]].tolist()
    assert np.shares_memory(taken(cube, [range(4), range(1, 5, 2), range(6)]), cube)
    assert taken(np.array(7), []).shape == ()


@pytest.mark.parametrize(
    ("region", "place"),
    [
        ({}, "level 0"),
        ({"z": 3}, "plane z=3 of level 0"),
        ({"z": 3, "y": 0}, "region z=3, y=0 of level 0"),
        ({"z": 3, "y": 0, "x": 2}, "element z=3, y=0, x=2 of level 0"),
        ({"z": (1, 3)}, "the region of level 0"),
    ],
)
def test_places_are_put_into_words(region, place):
    assert asked(region).place == place
    assert asked(level=1).place == "level 1"


def test_an_array_without_levels_is_called_so():
    assert array_asked(GRID).place == "the array"
    assert array_asked(GRID, (2, (0, 12, 1))).place == "region d0=2 of the array"
    assert array_asked(GRID, (2, (0, 12, 1))).position((0, 4)) == "(d0=2, d1=4)"
    assert array_asked(GRID, (Pick(pick=(-1, 3)), (1, 12, 5))).position((0, 2)) == "(d0=9, d1=11)"


def test_a_sparse_look_takes_a_dozen_elements_at_most():
    assert sparse((1, 13, 14, 700)) == tuple(slice(None, None, n) for n in (1, 1, 2, 100))


def test_equal_is_what_has_one_shape_and_equal_values():
    assert equals(GRID, GRID.copy())
    assert not equals(GRID, GRID[:, :11])
    assert not equals(GRID, GRID[:, :1])
    for at in [(0, 0), (9, 11)]:
        other = GRID.copy()
        other[at] += 1
        assert not equals(GRID, other)
    large = np.zeros((50, 50))
    other = large.copy()
    other[1, 1] = 1
    assert not equals(large, other)


def test_what_is_not_a_number_equals_itself():
    numbers = np.array([np.nan, np.nan, 1, np.inf])
    assert same(numbers, np.array([np.nan, 0, np.nan, np.inf])).tolist() == [True, False, False, True]
    dates = np.array(["NaT", "2020-01-01"], "M8[s]")
    assert same(dates, dates).all()
    structs = np.array([(1, [2, np.nan]), (1, [2, 3])], [("a", "u1"), ("b", "f4", (2,))])
    assert same(structs, structs).tolist() == [True, True]
    assert same(structs, structs[[1, 1]]).tolist() == [False, True]


@pytest.mark.parametrize(
    ("values", "does"),
    [([], False), ([1], False), ([1, 1], False), ([1, 2], True), ([1, 1, 2], True), ([np.nan] * 2, False)],
)
def test_an_array_varies_if_it_has_two_values(values, does):
    assert varies(np.array(values)) is does


def test_elements_are_shown_and_texts_quoted():
    assert shown(np.array([[7, 8]])) == "7"
    assert shown(np.array(["a", "b"])) == shown(np.array("a", object)) == shown("a") == "'a'"
    assert shown(np.float32(1.5)) == "1.5"


def test_all_other_orders_of_the_axes():
    assert axis_orders(1) == []
    assert axis_orders(2) == [(1, 0)]
    assert len(axis_orders(3)) == 5


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([4], ["d0=4"]),
        ([4, 5], ["d0=4 to 5"]),
        ([3, 4, 5, 6], ["d0=3 to 6"]),
        ([2, 3, 4, 5, 6], []),
        ([4, 6], []),
        ([0, 9], []),
    ],
)
def test_few_planes_with_all_differences_are_named(rows, said):
    got = GRID.copy()
    got[rows, ::2] += 1000
    got[rows[0], 1::2] += 1000
    assert laid_out(array_asked(GRID), GRID, got).planes() == said


def test_a_dropped_axis_is_no_plane_with_differences():
    where = array_asked(GRID, (4, (0, 12, 1)))
    got = GRID[4].copy()
    got[[3, 4]] += 1000
    assert laid_out(where, GRID[4], got).planes() == ["d1=3 to 4"]


def test_picked_elements_are_laid_out_in_ascending_order():
    where = array_asked(GRID, (Pick(pick=(9, 0, 5)), (0, 12, 1)), chunks=(4, 6))
    laid = laid_out(where, GRID[[9, 0, 5]], GRID[[9, 0, 5]] + np.uint16([[1], [0], [0]]))
    assert laid.asked.region == (Pick(pick=(0, 5, 9)), (0, 12, 1))
    assert laid.truth.tolist() == GRID[[0, 5, 9]].tolist()
    assert laid.chunks_where(laid.bad) == [(2, 0), (2, 1)]
    assert [box[:2] for _, box in laid.boxes(laid.bad)] == [
        (slice(2, 3), slice(0, 6)),
        (slice(2, 3), slice(6, 12)),
    ]


def test_a_level_is_looked_at_as_it_was_asked_for():
    assert asked(level=1).stored is LEVELS[1]
    assert array_asked(GRID).stored is GRID
