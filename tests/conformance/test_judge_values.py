"""Planted wrong values: bits lost, saturated, rounded; and what counts by its bits."""

import numpy as np
import pytest
from planted import array_asked, asked, image, verdict_on
from recorded import hold

from harness.conformance.pixels import NAN_NOTE, explain_pixels
from harness.conformance.values import largest_difference


def told(truth, got):
    """Return kind, sentence and evidence of a wrong answer to a whole image."""
    verdict = hold(verdict_on(got, asked(levels=(truth,))))
    assert not verdict.right
    return verdict.evidence["kind"], verdict.explanation, verdict.evidence


INTS = image("int32") * np.int32(50) - np.int32(30000)
FLOATS = image("float32") / np.float32(7)


@pytest.mark.parametrize(
    ("dtype", "bits"),
    [("uint16", 8), ("uint32", 8), ("uint64", 16), ("int32", 16), ("int64", 8), ("uint64", 32)],
)
def test_lost_high_bytes(dtype, bits):
    truth = image(dtype) * np.dtype(dtype).type(2**30 if bits == 32 else 50)
    got = truth & np.dtype(dtype).type(2**bits - 1)
    kind, said, evidence = told(truth, got)
    assert kind == "truncated"
    share = f"{np.count_nonzero(truth != got)} of 8510 pixels"
    assert said == f"{share} are cut off: only their lower {bits} bits came back"
    assert evidence == {"kind": "truncated", "bits": bits, "pixels": np.count_nonzero(truth != got)}


def test_lost_high_bytes_of_signed_numbers():
    assert told(INTS, INTS.astype("int16").astype("int32"))[2]["bits"] == 16


def test_values_that_are_saturated():
    kind, said, evidence = told(image(), np.minimum(image(), 1023))
    count = np.count_nonzero(image() > 1023)
    assert kind == "saturated"
    assert said == f"{count} of 8510 pixels are saturated: what is above 1023 came back as 1023"
    assert evidence == {"kind": "saturated", "limit": 1023, "pixels": count}


def test_values_that_are_cut_at_zero():
    _, said, evidence = told(INTS, np.maximum(INTS, 0))
    assert said.endswith(" pixels are saturated: what is below 0 came back as 0")
    assert evidence["limit"] == 0
    assert told(FLOATS, np.minimum(FLOATS, np.float32(100)))[0] == "saturated"


def test_two_equal_pixels_that_are_less_are_not_saturated():
    truth = image()
    truth[0, 0, :2] = 6000
    got = np.minimum(truth, truth[truth < 6000].max() + 5)
    assert told(truth, got)[0] == "chunks-differ"


@pytest.mark.parametrize(
    ("rounded", "way"),
    [
        (lambda a: a.astype("float16").astype("float32"), "they went through float16"),
        (np.rint, "they were rounded to whole numbers"),
        (np.trunc, "they were cut to whole numbers"),
        (lambda a: np.round(a, 1), "they were rounded to 1 decimals"),
        (lambda a: np.round(a, 2), "they were rounded to 2 decimals"),
        (lambda a: np.round(a, 3), "they were rounded to 3 decimals"),
    ],
)
def test_rounded_floats_are_told_by_the_rule(rounded, way):
    got = rounded(FLOATS)
    kind, said, evidence = told(FLOATS, got)
    largest = float(np.abs(FLOATS.astype(float) - got.astype(float)).max())
    count = np.count_nonzero(got != FLOATS)
    assert kind == "rounding"
    assert said == f"{count} of 8510 pixels are off by rounding: {way}, which takes up to {largest:g}"
    assert evidence == {"kind": "rounding", "pixels": count, "way": way, "max_difference": largest}


def test_doubles_that_went_through_single_precision():
    truth = image("float64") / 7
    got = truth.astype("float32").astype("float64")
    assert "they went through float32, which takes up to" in told(truth, got)[1]


def test_floats_that_are_too_large_for_half_precision():
    truth = FLOATS * np.float32(1000)
    with np.errstate(over="ignore"):
        got = truth.astype("float16").astype("float32")
    _, said, evidence = told(truth, got)
    assert said.endswith("they went through float16, which takes up to inf")
    assert evidence["max_difference"] == "inf"


def test_a_number_for_infinity_is_no_rounding():
    truth = FLOATS.copy()
    truth[1, 2, 3] = np.inf
    got = truth.copy()
    got[1, 2, 3] = 5
    assert told(truth, got)[0] == "chunks-differ"


def test_some_zeros_of_the_wrong_sign():
    truth = FLOATS.copy()
    truth[0, 0, :3] = [0.0, -0.0, -0.0]
    got = np.abs(truth)
    _, said, evidence = told(truth, got)
    assert said == "2 of 3 zeros have the wrong sign (-0.0 is not 0.0)"
    assert evidence == {"kind": "signed-zero", "pixels": 2}


def test_booleans_with_other_bytes():
    truth = image() > 500
    got = (truth * np.uint8(255)).view(np.bool_)
    _, said, evidence = told(truth, got)
    count = np.count_nonzero(truth)
    assert said == f"{count} times true is the byte 255, where it must be 1"
    assert evidence == {"kind": "bool-bytes", "pixels": count}


def test_booleans_as_bytes_of_another_value():
    truth = image() > 500
    assert told(truth, truth * np.uint8(255))[1] == "dtype uint8 came back instead of bool; true came as 255"
    assert told(truth, truth * image("uint8"))[1].endswith("; the values differ too")


# --- rounding and straight lines, at their limits


def grey(*values, dtype="int32"):
    """Return an array that is no level of an image, and so small that its values say all."""
    return np.array(values, dtype)


def explained(truth, got):
    verdict = hold(explain_pixels(truth, got, array_asked(truth, fill_value=None)))
    assert not verdict.right
    return verdict.evidence["kind"], verdict.explanation


RAMP = [0, 4, 2, 8, 5, 1]


@pytest.mark.parametrize(
    ("truth", "got", "kind"),
    [
        (RAMP, [0, 5, 2, 8, 4, 1], "rounding"),
        (RAMP, [0, 6, 2, 8, 4, 1], "other"),
        ([n - 4 for n in RAMP], [-4, 1, -2, 4, 0, -3], "rounding"),
        ([0, 4, 2, 7, 5, 1], [0, 5, 2, 7, 4, 1], "other"),
    ],
)
def test_grey_values_are_rounded_if_off_by_one_in_a_range_of_eight(truth, got, kind):
    assert explained(grey(*truth), grey(*got))[0] == kind


@pytest.mark.parametrize(
    ("got", "kind"),
    [
        ([1 + 2**-10, 2.0, np.nan, np.inf, -8.0, 0.0], "rounding"),
        ([1 - 2**-10, 2.0, np.nan, np.inf, -8 - 2**-8, 0.0], "rounding"),
        ([1 + 2**-9, 2.0, np.nan, np.inf, -8.0, 0.0], "other"),
        ([1 + 2**-10, 2.0, np.nan, -np.inf, -8.0, 0.0], "other"),
        ([1 + 2**-10, 2.0, np.nan, np.inf, 8.0, 0.0], "other"),
    ],
)
def test_floats_are_rounded_if_off_by_a_thousandth(got, kind):
    truth = grey(1.0, 2.0, np.nan, np.inf, -8.0, 0.0, dtype="float32")
    assert explained(truth, grey(*got, dtype="float32"))[0] == kind


@pytest.mark.parametrize(
    ("dtype", "change", "said"),
    [
        ("int32", lambda a: a * 3, "multiplied by 3"),
        ("int32", lambda a: a + 30, "increased by 30"),
        ("int32", lambda a: a - 30, "increased by -30"),
        ("int32", lambda a: a * 2 + 10, "multiplied by 2 and increased by 10"),
        ("int32", lambda a: -a, "negated"),
        ("int32", lambda a: 9 - a, "inverted (subtracted from 9)"),
        ("int32", lambda a: a * 5 // 2, "multiplied by 2.5"),
        ("uint16", lambda a: 255 - a, "inverted (subtracted from 255)"),
        ("float32", lambda a: a * 3, "multiplied by 3"),
        ("float32", lambda a: a + 30, "increased by 30"),
        ("float32", lambda a: -a, "negated"),
        ("float64", lambda a: a / 256, "multiplied by 0.00390625"),
        ("float64", lambda a: a / 3 + 1 / 3, "multiplied by 0.333333 and increased by 0.333333"),
        (
            "float32",
            lambda a: a * np.float32(1.5) + np.float32(0.25),
            "multiplied by 1.5 and increased by 0.25",
        ),
    ],
)
def test_a_straight_line_from_truth_to_answer_is_told(dtype, change, said):
    truth = grey(7, 30, 2, 16, 100, 11, dtype=dtype)
    assert explained(truth, change(truth).astype(dtype)) == ("scaled", f"every value is {said}")


@pytest.mark.parametrize(
    ("truth", "got"),
    [
        ([0, 100, 50], [0, 200, 102]),  # off the line by more than one
        ([0, 100, 0], [0, 300, 0]),  # any two values lie on a line
        ([0, 100, 50, 20], [50, 58, 54, 52]),  # a range of eight could be anything
        ([5, 5, 5], [5, 7, 6]),  # no line leads there
    ],
)
def test_whole_numbers_off_any_line_are_not_scaled(truth, got):
    assert explained(grey(*truth), grey(*got))[0] != "scaled"


def test_whole_numbers_may_be_off_the_line_by_one():
    assert explained(grey(0, 100, 50), grey(0, 200, 101))[0] == "scaled"
    assert explained(grey(0, 100, 50, 20), grey(50, 59, 55, 52))[0] == "scaled"


@pytest.mark.parametrize(
    "got",
    [
        [0.0, 200.0, 100.1],
        [0.0, np.inf, 100.0],
        [3.0, 3.0, 3.0],
        [np.nan, 200.0, 100.0],
        [0.0, -np.inf, np.inf],
    ],
)
def test_floats_off_any_line_are_not_scaled(got):
    assert explained(grey(0, 100, 50, dtype="float64"), grey(*got, dtype="float64"))[0] != "scaled"


def test_floats_may_be_off_the_line_by_their_last_digits():
    got = grey(0.0, 200.0, 100.001, dtype="float64")
    assert explained(grey(0, 100, 50, dtype="float64"), got)[0] == "scaled"


def test_floats_from_a_line_that_is_infinite_are_not_scaled():
    truth = grey(0.0, np.inf, 50.0, dtype="float64")
    assert explained(truth, grey(1.0, np.inf, 51.0, dtype="float64"))[0] != "scaled"


def test_a_value_beside_huge_ones_is_not_scaled():
    truth = grey(-3e38, 0.0, 3e38, 1.0, dtype="float64")
    assert explained(truth, grey(-3e38, 0.0, 3e38, 7.0, dtype="float64"))[0] == "other"


@pytest.mark.parametrize(
    ("truth", "got", "exchanged"),
    [
        ([True, False], [False, True], True),
        ([True, False, True], [False, True, True], False),
        ([False, True, True, False], [True, False, False, False], False),
        ([False], [True], False),
    ],
)
def test_true_and_false_are_exchanged_in_all_of_several(truth, got, exchanged):
    kind, said = explained(grey(*truth, dtype="bool"), grey(*got, dtype="bool"))
    assert (said == "true and false are exchanged") == exchanged == (kind == "scaled")


@pytest.mark.parametrize(
    ("truth", "got", "largest"),
    [
        (grey(dtype="u1"), grey(dtype="u1"), 0),
        (grey(True, False, dtype="?"), grey(True, True, dtype="?"), 1),
        (grey(True, False, dtype="?"), grey(True, False, dtype="?"), 0),
        (grey(0, 5, dtype="u8"), grey(2**64 - 1, 4, dtype="u8"), 2**64 - 1),
        (grey(-(2**63), 5, dtype="i8"), grey(2**63 - 1, 4, dtype="i8"), 2**64 - 1),
        (grey(200, 5, dtype="u1"), grey(10, 5, dtype="u1"), 190),
        (grey(np.nan, 5, dtype="f4"), grey(np.nan, 4, dtype="f4"), 1),
        (grey(np.nan, 5, dtype="f4"), grey(3, 5, dtype="f4"), np.inf),
        (grey(np.inf, 5, dtype="f4"), grey(np.inf, 5.5, dtype="f4"), 0.5),
        (grey(-3e38, dtype="f4"), grey(3e38, dtype="f4"), pytest.approx(6e38)),
        (grey(-1.7e308, dtype="f8"), grey(1.7e308, dtype="f8"), np.inf),
    ],
)
def test_the_largest_difference_is_exact(truth, got, largest):
    assert largest_difference(truth, got) == largest


def test_complex_numbers_count_by_the_bits_of_both_halves():
    truth = grey(complex(np.nan, 1), complex(0, -0.0), dtype="c8")
    got = truth.copy()
    got.view("u4")[0] |= 1
    where = array_asked(truth)
    assert explain_pixels(truth, got, where).notes == (NAN_NOTE,)
    got.view("f4")[3] = 0.0
    verdict = hold(explain_pixels(truth, got, where))
    assert verdict.explanation == "1 of 2 zeros have the wrong sign (-0.0 is not 0.0)"


def test_true_as_two_where_it_may_be_one():
    got = np.array([1, 2, 0], np.uint8).view("?")
    assert explained(grey(1, 1, 0, dtype="?"), got)[1] == "1 times true is the byte 2, where it must be 1"


def test_nothing_but_bytes_that_differ():
    truth = np.array(["a", "b"], "U1")
    assert explain_pixels(truth, truth.astype("U5"), array_asked(truth)).evidence["kind"] == "not-repeatable"


@pytest.mark.parametrize("dtype", ["uint16", "float32", "complex64", "int64"])
def test_bytes_of_every_number_can_be_swapped(dtype):
    truth = grey(7, 30, 2, 16, 100, 11, dtype=dtype)
    assert explained(truth, truth.byteswap())[0] == "byte-swapped"
