"""Canonical bytes: the same pixels give the same digest, however numpy holds them."""

import hashlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from harness.conformance.digest import canonical_bytes, digest, from_canonical_bytes, v3_name

NUMBERS = st.sampled_from(
    ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]
)
ARRAYS = NUMBERS.flatmap(lambda d: hnp.arrays(d, hnp.array_shapes(min_dims=0, max_side=4)))


@given(ARRAYS)
def test_the_digest_does_not_depend_on_byte_order_or_layout(array):
    big = array.astype(array.dtype.newbyteorder(">"))
    assert digest(big) == digest(np.asfortranarray(array)) == digest(array)
    assert digest(array) == hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes()).hexdigest()


@given(ARRAYS)
def test_saved_pixels_come_back_as_they_were(array):
    again = from_canonical_bytes(bytes(canonical_bytes(array)), v3_name(array.dtype), array.shape)
    assert again.shape == array.shape
    assert again.tobytes() == array.tobytes()


@given(hnp.arrays(object, (2, 3), elements=st.text(max_size=5)))
def test_strings_are_utf8_after_their_length(texts):
    expected = b"".join(struct.pack("<I", len(t.encode())) + t.encode() for t in texts.ravel())
    assert canonical_bytes(texts) == expected
    assert from_canonical_bytes(expected, "string", (2, 3)).tolist() == texts.tolist()


def test_structs_are_packed_and_little_endian():
    padded = np.zeros(2, np.dtype([("a", "u1"), ("b", ">u4"), ("c", ">u2", (2,))], align=True))
    padded["a"], padded["b"], padded["c"] = 1, 2, 3
    assert bytes(canonical_bytes(padded)) == struct.pack("<BIHH", 1, 2, 3, 3) * 2


def test_an_empty_array_has_the_digest_of_no_bytes():
    assert digest(np.empty((0, 3), np.uint16)) == hashlib.sha256().hexdigest()
    assert from_canonical_bytes(b"", "uint16", (0, 3)).shape == (0, 3)


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (">u2", "uint16"),
        ("<f4", "float32"),
        ("?", "bool"),
        ("c16", "complex128"),
        ("<U5", "string"),
        ("O", "string"),
        ("V4", "r32"),
        ("S4", "|S4"),
        ("<M8[ns]", "datetime64[ns]"),
        ([("a", "u1")], "struct"),
    ],
)
def test_dtypes_are_called_as_in_zarr_v3(dtype, name):
    assert v3_name(np.dtype(dtype)) == name


@pytest.mark.parametrize(
    ("raw", "dtype", "shape", "why"),
    [
        (b"123", "uint16", (2,), "3 bytes are not"),
        (b"", "colour", (0,), "not a data type"),
        (b"\1\0\0\0", "string", (1,), "ends beyond"),
        (b"\0\0", "string", (1,), "end after 0"),
        (b"\0\0\0\0x", "string", (1,), "^1 bytes are left over after 1 strings$"),
        (b"\1\0\0\0a\2\0\0\0b", "string", (3,), "^string 1 ends beyond the bytes$"),
        (b"\1\0\0\0a", "string", (2, 2), "^the bytes end after 1 of 4 strings$"),
        (b"1234", "r64", (1,), r"^4 bytes are not an array of shape \[1\] and dtype r64$"),
    ],
)
def test_bytes_that_do_not_fit_their_claims_are_refused(raw, dtype, shape, why):
    with pytest.raises(ValueError, match=why):
        from_canonical_bytes(raw, dtype, shape)


def test_raw_bits_are_read_as_they_are():
    assert from_canonical_bytes(b"abcdef", "r16", (3,)).tolist() == [b"ab", b"cd", b"ef"]
    assert from_canonical_bytes(b"abc", "|S1", (3,)).tolist() == [b"a", b"b", b"c"]
