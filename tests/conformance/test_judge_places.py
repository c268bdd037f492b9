"""Planted wrong places: planes, chunks and keys in another order, edges, steps and starts."""

from dataclasses import replace

import numpy as np
import pytest
from planted import LEVELS, array_asked, asked, image, truth_of, verdict_on
from recorded import hold

from harness.conformance.pixels import explain_pixels

RAGGED = "9 of 45 chunks differ: all those at the ragged edge of"


def told(got, where=None):
    """Return kind, sentence and evidence of a wrong answer."""
    verdict = hold(verdict_on(got, where))
    assert not verdict.right
    return verdict.evidence["kind"], verdict.explanation, verdict.evidence


def noise(shape, seed=5):
    return np.random.default_rng(seed).integers(2000, 60000, shape, np.uint16)


# --- planes


def test_two_planes_that_are_exchanged():
    kind, said, evidence = told(LEVELS[0][[0, 3, 2, 1, 4]])
    assert (kind, said) == ("reordered", "z=1 and z=3 are exchanged")
    assert evidence["order"] == [0, 3, 2, 1, 4]


def test_two_columns_that_are_exchanged_are_named_by_their_indices_in_the_level():
    where = asked({"z": 1, "y": (4, 20), "x": (10, 16)})
    got = truth_of(where)[:, [0, 1, 2, 4, 3, 5]]
    kind, said, evidence = told(got, where)
    assert (kind, said) == ("reordered", "x=13 and x=14 are exchanged")
    assert evidence["order"] == [10, 11, 12, 14, 13, 15]


def test_channels_are_exchanged_and_not_mirrored():
    two = LEVELS[0][:2]
    assert told(two[::-1], asked(levels=(two,)))[1] == "z=0 and z=1 are exchanged"


def test_planes_in_another_order():
    kind, said, evidence = told(LEVELS[0][[2, 0, 1, 4, 3]])
    assert (kind, said) == ("reordered", "z is in another order: what came back for z=0 belongs to z=2")
    assert evidence["order"] == [2, 0, 1, 4, 3]


def test_a_plane_that_came_again():
    kind, said, evidence = told(LEVELS[0][[0, 1, 2, 2, 4]])
    assert (kind, said) == ("repeated", "planes are repeated along z: what came back for z=3 belongs to z=2")
    assert evidence["order"] == [0, 1, 2, 2, 4]


def test_planes_that_came_again():
    said = told(LEVELS[0][[0, 0, 2, 2, 4]])[1]
    assert said == "planes are repeated along z: what came back for z=1 belongs to z=0, and 1 more"


def test_rows_of_a_plane_that_are_exchanged():
    plane = LEVELS[0][0]
    where = replace(asked({"z": 0}), levels=(plane,), axes="yx", chunks=(16, 16), region=asked().region[1:])
    got = plane.copy()
    got[[3, 30]] = plane[[30, 3]]
    assert told(got, where)[1] == "y=3 and y=30 are exchanged"


def test_planes_that_are_equal_or_empty_stay_where_they_are():
    truth = LEVELS[0].copy()
    truth[2], truth[4] = truth[1], 7
    said = told(truth[[3, 1, 2, 0, 4]], asked(levels=(truth,)))[1]
    assert said == "z=0 and z=3 are exchanged"


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        ([2, 3, 0, 1], "reordered"),
        ([0, 0, 1, 2], "shifted"),
        ([1, 2, 3, 3], "shifted"),
        ([0] * 4, "repeated"),
    ],
)
def test_four_planes_that_are_moved(order, kind):
    four = LEVELS[0][:4]
    assert told(four[order], asked(levels=(four,)))[0] == kind


def test_a_plane_that_came_everywhere():
    said = told(LEVELS[0][[1] * 5])[1]
    assert said == "planes are repeated along z: what came back for z=0 belongs to z=1, and 3 more"


def test_three_of_five_planes_that_are_moved_are_shifted():
    assert told(LEVELS[0][[2, 3, 4, 0, 1]])[0] == "shifted"
    assert told(LEVELS[0][[3, 4, 0, 1, 2]])[0] == "shifted"


def test_planes_that_are_all_moved_are_shifted():
    assert told(LEVELS[0][[0, 0, 1, 2, 3]])[0] == "shifted"
    assert told(LEVELS[0][[1, 2, 3, 4, 0]])[0] == "shifted"


def test_planes_that_run_backwards_are_mirrored():
    assert told(LEVELS[0][::-1])[:2] == ("mirrored", "the image is mirrored along z")


def test_an_empty_plane_is_no_plane_of_another_place():
    truth = LEVELS[0].copy()
    truth[4] = 7
    got = truth.copy()
    got[1] = 7
    assert told(got, asked(levels=(truth,)))[0] == "fill"


def test_a_plane_that_is_another_one_only_at_a_sparse_look():
    got = LEVELS[0][[0, 3, 2, 1, 4]].copy()
    got[1, 1, 1] += 3
    assert told(got)[0] not in ("reordered", "repeated")


# --- keys


def test_chunks_under_exchanged_indices():
    truth = image(shape=(2, 48, 48))
    got = truth.copy()
    for y in range(3):
        for x in range(3):
            got[:, 16 * y : 16 * y + 16, 16 * x : 16 * x + 16] = truth[
                :, 16 * x : 16 * x + 16, 16 * y : 16 * y + 16
            ]
    kind, said, evidence = told(got, asked(levels=(truth,)))
    sentence = "chunks were looked up with their indices in the order z, x, y instead of z, y, x"
    assert (kind, said) == ("key-order", sentence)
    assert evidence["order"] == ["z", "x", "y"]


def read_by_keys(level, order, chunks, fill):
    """Read every chunk from the key with its indices in this order, as a reader with that bug does."""
    grid = [-(-n // c) for n, c in zip(level.shape, chunks, strict=True)]
    padded = np.full([g * c for g, c in zip(grid, chunks, strict=True)], fill, level.dtype)
    padded[tuple(map(slice, level.shape))] = level
    got = np.full_like(padded, fill)
    for place in np.ndindex(*grid):
        key = tuple(place[i] for i in order)
        if all(k < g for k, g in zip(key, grid, strict=True)):
            here, there = (
                tuple(slice(i * c, i * c + c) for i, c in zip(at, chunks, strict=True)) for at in (place, key)
            )
            got[here] = padded[there]
    return got[tuple(map(slice, level.shape))]


@pytest.mark.parametrize("order", [(0, 2, 1), (1, 0, 2), (2, 1, 0)])
@pytest.mark.parametrize("fill", [0, 7, None])
@pytest.mark.parametrize("chunks", [(1, 16, 16), (2, 16, 8)])
def test_chunks_under_exchanged_indices_where_some_are_missing(order, fill, chunks):
    where = asked(fill_value=fill, chunks=chunks)
    kind, said, _ = told(read_by_keys(LEVELS[0], order, chunks, fill or 0), where)
    moved = ", ".join("zyx"[i] for i in order)
    assert kind == "key-order"
    assert said == f"chunks were looked up with their indices in the order {moved} instead of z, y, x"


def test_a_region_of_chunks_under_exchanged_indices():
    where = asked({"z": (1, 4), "y": (5, 37), "x": (3, 41, 2)})
    got = read_by_keys(LEVELS[0], (0, 2, 1), (1, 16, 16), 7)[1:4, 5:37, 3:41:2]
    assert told(got, where)[0] == "key-order"


def test_structs_under_exchanged_indices():
    truth = np.zeros((4, 6), [("id", "u2"), ("at", "f4")])
    truth["id"] = np.arange(24).reshape(4, 6)
    got = read_by_keys(truth, (1, 0), (2, 2), np.zeros((), truth.dtype))
    where = array_asked(truth, chunks=(2, 2), fill_value=None)
    assert hold(explain_pixels(truth, got, where)).evidence["kind"] == "key-order"


def test_one_more_wrong_pixel_is_no_matter_of_keys():
    got = read_by_keys(LEVELS[0], (0, 2, 1), (1, 16, 16), 7)
    got[1, 1, 1] += 3
    assert told(got)[0] != "key-order"


# --- chunks


def test_a_chunk_at_the_edge_that_holds_another_one_cut_to_fit():
    got = LEVELS[0].copy()
    got[2, 32:, 32:] = got[2, :5, :14]
    kind, said, evidence = told(got)
    sentence = "1 of 45 chunks hold the pixels of others: chunk [2, 2, 2] has those of [2, 0, 0]"
    assert (kind, said) == ("chunks-misplaced", sentence)
    assert (evidence["chunks"], evidence["homes"]) == ([[2, 2, 2]], [[2, 0, 0]])


@pytest.mark.parametrize(
    ("part", "axes", "count"),
    [
        ((slice(None), slice(None), slice(32, None)), "x", 15),
        ((slice(None), slice(32, None), slice(None)), "y", 15),
    ],
)
def test_chunks_at_a_ragged_edge(part, axes, count):
    got = LEVELS[0].copy()
    got[part] = noise(got[part].shape)
    kind, said, evidence = told(got)
    assert kind == "chunks-differ"
    assert said == (
        f"{count} of 45 chunks differ: all those at the ragged edge of {axes}; "
        f"{got[part].size} of 8510 pixels are wrong"
    )
    assert evidence["ragged"] == [axes]


def test_chunks_at_both_ragged_edges():
    got = LEVELS[0].copy()
    got[:, 32:], got[..., 32:] = noise(got[:, 32:].shape), noise(got[..., 32:].shape)
    _, said, evidence = told(got)
    assert "25 of 45 chunks differ: all those at the ragged edge of y and x; " in said
    assert evidence["ragged"] == ["y", "x"]


def test_some_chunks_at_a_ragged_edge_are_listed():
    got = LEVELS[0].copy()
    got[1:, :, 32:] = noise(got[1:, :, 32:].shape)
    _, said, evidence = told(got)
    assert said.startswith("12 of 45 chunks differ: all with x index 2; ")
    assert evidence["ragged"] == []


def test_the_last_chunks_of_an_even_edge_are_not_at_a_ragged_one():
    truth = image(shape=(2, 32, 48))
    got = truth.copy()
    got[..., 32:] = noise(got[..., 32:].shape)
    _, said, evidence = told(got, asked(levels=(truth,)))
    assert said.startswith("4 of 12 chunks differ: all with x index 2; ")
    assert evidence["ragged"] == []


# --- starts and steps


def test_a_start_that_was_ignored_is_said_to_be():
    where = asked({"z": (1, 4), "y": (5, 30)})
    kind, said, evidence = told(LEVELS[0][:3, :25], where)
    assert kind == "shifted"
    assert said == (
        "the region is shifted by -1 along z and by -5 along y: its start was ignored, "
        "what came back for z=1 belongs to z=0"
    )
    assert evidence["shift"] == {"z": -1, "y": -5}


def test_a_start_that_was_cut_down_to_that_of_a_chunk():
    where = asked({"y": (18, 30), "x": (21, 41)})
    _, said, evidence = told(LEVELS[0][:, 16:28, 16:36], where)
    assert said == (
        "the region is shifted by -2 along y and by -5 along x: what came back for y=18 belongs to y=16"
    )
    assert evidence["shift"] == {"y": -2, "x": -5}


def test_a_step_that_was_ignored_and_the_count_kept():
    where = asked({"z": 3, "y": (1, 31, 3), "x": (2, 30)})
    kind, said, evidence = told(LEVELS[0][3, 1:11, 2:30], where)
    assert kind == "step-ignored"
    assert said == "the step along y was ignored: elements were read one after the other"
    assert evidence["axes"] == ["y"]


def test_steps_that_were_ignored_along_two_axes():
    where = asked({"z": (0, 5, 2), "y": (1, 31, 3), "x": 4})
    _, said, evidence = told(LEVELS[0][:3, 1:11, 4], where)
    assert said == "the step along z and y was ignored: elements were read one after the other"
    assert evidence["axes"] == ["z", "y"]


def test_edges_that_were_not_cut():
    got = np.zeros((5, 48, 48), np.uint16)
    got[:, :37, :46] = LEVELS[0]
    assert told(got)[1] == (
        "shape [5, 48, 48] came back instead of [5, 37, 46]: it was not cut where the last chunks reach "
        "beyond the edge; the pixels inside are right"
    )
    got[0, 0, 0] = 1
    assert told(got)[1].endswith("; the pixels inside are wrong too")
