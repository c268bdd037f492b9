"""Pairs of arrays kept to look at: one for each thing that is wrong, never too many, never pickled."""

import numpy as np
import pytest

from harness.results import pairs
from harness.results.pairs import Pairs

ZEROS, ONES = np.zeros((2, 3), "uint16"), np.ones((2, 3), "uint16")


def test_a_pair_is_kept_once_for_each_thing(tmp_path):
    keeper = Pairs(tmp_path)

    assert keeper.keep("tool: zeros", ONES, ZEROS) == "wrong/0001"
    assert keeper.keep("tool: zeros", ONES, ZEROS) is None
    assert keeper.keep("tool: swapped", ONES, ZEROS) == "wrong/0002"
    assert np.array_equal(np.load(tmp_path / "wrong/0001/expected.npy"), ONES)
    assert np.array_equal(np.load(tmp_path / "wrong/0001/got.npy"), ZEROS)


def test_a_run_taken_up_again_writes_over_no_pair(tmp_path):
    Pairs(tmp_path).keep("tool: zeros", ONES, ZEROS)

    assert Pairs(tmp_path).keep("tool: other", ZEROS, ONES) == "wrong/0002"
    assert np.array_equal(np.load(tmp_path / "wrong/0001/expected.npy"), ONES)


def test_large_ones_and_too_many_are_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(pairs, "MAX_ARRAY_BYTES", ONES.nbytes)
    monkeypatch.setattr(pairs, "MAX_PAIRS", 1)
    keeper = Pairs(tmp_path)

    assert keeper.keep("large", ONES, np.zeros((2, 4), "uint16")) is None
    assert keeper.keep("first", ONES, ZEROS) == "wrong/0001"
    assert keeper.keep("second", ONES, ZEROS) is None


@pytest.mark.parametrize(
    "array",
    [
        np.array(["", "naïve", "🔬"], object),
        np.array([(1, 2.5)], [("a", "<i4"), ("b", "<f8")]),
        np.array(3.5),
        np.zeros((0, 4), ">i2"),
    ],
    ids=["texts", "structs", "no axes", "no elements"],
)
def test_every_kind_of_array_can_be_looked_at_without_pickle(tmp_path, array):
    folder = Pairs(tmp_path).keep("kind", array, array)

    loaded = np.load(tmp_path / folder / "got.npy", allow_pickle=False)
    assert loaded.shape == array.shape
    assert loaded.tolist() == array.tolist()
