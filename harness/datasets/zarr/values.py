"""Values of every data type for arrays that are given by their metadata: the same on every machine."""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from harness.datasets.synthetic import fill_ramp, ramp_weights
from harness.scenario.specimen import Values

_TEXTS = ("", "ä", "世界", "🔬🧬", "e\u0301", "a b\tc\n", "\U0010ffff", "0")
_SUFFIXES = ("", "é", "世", "🔬")
_LETTERS = "abc xyzé世🔬\u0301"
_MOST_LETTERS = 9


def made(values: Values, shape: tuple[int, ...], dtype: np.dtype[Any], path: str) -> np.ndarray:
    """Return an array of these values, of structs field by field."""
    array = np.zeros(shape, dtype)
    makers: dict[Values, Callable[[np.ndarray, int, str], None]] = {
        "ramp": _ramp,
        "extremes": _extremes,
        "random": _random,
    }
    _by_field(array, makers[values], 1, path)
    return array


def _by_field(
    array: np.ndarray, make: Callable[[np.ndarray, int, str], None], factor: int, name: str
) -> None:
    """Fill an array; `factor` is odd and tells the fields of one struct apart."""
    if array.dtype.names is None:
        make(array, factor, name)
        return
    for number, field in enumerate(array.dtype.names):
        _by_field(array[field], make, factor + 2 * number, f"{name}/{field}")


def _ramp(array: np.ndarray, factor: int, _name: str) -> None:
    kind = array.dtype.kind
    if kind == "c":
        _numbers(array.real, factor)
        _numbers(array.imag, factor + 2)
    elif kind == "V":
        _put_bytes(array, lambda octets: _numbers(octets, factor))
    elif kind in "OUS":
        _put_texts(array, [_numbered(array.dtype, factor * n) for n in range(array.size)])
    else:
        _numbers(array, factor)


def _numbered(dtype: np.dtype[Any], n: int) -> str:
    """Return a text with the number; where that doesn't fit, one or two characters that are as unique."""
    text = f"s{n}{_SUFFIXES[n % len(_SUFFIXES)]}"
    if dtype.kind == "U" and len(text) * 4 > dtype.itemsize:
        return chr(ord("一") + n % 20000)
    if dtype.kind == "S" and len(text.encode()) > dtype.itemsize:
        return chr(1 + n % 127) + chr(1 + n // 127 % 127)
    return text


def _numbers(array: np.ndarray, factor: int) -> None:
    """Fill an array with a ramp, its weights times the factor; the ramp needs two axes."""
    whole = array.reshape((1,) * max(0, 2 - array.ndim) + array.shape)
    made = np.empty(whole.shape, array.dtype)
    fill_ramp(made, tuple(weight * factor for weight in ramp_weights(whole.shape)))
    array[...] = made.reshape(array.shape)


def _extremes(array: np.ndarray, _factor: int, _name: str) -> None:
    kind = array.dtype.kind
    if kind == "c":
        _cycle(array.real, _extreme_numbers(array.real.dtype))
        _cycle(array.imag, np.roll(_extreme_numbers(array.imag.dtype), 3))
    elif kind == "V":
        _put_bytes(array, lambda octets: _cycle(octets, np.array([0, 255, 128, 127, 1, 254, 10], "u1")))
    elif kind in "OUS":
        _put_texts(array, [_TEXTS[n % len(_TEXTS)] for n in range(array.size)])
    else:
        _cycle(array, _extreme_numbers(array.dtype))


def _extreme_numbers(dtype: np.dtype[Any]) -> np.ndarray:
    if dtype.kind == "b":
        return np.array([False, True])
    if dtype.kind == "f":
        limits: Any = np.finfo(dtype)
        below_normal = np.nextafter(limits.smallest_normal, dtype.type(0))
        smallest = [limits.smallest_subnormal, -below_normal, limits.smallest_normal]
        return np.array([limits.min, limits.max, -0.0, np.nan, np.inf, -np.inf, *smallest, 0.0], dtype)
    limits = np.iinfo(dtype)
    signed = [-1, limits.min + 1] if limits.min < 0 else [limits.max // 2 + 1]
    return np.array([limits.min, limits.max, 0, 1, *signed, limits.max - 1], dtype)


def _cycle(array: np.ndarray, values: np.ndarray) -> None:
    array[...] = np.resize(values, array.size).reshape(array.shape)


def _random(array: np.ndarray, _factor: int, name: str) -> None:
    digest = hashlib.sha256(name.encode()).digest()
    stream = np.random.Philox(key=[int.from_bytes(digest[at : at + 8], "little") for at in (0, 8)])
    if array.dtype.kind in "OUS":
        drawn_rows = stream.random_raw((array.size, _MOST_LETTERS + 1)).tolist()
        rows = (row[1 : 1 + row[0] % (_MOST_LETTERS + 1)] for row in drawn_rows)
        _put_texts(array, ["".join(_LETTERS[word % len(_LETTERS)] for word in row) for row in rows])
        return
    words = stream.random_raw(-(-array.nbytes // 8)).astype("<u8", copy=False)
    octets = words.view(np.uint8)[: array.nbytes]
    if array.dtype.kind == "b":
        octets = octets & np.uint8(1)
    drawn = octets.view(array.dtype.newbyteorder("<")).astype(array.dtype).reshape(array.shape)
    if array.dtype.kind in "fc":  # NaNs whose bits a processor might change
        drawn = np.where(np.isfinite(drawn), drawn, array.dtype.type(1))
    array[...] = drawn


def _put_bytes(array: np.ndarray, fill: Callable[[np.ndarray], None]) -> None:
    """Fill raw elements by their bytes, as one more axis."""
    octets = np.empty((*array.shape, array.dtype.itemsize), np.uint8)
    fill(octets)
    array[...] = octets.view(array.dtype).reshape(array.shape)


def _put_texts(array: np.ndarray, texts: list[str]) -> None:
    """Fill an array with texts in C order, of fixed length as far as they fit."""
    elements: list[str | bytes] = list(texts)
    length = array.dtype.itemsize // (4 if array.dtype.kind == "U" else 1)
    if array.dtype.kind == "S":
        elements = [text.encode()[:length] for text in texts]
    elif array.dtype.kind == "U":
        elements = [text[:length] for text in texts]
    flat = np.empty(len(elements), array.dtype)
    flat[:] = elements
    array[...] = flat.reshape(array.shape)
