"""Arrays that are no images: any dtype, no axis or no element, and regions that only arrays are asked for."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import array_asked, image
from recorded import hold

from harness.conformance.digest import canonical_bytes, digest, from_canonical_bytes, v3_name
from harness.conformance.pixels import explain_pixels, judge_pixels
from harness.scenario.region import Pick

GRID = image(shape=(10, 12), seed=3)
TEXTS = np.array([["a", "bcd"], ["käse", ""]], dtype=object)
STRUCTS = np.zeros((3, 4), np.dtype([("id", "u2"), ("at", "f4", (2,)), ("name", "S3")]))
STRUCTS["id"] = np.arange(12).reshape(3, 4)
STRUCTS["at"][..., 0] = np.nan
COMPLEX = GRID + 1j * GRID[::-1]


def told(truth, got, where):
    """Judge as a run does, and hold that the verdict is the recorded one."""
    return hold(judged(truth, got, where))


def judged(truth, got, where):
    """Judge pixels that were saved and read again; the verdict is wrong, and storable."""
    said = judge_pixels(truth, v3_name(got.dtype), got.shape, digest(got))
    assert not said.right
    saved = from_canonical_bytes(bytes(canonical_bytes(got)), v3_name(got.dtype), got.shape, truth.dtype)
    verdict = explain_pixels(truth, saved, where)
    assert not verdict.right
    assert "\n" not in verdict.explanation
    json.dumps(verdict.evidence, allow_nan=False)
    return verdict


def changed(array, at, value):
    got = array.copy()
    got[at] = value
    return got


# --- texts


@pytest.mark.parametrize("dtype", [object, "U4"])
def test_another_text_is_quoted(dtype):
    truth = TEXTS.astype(dtype)
    verdict = told(truth, changed(truth, (0, 1), "x"), array_asked(truth, fill_value=""))
    assert verdict.explanation == (
        "1 of 4 elements differ, all at d0=0, d1=1, first at (d0=0, d1=1): 'x' instead of 'bcd'"
    )


def test_texts_that_were_cut():
    got = np.array([["a", "bc"], ["kä", ""]], dtype=object)
    verdict = told(TEXTS, got, array_asked(TEXTS, fill_value=""))
    assert verdict.evidence == {"kind": "text", "pixels": 2}
    assert verdict.explanation == "2 of 4 elements are cut after 2 characters: 'bc' instead of 'bcd'"


def test_texts_that_kept_their_padding():
    got = np.array([["a\0\0\0", "bcd\0"], ["käse", "\0\0\0\0"]], dtype=object)
    verdict = told(TEXTS, got, array_asked(TEXTS, fill_value=""))
    assert "3 of 4 elements are padded with NUL" in verdict.explanation


def test_texts_that_got_longer():
    got = np.array([["aX", "bcdX"], ["käseX", "X"]], dtype=object)
    verdict = told(TEXTS, got, array_asked(TEXTS, fill_value=""))
    assert verdict.explanation == "4 of 4 elements differ, first at (d0=0, d1=0): 'aX' instead of 'a'"


def test_bytes_that_were_lost_where_the_fill_value_is_another():
    truth = np.array([b"ab", b"cd", b"ef"])
    where = array_asked(truth, chunks=(1,), fill_value=b"x")
    verdict = told(truth, changed(truth, 1, b""), where)
    assert verdict.explanation == "1 of 3 chunks are b'' (which is not the fill value) where data exist: [1]"
    assert verdict.evidence["value"] == "b''"


def test_texts_of_another_encoding():
    got = changed(TEXTS, (1, 0), "kÃ¤se")
    verdict = told(TEXTS, got, array_asked(TEXTS, fill_value=""))
    assert verdict.explanation == (
        "1 of 4 elements are decoded as Latin-1 instead of UTF-8: 'kÃ¤se' instead of 'käse'"
    )


def test_texts_that_were_lost():
    got = np.full_like(TEXTS, "")
    where = array_asked(TEXTS[:, :2], chunks=(1, 1), fill_value="")
    verdict = told(TEXTS, got, where)
    assert verdict.explanation == (
        "3 of 4 chunks are fill value ('') where data exist: [0, 0], [0, 1], [1, 0]"
    )
    assert verdict.evidence["value"] == ""


# --- structs, complex numbers, bytes, dates


def test_a_struct_is_told_by_its_fields():
    got = STRUCTS.copy()
    got["at"][1, 2, 1] = 5
    verdict = told(STRUCTS, got, array_asked(STRUCTS))
    assert verdict.explanation == (
        "1 of 12 elements differ in 'at', all at d0=1, d1=2, first at (d0=1, d1=2): "
        "(6, [nan, 5.0], b'') instead of (6, [nan, 0.0], b'')"
    )
    assert verdict.evidence["fields"] == ["at"]


def test_all_fields_that_differ_are_told():
    got = STRUCTS.copy()
    got["at"][1, 2, 1], got["name"][0, 0] = 5, b"x"
    verdict = told(STRUCTS, got, array_asked(STRUCTS))
    assert "2 of 12 elements differ in 'at', 'name', first at (d0=0, d1=0): " in verdict.explanation


def test_structs_that_are_equal_but_for_the_sign_of_a_zero():
    got = STRUCTS.copy()
    got["at"][1, 2, 1] = -0.0
    verdict = told(STRUCTS, got, array_asked(STRUCTS))
    assert verdict.explanation == "the values are equal but their bytes differ"


def test_structs_that_were_lost():
    where = array_asked(STRUCTS, chunks=(1, 4), fill_value=(0, (0, 0), b""))
    verdict = told(STRUCTS, changed(STRUCTS, 1, np.zeros((), STRUCTS.dtype)), where)
    said = "1 of 3 chunks are fill value ((0, [0.0, 0.0], b'')) where data exist: [1, 0]"
    assert verdict.explanation == said


def test_structs_are_read_again_by_the_fields_that_are_expected_only():
    raw = bytes(canonical_bytes(STRUCTS))
    again = from_canonical_bytes(raw, "struct", (3, 4), STRUCTS.dtype)
    assert again["id"].tolist() == STRUCTS["id"].tolist()
    with pytest.raises(ValueError, match="'struct' is not a data type"):
        from_canonical_bytes(raw, "struct", (3, 4))
    with pytest.raises(ValueError, match="'struct' is not a data type"):
        from_canonical_bytes(raw, "struct", (3, 4), np.dtype("u2"))


def test_structs_for_numbers_are_another_dtype():
    got = np.zeros(GRID.shape, [("a", "u2")])
    verdict = explain_pixels(GRID, got, array_asked(GRID))
    assert verdict.explanation == "dtype struct came back instead of uint16; the values cannot be compared"


def test_complex_numbers():
    got = changed(COMPLEX, (2, 3), 1 - 2j)
    verdict = told(COMPLEX, got, array_asked(COMPLEX))
    assert "first at (d0=2, d1=3): (1-2j) instead of" in verdict.explanation
    zeros = told(COMPLEX, np.zeros_like(COMPLEX), array_asked(COMPLEX))
    assert zeros.explanation == "the one chunk of the array came back as fill value (0j) where data exist"
    assert zeros.evidence["value"] == "0j"


def test_complex_numbers_without_their_imaginary_part():
    verdict = told(COMPLEX, COMPLEX.real.astype(COMPLEX.dtype), array_asked(COMPLEX))
    assert verdict.explanation == "120 of 120 elements have lost their imaginary part"
    assert verdict.evidence == {"kind": "imaginary-lost", "pixels": 120}


@pytest.mark.parametrize("dtype", ["V4", "S4", "M8[ns]", "m8[s]"])
def test_every_other_dtype_is_told_by_its_elements(dtype):
    truth = np.arange(6, dtype="u4").astype("u8").view("u4")[::2].copy()
    truth = np.arange(1, 7, dtype="u8").view(dtype) if dtype[0] in "mM" else truth.view(dtype)
    got = truth.copy()
    got[:2] = got[1::-1]
    verdict = explain_pixels(truth, got, array_asked(truth))
    assert verdict.explanation


def test_a_date_that_is_none_equals_itself():
    truth = np.array(["NaT", "2020-01-01"], "M8[s]")
    got = np.array(["NaT", "2021-01-01"], "M8[s]")
    assert "1 of 2 elements differ" in explain_pixels(truth, got, array_asked(truth)).explanation


# --- no axes, no elements


@pytest.mark.parametrize(
    ("truth", "got", "said"),
    [
        (np.array(5, "u2"), np.array(3, "u2"), "the array is 3 instead of 5"),
        (np.array(5, "u2"), np.array(0, "u2"), "the one chunk of the array came back as fill value (0)"),
        (np.array("a", object), np.array("b", object), "the array is 'b' instead of 'a'"),
        (np.array(1.5), np.array([1.5]), "axes of length 1 were lost or added; the pixels are right"),
        (np.array(0.0), np.array(-0.0), "1 of 1 zeros have the wrong sign"),
        (np.array(5, "u2"), np.array(5, "u4"), "came back instead of uint16; the values are the same"),
        (np.array(1j), np.array(2j), "the array is 2j instead of 1j"),
    ],
)  # fmt: skip
def test_an_array_without_axes(truth, got, said):
    assert said in told(truth, got, array_asked(truth)).explanation


@pytest.mark.parametrize("dtype", ["u2", object, STRUCTS.dtype])
def test_an_array_without_elements(dtype):
    truth = np.zeros((0, 3), dtype)
    assert judge_pixels(truth, v3_name(truth.dtype), (0, 3), digest(truth)).right
    more = told(truth, np.zeros((1, 3), dtype), array_asked(truth))
    assert more.explanation == (
        "shape [1, 3] came back instead of [0, 3]: axis d0 has 1 elements instead of 0"
    )
    fewer = told(np.zeros((1, 3), dtype), truth, array_asked(np.zeros((1, 3), dtype)))
    assert "axis d0 has 0 elements instead of 1" in fewer.explanation


def test_an_empty_region_that_came_back_whole():
    where = array_asked(GRID, ((5, 5, 1), (0, 12, 1)))
    verdict = told(GRID[5:5], GRID, where)
    assert verdict.explanation == (
        "shape [10, 12] came back instead of [0, 12]: axis d0 has 10 elements instead of 0"
    )


# --- regions


def test_a_negative_index_that_was_taken_for_the_first():
    where = array_asked(GRID, (-1, (0, 12, 1)))
    verdict = told(GRID[-1], GRID[0], where)
    assert verdict.explanation == "these are the elements at d0=0, not those at d0=9"
    assert verdict.evidence["shift"] == {"d0": -9}


def test_a_negative_index_has_its_chunk():
    where = array_asked(GRID, (-1, (0, 12, 1)), chunks=(4, 6))
    verdict = told(GRID[-1], changed(GRID[-1], slice(6, None), 0), where)
    assert verdict.explanation == "1 of 2 chunks are fill value (0) where data exist: [2, 1]"
    assert where.place == "region d0=-1 of the array"


def test_one_element():
    where = array_asked(GRID, (3, 4), chunks=(4, 6), fill_value=None)
    verdict = told(np.asarray(GRID[3, 4]), np.asarray(GRID[3, 4] + 7), where)
    assert (
        verdict.explanation == f"element d0=3, d1=4 of the array is {GRID[3, 4] + 7} instead of {GRID[3, 4]}"
    )


def test_a_region_that_reaches_outside_is_cut_there():
    where = array_asked(GRID, ((6, 20, 1), (0, 12, 1)), chunks=(4, 6))
    assert where.full_shape == (4, 12)
    verdict = told(GRID[6:20], changed(GRID[6:20], slice(2, None), 0), where)
    assert verdict.evidence["chunks"] == [[2, 0], [2, 1]]
    padded = np.zeros((14, 12), GRID.dtype)
    padded[:4] = GRID[6:]
    assert "axis d0 has 14 elements instead of 4" in told(GRID[6:20], padded, where).explanation


PICKED = (Pick(pick=(9, 0, 5)), (0, 12, 1))


def test_picked_elements_that_came_in_ascending_order():
    verdict = told(GRID[[9, 0, 5]], GRID[[0, 5, 9]], array_asked(GRID, PICKED))
    assert verdict.explanation == "the indices along d0 were taken in ascending order, not as asked"
    assert verdict.evidence == {"kind": "picked", "axes": ["d0"]}


def test_elements_picked_along_two_axes():
    cube = image(shape=(6, 7, 4), seed=4)
    where = array_asked(cube, (Pick(pick=(4, 1)), Pick(pick=(6, 2, 0)), 3))
    verdict = told(cube[[4, 1]][:, [6, 2, 0], 3], cube[[1, 4]][:, [0, 2, 6], 3], where)
    assert verdict.explanation == "the indices along d0 and d1 were taken in ascending order, not as asked"


def test_a_step_that_was_ignored_beside_a_list_of_indices():
    where = array_asked(GRID, (Pick(pick=(9, 0)), (1, 9, 2)))
    verdict = told(GRID[[9, 0], 1:9:2], GRID[[9, 0], 1:5], where)
    assert verdict.evidence == {"kind": "step-ignored", "axes": ["d1"]}


def test_a_list_of_indices_that_was_ignored():
    verdict = told(GRID[[9, 0, 5]], GRID, array_asked(GRID, PICKED))
    assert verdict.explanation.endswith("instead of [3, 12]: the list of indices was ignored")


def test_a_list_of_indices_beside_a_range_that_was_ignored():
    where = array_asked(GRID, (Pick(pick=(9, 0, 5)), (2, 8, 1)))
    verdict = told(GRID[[9, 0, 5], 2:8], GRID[:, 2:8], where)
    assert verdict.explanation.endswith("instead of [3, 6]: the list of indices was ignored")
    fewer = told(GRID[[9, 0, 5], 2:8], GRID[[9, 0], 2:8], where)
    assert fewer.explanation.endswith("instead of [3, 6]: axis d0 has 2 elements instead of 3")


def test_texts_from_elsewhere_are_found_by_the_one_in_the_middle():
    texts = np.array([""] * 120, object)
    texts[66:75] = list("abcdefghi")
    where = array_asked(texts, ((20, 60, 1),), chunks=(8,), fill_value="-")
    verdict = told(texts[20:60], texts[50:90], where)
    assert verdict.evidence == {"kind": "shifted", "shift": {"d0": 30}}


def test_the_nearest_of_many_equal_elements_are_looked_at():
    texts = np.array(["x"] * 60 + list("abcdefghijklmnopqrst") + ["x"] * 20, object)
    where = array_asked(texts, ((48, 64, 1),), chunks=(8,), fill_value="-")
    verdict = told(texts[48:64], texts[51:67], where)
    assert verdict.evidence == {"kind": "shifted", "shift": {"d0": 3}}


def test_picked_elements_of_a_chunk_that_is_lost():
    where = array_asked(GRID, PICKED, chunks=(4, 6))
    got = GRID[[9, 0, 5]].copy()
    got[0, 6:] = got[2, 6:] = 0
    verdict = told(GRID[[9, 0, 5]], got, where)
    assert verdict.explanation == (
        "2 of 6 chunks are fill value (0) where data exist: all with d1 index 1 ([1, 1], [2, 1])"
    )


def test_a_wrong_element_is_named_by_its_index_in_the_array():
    got = GRID[[9, 0, 5]].copy()
    got[0, 3] ^= 0xFF0
    verdict = told(GRID[[9, 0, 5]], got, array_asked(GRID, PICKED))
    assert "first at (d0=9, d1=3)" in verdict.explanation


def test_picked_elements_that_are_all_one_too_far():
    verdict = told(GRID[[8, 0, 5]], GRID[[9, 1, 6]], array_asked(GRID, (Pick(pick=(-2, 0, 5)), (0, 12, 1))))
    assert verdict.evidence == {"kind": "shifted", "shift": {"d0": 1}}


def test_doubly_picked_elements():
    where = array_asked(GRID, (Pick(pick=(3, 3, 1)), (2, 9, 1)))
    got = GRID[[3, 3, 1], 2:9].copy()
    got[1, 4] ^= 0xFF0
    assert "1 of 21 elements" in told(GRID[[3, 3, 1], 2:9], got, where).explanation


PARTS = st.one_of(
    st.integers(-10, 9),
    st.tuples(st.integers(0, 12), st.integers(0, 14), st.integers(1, 3)),
    st.builds(Pick, pick=st.lists(st.integers(-10, 9), min_size=1, max_size=4).map(tuple)),
)
DTYPES = {"u2": GRID[:, :10], "texts": GRID[:, :10].astype("U4").astype(object), "complex": COMPLEX[:, :10]}


@settings(max_examples=150)
@given(st.tuples(PARTS, PARTS), st.sampled_from([*DTYPES]), st.data())
def test_any_change_of_any_region_of_any_array_is_explained(region, dtype, data):
    array = DTYPES[dtype]
    where = array_asked(array, region, chunks=(4, 3))
    truth = where.of(array)
    got = truth.copy()
    if got.size == 0:
        assert judge_pixels(truth, v3_name(got.dtype), got.shape, digest(got)).right
        return
    flat = got.reshape(-1)
    at = data.draw(st.lists(st.integers(0, got.size - 1), min_size=1, max_size=5))
    flat[at] = flat[at][::-1] if data.draw(st.booleans()) else flat[at] + flat[at]
    if not judge_pixels(truth, v3_name(got.dtype), got.shape, digest(got)).right:
        assert judged(truth, got, where).explanation


def test_pixels_of_another_array_are_told_before_all_else():
    other = image("uint32", shape=(10, 12), seed=9)
    where = replace(array_asked(GRID), others={"labels/cells/0": other, "empty": other[:0]})
    verdict = explain_pixels(GRID, other, where)
    assert verdict.explanation == "these are the pixels of 'labels/cells/0', not of the array"
    assert verdict.evidence == {"kind": "wrong-array", "got": "labels/cells/0"}
    alike = replace(where, others={"wide": (GRID + np.uint16(3)).astype("u4")})
    assert explain_pixels(GRID, GRID + np.uint16(3), alike).evidence["kind"] == "scaled"
    region = replace(where, region=(3, (2, 9, 1)))
    assert explain_pixels(GRID[3, 2:9], other[3, 2:9], region).evidence["kind"] == "wrong-array"
