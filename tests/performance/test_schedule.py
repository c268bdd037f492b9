"""The order of timed sessions."""

from hypothesis import given
from hypothesis import strategies as st

from harness.performance.schedule import interleave

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
