import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.similar import similar


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 of 64 chunks differ", "12 of 96 chunks differ"),
        ("it is 0.5 and not 1e-7", "it is -3 and not 2,048"),
        ("is nan instead of 7", "is -inf instead of nan"),
        ("dtype uint8 came back", "dtype complex64 came back"),
        ("came back as <u2", "came back as >f8"),
        ("cannot cast dtype('<M8[s]')", "cannot cast dtype('int16')"),
        ("no codec 'blosc'", "no codec 'zstd'"),
        ('unknown data type: "r16"', 'unknown data type: "my float"'),
        ("KeyError: b'c/0'", "KeyError: b'c/1/2'"),
        ("shape [3, 4] came back", "shape [1, [2], 5] came back"),
        ("chunks differ: [0, 1], [0, 2], [1, 4]", "chunks differ: [7]"),
        ("fill value (0)", "fill value (1.5, 2)"),
        ("first at y=0, x=3", "first at t=1, z=2, y=0, x=3"),
        ("at 0xdeadbeef", "at 0x10"),
        ("object 3fb2c1d09a lost", "object 11ab22cd33 lost"),
        ("got {'id': 'v2'} here", "got {'id': {'a': [3]}} here"),
    ],
)
def test_texts_that_differ_in_data_alone_are_similar(one, other):
    assert similar(one) == similar(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the array is transposed", "the array is mirrored"),
        ("3 pixels differ", "3 chunks differ"),
        ("open raised ValueError", "read raised ValueError"),
        ("it can't be read and isn't there", "it can't be written and isn't there"),
        ("no answer to 'open' within 15 s", "no answer to 'read' within 15 s"),
        ("shape came back", "shape [3] came back"),
    ],
)
def test_texts_that_say_something_else_are_not(one, other):
    assert similar(one) != similar(other)


def test_names_of_datasets_give_way_as_whole_words():
    assert similar("pair-a of corner-x", ["pair-a"]) == similar("pair-a-b of corner-x", ["pair-a-b"])
    assert similar("ramparts", ["ramp"]) == "ramparts"


@given(st.text(max_size=200), st.integers(), st.integers())
def test_numbers_never_matter(text, one, other):
    assert similar(f"{text} {one} rows") == similar(f"{text} {other} rows")


@given(st.text("ab'\"`[]{}()1.,=x …\n\\", max_size=60), st.lists(st.text("ab1[(.", max_size=4), max_size=3))
def test_any_text_has_one_similar_text_whatever_the_order_of_names(text, names):
    assert similar(text, names) == similar(text, list(reversed(names)))


@given(st.lists(st.integers(), min_size=1, max_size=6), st.lists(st.floats(), min_size=1, max_size=6))
def test_what_a_list_holds_never_matters(one, other):
    assert similar(f"got {one} of it") == similar(f"got {other} of it")
