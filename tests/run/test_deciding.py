import numpy as np

from harness.performance.bout import BoutRatio
from harness.performance.verdict import STANDARD
from harness.run.deciding import NoBoutError, Timed, decide_pairs


def machine(seconds=2.0, **slowed):
    """Return what measures pairs whose second arm is slower by so much, and the list of what was measured."""
    draw = np.random.default_rng(0)
    measured = []

    def measure(pair, number):
        measured.append((pair, number))
        ratio = float(np.log1p(slowed[pair]) + draw.normal(0, 0.01))
        return Timed(BoutRatio(ratio, ratio), ratio, seconds)

    return measure, measured


def words(decided):
    return {one.pair: one.word for one in decided}


def test_each_pair_gets_its_verdict():
    measure, _ = machine(same=0, slow=0.2, fast=-0.2)
    decided = decide_pairs(["same", "slow", "fast"], measure)
    assert words(decided) == {"same": "not slower", "slow": "slower", "fast": "faster"}


def test_pairs_take_turns():
    measure, measured = machine(a=0, b=0)
    decide_pairs(["a", "b"], measure)
    assert measured[:4] == [("a", 0), ("b", 0), ("a", 1), ("b", 1)]


def test_a_pair_with_a_verdict_is_not_measured_on():
    measure, measured = machine(same=0, close=0.035)
    decide_pairs(["same", "close"], measure)
    assert max(number for pair, number in measured if pair == "same") == STANDARD.looks[0] - 1


def test_no_bout_is_measured_that_no_look_would_see():
    measure, measured = machine(seconds=30, a=0.03)
    (one,) = decide_pairs(["a"], measure, cap_seconds=240)
    assert one.word == "inconclusive"
    assert "longer than 240 s" in one.why
    assert len(measured) == 1


def test_what_bouts_do_not_tell_is_inconclusive():
    draw = np.random.default_rng(0)

    def measure(_pair, _number):
        ratio = float(draw.normal(0.05, 0.5))
        return Timed(BoutRatio(ratio, ratio), ratio, 1)

    (one,) = decide_pairs(["wild"], measure)
    assert one.word == "inconclusive"
    assert len(one.bouts) == STANDARD.looks[-1]
    assert "90 bouts don't tell" in one.why


def test_an_arm_that_fails_costs_its_own_pair_only():
    measure, _ = machine(good=0)

    def one(pair, number):
        if pair == "bad" and number == 3:
            raise NoBoutError("a worker ended")
        return measure("good", number)

    bad, good = decide_pairs(["bad", "good"], one)
    assert (bad.word, bad.why) == ("inconclusive", "a worker ended")
    assert good.word == "not slower"


def test_nothing_to_decide_is_no_error():
    assert decide_pairs([], machine()[0]) == []
