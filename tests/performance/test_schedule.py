"""The order of timed sessions, and of quanta within a bout."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.performance.schedule import Rhythm, block_orders, interleave, rhythm

ARMS = st.lists(st.text(max_size=3), max_size=6)


@given(ARMS, st.integers(0, 8), st.integers(0, 2**32))
def test_every_arm_comes_once_a_round(arms, sessions, seed):
    order = interleave(arms, sessions, seed)
    assert [number for number, _ in order] == [n for n in range(sessions) for _ in arms]
    for n in range(sessions):
        assert sorted(arm for number, arm in order if number == n) == sorted(arms)


@given(ARMS, st.integers(0, 2**32))
def test_a_seed_gives_one_order(arms, seed):
    assert interleave(arms, 4, seed) == interleave(arms, 4, seed)


def test_each_arm_is_first_about_as_often():
    order = interleave("ab", 400, seed=7)
    first = [arm for _, arm in order[::2]]
    assert 150 < first.count("a") < 250


@given(st.integers(2, 5), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_each_block_of_a_bout_goes_there_and_back(arms, blocks, seed):
    orders = block_orders(arms, blocks, random.Random(seed))
    assert len(orders) == 2 * blocks
    assert all(sorted(order) == list(range(arms)) for order in orders)
    assert all(orders[at] == orders[at + 1][::-1] for at in range(0, 2 * blocks, 2))


def test_which_order_a_block_has_is_drawn():
    orders = block_orders(2, 100, random.Random(1))[::2]
    assert 30 < orders.count((0, 1)) < 70


@pytest.mark.parametrize(
    ("seconds", "operations", "blocks"),
    [
        ((0.003, 0.003), 5, 20),
        ((0.015, 0.015), 1, 20),
        ((0.001, 0.029), 1, 20),
        ((0.00001, 0.00001), 8, 20),
        ((0.1, 0.1), 1, 6),
        ((5, 5), 1, 2),
    ],
)
def test_quanta_are_short_and_long_operations_have_fewer_blocks(seconds, operations, blocks):
    assert rhythm(seconds) == Rhythm(operations, blocks)
