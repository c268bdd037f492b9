"""Worker's shim and harness take the same elements for the same bytes, and name their types alike."""

import importlib.util
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from harness.conformance import digest
from harness.tools.registry import SDK

SCALARS = hnp.scalar_dtypes() | hnp.byte_string_dtypes() | hnp.unicode_string_dtypes()
DTYPES = SCALARS | hnp.array_dtypes(SCALARS) | st.integers(1, 9).map(lambda n: np.dtype(f"V{n}"))
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def _shim() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ozh_worker", SDK / "python" / "ozh_worker.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


shim = _shim()


def agree(array: np.ndarray) -> None:
    assert shim.dtype_name(array.dtype) == digest.v3_name(array.dtype)
    assert bytes(shim.canonical_bytes(array)) == bytes(digest.canonical_bytes(array))


@given(dtype=DTYPES, shape=SHAPES, data=st.data())
def test_on_elements_of_one_length(dtype: np.dtype, shape: tuple[int, ...], data: st.DataObject) -> None:
    length = dtype.itemsize * int(np.prod(shape))
    if "U" in str(dtype):  # not any bits are characters
        agree(np.zeros(shape, dtype))
    else:
        raw = data.draw(st.binary(min_size=length, max_size=length))
        agree(np.ndarray(shape, dtype, raw))


@pytest.mark.parametrize("dtype", [object, "U", ">U9"])
@given(array=hnp.arrays(object, SHAPES, elements=TEXT))
def test_on_text(dtype: type | str, array: np.ndarray) -> None:
    agree(array.astype(dtype))


@given(array=hnp.arrays(object, SHAPES, elements=TEXT))
def test_numpys_own_text_is_like_any(array: np.ndarray) -> None:
    own = array.astype("T")  # zarr-python 3's; the harness has text as objects

    assert shim.dtype_name(own.dtype) == digest.v3_name(array.dtype)
    assert bytes(shim.canonical_bytes(own)) == bytes(digest.canonical_bytes(array))


def test_on_structs_with_padding_nested_and_big_endian() -> None:
    inner = np.dtype([("a", ">u2"), ("b", "S3"), ("c", "<f4", (2, 2))], align=True)
    outer = np.dtype({"names": ["x", "y"], "formats": ["?", inner], "offsets": [3, 8], "itemsize": 48})
    array = np.zeros((2, 3), outer)
    array["x"] = True
    array["y"]["a"] = np.arange(6).reshape(2, 3)
    array["y"]["c"][..., 1, 0] = -1.5

    agree(array.T)


@pytest.mark.parametrize("order", ["C", "F"])
def test_on_arrays_that_are_views(order: str) -> None:
    agree(np.asarray(np.arange(60, dtype=">i4").reshape(3, 4, 5)[::2, 1:, ::-1], order=order))
