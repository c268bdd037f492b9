"""Images made from nothing but integers, so that their pixels are the same on every machine and numpy.

No floating point and no sampling function of numpy is used, because neither promises equal results for ever.
What is promised is the raw bit stream of a generator (Philox); integer arithmetic and tables do the rest.
"""

from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
OFFSET = 100  # grey values that a camera adds, so that darkness isn't zero
LARGEST_COUNT = 6000  # no count is above it
_SPACING = {"z": 8, "y": 32, "x": 32}  # of the lattice below the smooth structure, in elements
_INTENSITIES = 256
_DRAWS = 4096  # entries of the inverse distribution of each intensity
_ONE = 1 << 64


def fill_ramp(out: Array, weights: tuple[int, ...]) -> None:
    """Fill `out` with the sum of index times weight along each axis, wrapped into its dtype.

    Floats wrap where they stop holding every integer (2**24, 2**53), bool at 2.
    """
    if out.dtype.kind == "f":
        modulus = 2 ** (np.finfo(out.dtype).nmant + 1)
    else:
        modulus = 2 if out.dtype.kind == "b" else 2 ** (8 * out.dtype.itemsize)
    along = [
        np.array([i * weight % modulus for i in range(n)], np.uint64)
        for n, weight in zip(out.shape, weights, strict=True)
    ]
    plane = along[-2][:, None] + along[-1][None, :]
    for index in np.ndindex(out.shape[:-2]):
        base = sum(int(vector[i]) for vector, i in zip(along, index, strict=False))
        value = plane + np.uint64(base % modulus)
        # A modulus of 2**64 is what unsigned integers do by themselves.
        out[index] = (value if modulus == 2**64 else value % np.uint64(modulus)).astype(out.dtype)


def ramp_weights(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return odd weights that make a ramp unique along each axis, and everywhere while the dtype lasts.

    Odd, because an odd multiple of the index wraps to each value of a binary dtype before it repeats one.
    """
    weights: list[int] = []
    largest = 0
    for length in reversed(shape):
        weight = (largest + 1) | 1
        weights.append(weight)
        largest += weight * (length - 1)
    return tuple(reversed(weights))


def fill_microscopy(out: Array, axes: str, seed: int) -> None:
    """Fill `out` with shot noise on a smooth structure, each plane by a bit stream of its own."""
    at_z = axes.find("z")
    for number, index in enumerate(np.ndindex(out.shape[:-2])):
        volume = number // out.shape[at_z] if at_z >= 0 else number
        z = index[at_z] if at_z >= 0 else 0
        intensity = _structure(out.shape[-2:], z, (seed, volume))
        out[index] = _shot_noise(intensity, np.random.Philox(key=[seed, number]))


def _structure(shape: tuple[int, ...], z: int, key: tuple[int, int]) -> Array:
    """Return one plane of intensities: random values on a lattice, linear between them, squared."""
    height, width = (
        n // spacing + 2 for n, spacing in zip(shape, (_SPACING["y"], _SPACING["x"]), strict=True)
    )
    below, step = divmod(z, _SPACING["z"])
    lower, upper = (_lattice(height, width, (*key, below + i)) for i in (0, 1))
    plane = lower * (_SPACING["z"] - step) + upper * step
    for axis, name in ((0, "y"), (1, "x")):
        i = np.arange(shape[axis], dtype=np.int32)
        left, part = i // _SPACING[name], i % _SPACING[name]
        part = part[:, None] if axis == 0 else part
        plane = np.take(plane, left, axis) * (_SPACING[name] - part) + np.take(plane, left + 1, axis) * part
    plane >>= 13  # 8 * 32 * 32: back to 0 to 255
    squared: Array = (plane * plane) >> 8
    return squared


def _lattice(height: int, width: int, key: tuple[int, int, int]) -> Array:
    """Return random values from 0 to 255, different for each (seed, volume, z)."""
    seed, volume, z = key
    # The counter's top word keeps this stream apart from the noise of any plane.
    bits = np.random.Philox(key=[seed, volume], counter=[0, 0, z, 1]).random_raw(height * width)
    return (bits & np.uint64(255)).astype(np.int32).reshape(height, width)


def _shot_noise(intensity: Array, stream: np.random.Philox) -> Array:
    """Return a camera's counts: Poisson by looking random bits up in the inverse distribution."""
    words = stream.random_raw(-(-intensity.size // 4)).astype("<u8", copy=False)
    draws = words.view("<u2")[: intensity.size].reshape(intensity.shape) & np.uint16(_DRAWS - 1)
    counts: Array = np.take(_counts(), intensity * _DRAWS + draws)
    return counts


@cache
def _counts() -> Array:
    """Return counts by intensity and draw, flattened. Neighbours differ by half the noise's deviation."""
    return np.concatenate([_inverse_poisson((q + 32) ** 2 // 16) for q in range(_INTENSITIES)]) + OFFSET


def _inverse_poisson(mean: int) -> Array:
    """Return the quantiles of the Poisson distribution at (i + 1/2) / _DRAWS, by integers only.

    Probabilities are relative to that of the mean, which counts as 2**64; each follows from its neighbour.
    """
    weights = {mean: _ONE}
    k = mean
    while k > 0 and weights[k]:
        weights[k - 1] = weights[k] * k // mean
        k -= 1
    k = mean
    while weights[k]:
        weights[k + 1] = weights[k] * mean // (k + 1)
        k += 1
    total, below, first = sum(weights.values()), 0, 0
    quantiles = np.empty(_DRAWS, np.uint16)
    for k in sorted(weights):
        below += weights[k]
        # All draws i with (i + 1/2) / _DRAWS <= below / total.
        last = min((2 * _DRAWS * below + total) // (2 * total), _DRAWS)
        quantiles[first:last] = k
        first = last
    return quantiles
