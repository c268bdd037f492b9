"""Planted wrong pixels: each is found, and explained for what it is. Right ones are never failed."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from planted import CHUNKS, FILL, LEVELS, asked, image, truth_of, verdict_on
from recorded import hold

from harness.conformance.digest import digest, v3_name
from harness.conformance.mismatch import Asked
from harness.conformance.pixels import NAN_NOTE, explain_pixels, judge_pixels
from harness.scenario.region import index

PLANE = {"z": 2}
CROP = {"z": (1, 4), "y": (5, 30), "x": (3, 41)}
SPARSE = {"z": 3, "y": (1, 37, 3), "x": (0, 46, 2)}


def found(got, where=None, *, kind):
    """Judge, and hold that the verdict is wrong, of this kind, and as recorded."""
    verdict = hold(verdict_on(got, where))
    assert not verdict.right
    assert verdict.evidence["kind"] == kind, verdict
    assert "\n" not in verdict.explanation
    return verdict


def changed(where):
    """Return the right answer as something that may be written to."""
    return truth_of(where).copy()


# --- right answers


REGIONS = st.tuples(
    *[
        st.one_of(
            st.integers(0, n - 1),
            st.tuples(st.integers(0, n - 1), st.integers(1, n), st.integers(1, 4)).filter(
                lambda p: p[0] < p[1]
            ),
        )
        for n in LEVELS[0].shape
    ]
)


@given(REGIONS)
def test_the_right_pixels_of_any_region_are_right(region):
    truth = LEVELS[0][index(region)]
    assert judge_pixels(truth, "uint16", truth.shape, digest(np.asfortranarray(truth))).right


@given(
    st.sampled_from(["?", "i1", "u2", "i4", "u8", "f4", "f8"]).flatmap(
        lambda d: hnp.arrays(d, hnp.array_shapes(max_dims=3))
    )
)
def test_the_right_pixels_of_any_dtype_are_right(array):
    assert judge_pixels(array, v3_name(array.dtype), array.shape, digest(array)).right


@pytest.mark.parametrize("bits", [0x7FC00001, 0x7F800001, 0xFFC12345])
def test_other_nan_payloads_pass_with_a_note(bits):
    truth = image("float32")
    truth[0, 0, :3] = np.nan
    got = truth.copy()
    got.view(np.uint32)[0, 0, :3] = bits
    verdict = verdict_on(got, asked(levels=(truth,)))
    assert verdict.right
    assert verdict.notes == (NAN_NOTE,)


@settings(max_examples=60)
@given(REGIONS, st.data())
def test_any_change_of_any_region_is_found_and_explained(region, data):
    where = Asked(axes="zyx", level=0, region=region, chunks=CHUNKS, levels=LEVELS, fill_value=FILL)
    got = truth_of(where).copy()
    flat = np.atleast_1d(got).reshape(-1)
    at = data.draw(st.integers(0, flat.size - 1))
    flat[at] ^= data.draw(st.integers(1, 2**16 - 1))
    got = flat.reshape(truth_of(where).shape)
    verdict = verdict_on(got, where)
    assert not verdict.right
    assert verdict.explanation
    json.dumps(verdict.evidence, allow_nan=False)


# --- the answer as a whole


def test_an_answer_without_a_digest_is_no_answer():
    verdict = hold(judge_pixels(LEVELS[0], "uint16", (1,), None))
    assert verdict.explanation == "the answer has no digest"
    for missing in (0, 1):
        answer = ["uint16", (1,), "0" * 64]
        answer[missing] = None
        hold(judge_pixels(LEVELS[0], *answer))
    nothing = hold(judge_pixels(LEVELS[0], None, None, None))
    assert nothing.explanation == "the answer has no dtype, shape, digest"


def test_a_wrong_name_for_the_right_bytes_is_wrong():
    truth = LEVELS[0]
    verdict = hold(judge_pixels(truth, "int16", truth.shape, digest(truth)))
    assert verdict.evidence["kind"] == "dtype"
    assert "(the same bytes)" in verdict.explanation


def test_a_wrong_shape_for_the_right_bytes_is_wrong():
    truth = LEVELS[0]
    verdict = hold(judge_pixels(truth, "uint16", truth.shape[::-1], digest(truth)))
    assert verdict.evidence["kind"] == "shape"
    assert "(the same bytes)" in verdict.explanation


def test_a_wrong_digest_asks_for_the_pixels():
    truth = LEVELS[0]
    verdict = hold(judge_pixels(truth, "uint16", truth.shape, "0" * 64))
    assert verdict.evidence["kind"] == "digest"


def test_pixels_that_are_right_on_the_second_asking_are_wrong_all_the_same():
    verdict = hold(explain_pixels(LEVELS[0], LEVELS[0].copy(), asked()))
    assert not verdict.right
    assert verdict.evidence["kind"] == "not-repeatable"


# --- dtype and bytes


def test_signed_for_unsigned():
    truth = image("uint16") + np.uint16(40000)
    verdict = found(truth.view(np.int16), asked(levels=(truth,)), kind="dtype")
    assert "signed instead of unsigned; the bytes are the same" in verdict.explanation


def test_unsigned_for_signed():
    truth = image("int16") - np.int16(3000)
    verdict = found(truth.view(np.uint16), asked(levels=(truth,)), kind="dtype")
    assert "unsigned instead of signed" in verdict.explanation


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
def test_another_sign_of_any_length_is_told_with_what_became_of_the_values(bits):
    truth = image(f"uint{bits}")
    got = np.zeros(truth.shape, f"int{bits}")
    verdict = found(got, asked(levels=(truth,)), kind="dtype")
    assert verdict.explanation == (
        f"dtype int{bits} came back instead of uint{bits}: signed instead of unsigned; the values differ too"
    )


def test_another_dtype_of_another_shape():
    verdict = found(LEVELS[0][:, 1:].astype("int32"), kind="dtype")
    assert verdict.explanation == (
        "dtype int32 came back instead of uint16; the shape is [5, 36, 46] instead of [5, 37, 46] too"
    )


def test_a_wider_dtype_with_the_same_values():
    verdict = found(LEVELS[0].astype(np.float64), kind="dtype")
    assert verdict.explanation == "dtype float64 came back instead of uint16; the values are the same"


def test_a_narrower_dtype_that_cuts_values_off():
    assert "cut off" in found(LEVELS[0].astype(np.uint8), kind="dtype").explanation


def test_the_bytes_of_another_dtype():
    truth = image("uint32")
    assert (
        "the bytes are the same"
        in found(truth.view(np.float32), asked(levels=(truth,)), kind="dtype").explanation
    )


@pytest.mark.parametrize("dtype", ["uint16", "int32", "float32", "float64"])
@pytest.mark.parametrize("region", [{}, PLANE, SPARSE])
def test_byte_swapped_pixels(dtype, region):
    where = asked(region, levels=(image(dtype),))
    assert "big-endian" in found(truth_of(where).byteswap(), where, kind="byte-swapped").explanation


def test_byte_swapped_pixels_in_some_chunks():
    got = LEVELS[0].copy()
    got[:, :16] = got[:, :16].byteswap()
    assert "in 15 of 45 chunks" in found(got, kind="byte-swapped").explanation


# --- shape and axes


def test_an_axis_that_is_too_short_is_named():
    verdict = found(LEVELS[0][:, :-1], kind="shape")
    assert "axis y has 36 elements instead of 37" in verdict.explanation


def test_an_axis_that_should_be_dropped_is_named():
    verdict = found(LEVELS[0][2:3], asked(PLANE), kind="shape")
    assert "axis z should be dropped; the pixels are right" in verdict.explanation


def test_two_axes_that_should_be_dropped_are_named():
    verdict = found(LEVELS[0][2:3, 4:5], asked({"z": 2, "y": 4}), kind="shape")
    assert "axis z and y should be dropped; the pixels are right" in verdict.explanation


def test_two_axes_of_a_wrong_length_are_named():
    verdict = found(LEVELS[0][:, 1:, 1:], kind="shape")
    said = "axis y has 36 elements instead of 37, axis x has 45 elements instead of 46"
    assert verdict.explanation.endswith(said)


@pytest.mark.parametrize("right", [True, False])
def test_an_axis_of_length_1_that_was_added(right):
    two = LEVELS[0][:2]
    got = two[None] if right else two[None] + np.uint16(1)
    verdict = found(got, asked(levels=(two,)), kind="shape")
    said = "axes of length 1 were lost or added; the pixels are " + ("right" if right else "wrong too")
    assert verdict.explanation.endswith(said)


def test_axes_in_another_order_with_other_pixels():
    verdict = found(np.zeros((46, 5, 37), np.uint16), kind="shape")
    assert verdict.explanation == (
        "shape [46, 5, 37] came back instead of [5, 37, 46]: "
        "the axes are in another order, and the pixels fit none"
    )


def test_an_axis_too_few():
    assert "2 axes instead of 3" in found(LEVELS[0][0], kind="shape").explanation


def test_an_empty_answer():
    assert "1 axes instead of 3" in found(np.empty(0, np.uint16), kind="shape").explanation


def test_a_step_that_was_ignored():
    where = asked({"x": (0, 46, 2)})
    assert "the step of the region was ignored" in found(LEVELS[0], where, kind="shape").explanation


@pytest.mark.parametrize(
    ("order", "said"), [((0, 2, 1), "y and x are swapped"), ((2, 1, 0), "z and x are swapped")]
)
def test_a_transposed_array_of_another_shape(order, said):
    assert said in found(LEVELS[0].transpose(order), kind="transposed").explanation


@pytest.mark.parametrize(
    ("order", "said"), [((0, 2, 1), "y and x are swapped"), ((2, 0, 1), "came as x, z, y")]
)
def test_a_transposed_array_of_the_same_shape(order, said):
    cube = image(shape=(20, 20, 20))
    assert said in found(cube.transpose(order), asked(levels=(cube,)), kind="transposed").explanation


def test_a_transposed_square_plane():
    cube = image(shape=(4, 32, 32))
    where = asked({"z": 1}, levels=(cube,))
    verdict = found(cube[1].T, where, kind="transposed")
    assert verdict.evidence["order"] == ["x", "y"]


def test_column_major_read_as_row_major():
    got = LEVELS[0].ravel("F").reshape(LEVELS[0].shape)
    assert "column-major" in found(got, kind="transposed").explanation


def test_column_major_within_each_chunk():
    truth = image(shape=(4, 32, 48))
    got = truth.copy()
    for y in range(0, 32, 16):
        for x in range(0, 48, 16):
            got[:, y : y + 16, x : x + 16] = truth[:, y : y + 16, x : x + 16].transpose(0, 2, 1)
    assert "within each of 24 chunks" in found(got, asked(levels=(truth,)), kind="transposed").explanation


def test_column_major_within_chunks_is_told_by_the_whole_ones():
    truth = LEVELS[0]
    got = np.zeros((5, 48, 48), truth.dtype)
    got[:, :37, :46] = truth
    for y in range(0, 48, 16):
        for x in range(0, 48, 16):
            block = got[:, y : y + 16, x : x + 16]
            block[:] = block.transpose(0, 2, 1).copy()
    verdict = found(got[:, :37, :46], kind="transposed")
    assert "within each of 20 chunks" in verdict.explanation


def test_rows_taken_for_columns_the_other_way():
    got = LEVELS[0].ravel().reshape(LEVELS[0].shape, order="F")
    assert "column-major" in found(got, kind="transposed").explanation


def test_an_image_mirrored_along_two_axes():
    assert found(LEVELS[0][:, ::-1, ::-1], kind="mirrored").evidence["axes"] == ["y", "x"]
    assert found(LEVELS[0][::-1, ::-1, ::-1], kind="mirrored").evidence["axes"] == ["z", "y", "x"]


def test_three_planes_that_run_backwards_are_mirrored():
    three = LEVELS[0][:3]
    found(three[::-1], asked(levels=(three,)), kind="mirrored")


def test_a_mirrored_image():
    assert "mirrored along y" in found(LEVELS[0][:, ::-1], kind="mirrored").explanation


# --- places


@pytest.mark.parametrize(("axis", "name"), list(enumerate("zyx")))
@pytest.mark.parametrize("by", [1, -1])
def test_a_region_shifted_by_one_along_any_axis(axis, name, by):
    where = asked(CROP)
    region = tuple(
        (a + by, b + by, s) if i == axis else (a, b, s) for i, (a, b, s) in enumerate(where.region)
    )
    verdict = found(LEVELS[0][index(region)], where, kind="shifted")
    assert verdict.evidence["shift"] == {name: by}
    assert f"by {by:+d} along {name}" in verdict.explanation


@pytest.mark.parametrize(("axis", "name"), list(enumerate("zyx")))
def test_a_whole_image_rolled_by_one_along_any_axis(axis, name):
    verdict = found(np.roll(LEVELS[0], 1, axis), kind="shifted")
    assert verdict.evidence["shift"] == {name: -1}


def test_a_shift_by_many_elements_of_a_sparse_region():
    where = asked({"z": 3, "y": (1, 13, 3), "x": (0, 20, 2)})
    verdict = found(LEVELS[0][3, 1:13:3, 11:31:2], where, kind="shifted")
    assert verdict.evidence["shift"] == {"x": 11}


def test_another_plane():
    verdict = found(LEVELS[0][3], asked(PLANE), kind="shifted")
    assert verdict.explanation == "these are the pixels at z=3, not those at z=2"


def test_a_start_that_was_ignored():
    verdict = found(LEVELS[0][:3, :25, :38], asked(CROP), kind="shifted")
    assert verdict.evidence["shift"] == {"z": -1, "y": -5, "x": -3}


def test_another_row_of_another_plane():
    verdict = found(LEVELS[0][2, 5], asked({"z": 1, "y": 4}), kind="shifted")
    assert verdict.explanation == "these are the pixels at z=2, y=5, not those at z=1, y=4"


@pytest.mark.parametrize("part", [slice(0, 2), slice(3, 5)])
def test_planes_from_elsewhere_that_are_less_than_half_are_no_shift(part):
    got = np.random.default_rng(7).integers(0, 2**16, LEVELS[0].shape, np.uint16)
    got[part] = LEVELS[0][3:] if part.start == 0 else LEVELS[0][:2]
    assert "shifted" not in verdict_on(got).explanation


def test_a_far_shift_is_found_by_the_brightest_plane():
    truth = np.zeros((1, 120, 20), np.uint16)
    truth[0, 20:23] = image(shape=(3, 20))
    where = asked({"y": (2, 90)}, levels=(truth,))
    verdict = found(truth[:, 10:98], asked({"y": (2, 90)}, levels=(truth,)), kind="shifted")
    assert verdict.evidence["shift"] == {"y": 8}
    where = asked({"y": (50, 90)}, levels=(truth,))
    assert found(truth[:, 10:50], where, kind="shifted").evidence["shift"] == {"y": -40}


def test_the_nearest_of_several_shifts_is_told():
    truth = np.tile(image(shape=(1, 4, 20)), (1, 10, 1))
    where = asked({"y": (8, 20)}, levels=(truth,))
    assert found(truth[:, 9:21], where, kind="shifted").evidence["shift"] == {"y": 1}
    assert found(truth[:, 7:19], where, kind="shifted").evidence["shift"] == {"y": -1}


def test_a_shift_along_two_axes():
    verdict = found(LEVELS[0][1:4, 6:31, 2:40], asked(CROP), kind="shifted")
    assert verdict.evidence["shift"] == {"y": 1, "x": -1}


def test_the_same_region_of_another_level():
    region = {"y": (2, 18), "x": (1, 20)}
    verdict = found(LEVELS[0][:, 2:18, 1:20], asked(region, level=1), kind="wrong-level")
    assert verdict.explanation == "these are pixels of level 0, not of level 1"


def test_another_level_as_a_whole():
    assert found(LEVELS[1], kind="wrong-level").evidence["got"] == 1


# --- chunks


def test_one_chunk_of_zeros_which_are_the_fill_value():
    where = asked(fill_value=0)
    got = changed(where)
    got[4, 16:32, 16:32] = 0
    verdict = found(got, where, kind="fill")
    assert verdict.explanation == "1 of 45 chunks are fill value (0) where data exist: [4, 1, 1]"
    assert verdict.evidence["chunks"] == [[4, 1, 1]]


def test_one_chunk_of_zeros_which_are_not_the_fill_value():
    got = changed(asked())
    got[4, 16:32, 16:32] = 0
    assert "zeros (which is not the fill value)" in found(got, kind="fill").explanation


def test_a_column_of_missing_chunks_is_said_to_be_one():
    got = changed(asked())
    got[..., 32:] = FILL
    verdict = found(got, kind="fill")
    assert verdict.explanation == "15 of 45 chunks are fill value (7) where data exist: all with x index 2"
    assert len(verdict.evidence["chunks"]) == 15


def test_a_missing_plane_is_called_one():
    got = changed(asked())
    got[3] = FILL
    assert (
        "9 of 45 chunks are fill value (7) where data exist: all in plane z=3"
        in found(got, kind="fill").explanation
    )


def test_a_plane_that_came_back_empty():
    verdict = found(np.full((37, 46), FILL, np.uint16), asked(PLANE), kind="fill")
    assert (
        verdict.explanation
        == "all 9 chunks of plane z=2 of level 0 came back as fill value (7) where data exist"
    )


def test_a_region_that_came_back_empty():
    where = asked({"y": (16, 37)})
    verdict = found(np.full((5, 21, 46), FILL, np.uint16), where, kind="fill")
    said = "all 30 chunks of the region of level 0 came back as fill value (7) where data exist"
    assert verdict.explanation == said


def test_missing_chunks_of_a_sparse_region_keep_their_indices():
    where = asked(SPARSE)
    got = changed(where)
    got[:, 8:16] = FILL  # x from 16 to 30
    assert found(got, where, kind="fill").evidence["chunks"] == [[3, 0, 1], [3, 1, 1], [3, 2, 1]]


def test_a_missing_chunk_filled_with_zero_instead_of_its_fill_value():
    truth = LEVELS[0].copy()
    truth[2, :16, :16] = FILL
    got = truth.copy()
    got[2, :16, :16] = 0
    verdict = found(got, asked(levels=(truth,)), kind="wrong-fill")
    assert "should be the fill value 7, but came back as 0: [2, 0, 0]" in verdict.explanation


def test_a_missing_chunk_of_nan_filled_with_zero():
    truth = image("float32")
    truth[2, :16, :16] = np.nan
    got = np.nan_to_num(truth)
    found(got, asked(levels=(truth,), fill_value="NaN"), kind="wrong-fill")


def test_two_chunks_in_each_other_s_place():
    got = changed(asked())
    got[0, :16, 16:32], got[0, 16:32, :16] = LEVELS[0][0, 16:32, :16], LEVELS[0][0, :16, 16:32]
    verdict = found(got, kind="chunks-misplaced")
    assert "chunk [0, 0, 1] has those of [0, 1, 0], and 1 more" in verdict.explanation


def test_chunks_of_noise_are_listed():
    got = changed(asked())
    got[1:3, 16:32, :16] = np.random.default_rng(3).integers(0, 2**16, (2, 16, 16))
    verdict = found(got, kind="chunks-differ")
    assert verdict.explanation.startswith(
        "2 of 45 chunks differ: all with y index 1 and x index 0 ([1, 1, 0], [2, 1, 0])"
    )
    assert verdict.evidence["pixels"] > 500


def test_empty_chunks_among_wrong_ones_are_counted():
    got = changed(asked())
    got[0, :16, :16], got[1, :16, :16], got[2, :16, :16] = 0, FILL, got[2, :16, :16] ^ 0xF00
    verdict = found(got, kind="chunks-differ")
    assert verdict.explanation == (
        "3 of 45 chunks differ: all with y index 0 and x index 0 ([0, 0, 0], [1, 0, 0], [2, 0, 0]); "
        "768 of 8510 pixels are wrong, and 2 of these chunks are fill value"
    )


@pytest.mark.parametrize("count", [10, 11])
def test_ten_chunks_are_listed_and_more_are_not(count):
    truth = image(shape=(12, 16, 32))
    got = truth.copy()
    got[:count, :, :16] = 0
    verdict = found(got, asked(levels=(truth,), fill_value=0), kind="fill")
    assert ("[9, 0, 0]" in verdict.explanation) == (count == 10)


def test_chunks_of_one_plane_of_one_time_are_said_to_be():
    truth = image(shape=(3, 4, 20, 20))
    where = Asked("tzyx", 0, tuple((0, n, 1) for n in truth.shape), (1, 1, 10, 10), (truth,))
    got = truth.copy()
    got[1, 2] = 0
    said = "4 of 48 chunks are fill value (0) where data exist: all in plane t=1 and plane z=2"
    assert found(got, where, kind="fill").explanation == said


def test_many_chunks_are_counted_and_not_listed_in_the_sentence():
    got = changed(asked())
    got[:, :32, :] ^= np.random.default_rng(4).integers(256, 4096, (5, 32, 46), np.uint16)
    verdict = found(got, kind="chunks-differ")
    assert "[" not in verdict.explanation
    assert verdict.evidence["count"] == 30


# --- values


def test_off_by_one_rounding():
    got = changed(asked())
    got[::2] += 1
    verdict = found(got, kind="rounding")
    assert verdict.evidence["max_difference"] == 1
    assert "5106 of 8510 pixels are off by rounding: by at most 1" in verdict.explanation


def test_floats_that_went_through_half_precision():
    truth = image("float32") / 7
    found(truth.astype(np.float16).astype(np.float32), asked(levels=(truth,)), kind="rounding")


def test_nan_where_numbers_are():
    truth = image("float32")
    got = truth.copy()
    got[0, 3, 5:9] = np.nan
    assert "4 of 8510 pixels are NaN" in found(got, asked(levels=(truth,)), kind="nan").explanation


def test_numbers_where_nan_is():
    truth = image("float64")
    truth[:, 3, 5:9] = np.nan
    found(np.nan_to_num(truth, nan=-1), asked(levels=(truth,)), kind="nan")


def test_the_sign_of_zero():
    truth = image("float32")
    truth[0, 0, 0] = -0.0
    assert "1 of 1 zeros" in found(np.abs(truth), asked(levels=(truth,)), kind="signed-zero").explanation


def test_negated_values():
    truth = image("int16")
    assert "negated" in found(-truth, asked(levels=(truth,)), kind="scaled").explanation


def test_inverted_values():
    assert (
        "inverted (subtracted from 65535)" in found(np.uint16(65535) - LEVELS[0], kind="scaled").explanation
    )


def test_scaled_values():
    verdict = found(LEVELS[0] * np.uint16(16), kind="scaled")
    assert verdict.evidence["factor"] == 16


def test_true_and_false_exchanged():
    truth = image() > 100
    found(~truth, asked(levels=(truth,), fill_value=False), kind="scaled")


def test_scattered_differences_are_counted_and_the_first_is_placed():
    where = asked(CROP)
    got = changed(where)
    got[::1, ::5, ::5] ^= 0xFF0
    verdict = found(got, where, kind="other")
    assert "first at (z=1, y=5, x=3)" in verdict.explanation
    assert verdict.evidence["pixels"] == 3 * 5 * 8


def test_differences_in_one_plane_are_placed_there():
    truth = image(shape=(12, 20, 20))
    got = truth.copy()
    got[8, ::3, ::3] ^= 0xFF0
    verdict = found(got, asked(levels=(truth,), chunks=(12, 20, 20)), kind="other")
    assert "all at z=8" in verdict.explanation


def test_wrong_strings_are_counted():
    truth = np.array([["a", "b"], ["c", "d"]], dtype=object)
    got = truth.copy()
    got[1, 0] = "x"
    where = Asked(
        axes="yx", level=0, region=((0, 2, 1), (0, 2, 1)), chunks=(2, 2), levels=(truth,), fill_value=""
    )
    assert "(y=1, x=0): 'x' instead of 'c'" in explain_pixels(truth, got, where).explanation
