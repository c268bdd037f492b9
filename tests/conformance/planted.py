"""A small image to tell lies about: signal plus noise, two levels, chunks that do not fit the edges."""

import numpy as np

from harness.conformance.digest import digest, v3_name
from harness.conformance.mismatch import Asked
from harness.conformance.pixels import explain_pixels, judge_pixels
from harness.scenario.region import index, resolve

AXES = "zyx"
SHAPE = (5, 37, 46)
CHUNKS = (1, 16, 16)
FILL = 7


def image(dtype="uint16", shape=SHAPE, seed=1):
    """Blobs on a slope, with noise: no two planes, rows or columns are alike."""
    rng = np.random.default_rng(seed)
    grid = np.meshgrid(*[np.linspace(0, 3, n) for n in shape], indexing="ij")
    signal = 300 + 2000 * np.prod([1.3 + np.sin(2.1 * g + 0.4) for g in grid], axis=0)
    return rng.poisson(signal / 8).astype(dtype)


LEVELS = (image(), image()[:, ::2, ::2].copy())


def asked(region=None, level=0, levels=LEVELS, fill_value=FILL, chunks=CHUNKS):
    selection = resolve(region or {}, AXES, levels[level].shape)
    return Asked(
        axes=AXES, level=level, region=selection, chunks=chunks, levels=levels, fill_value=fill_value
    )


def truth_of(where):
    return where.levels[where.level][index(where.region)]


def verdict_on(got, where=None):
    """Judge as a run does: by digest, then with the pixels at hand."""
    where = where or asked()
    truth = truth_of(where)
    verdict = judge_pixels(truth, v3_name(got.dtype), got.shape, digest(got))
    return verdict if verdict.right else explain_pixels(truth, got, where)


def array_asked(array, region=None, chunks=None, fill_value=0):
    """Ask for a region of an array that is no level of an image; its axes are d0, d1 and so on."""
    return Asked(
        axes=[f"d{axis}" for axis in range(array.ndim)],
        level=None,
        region=tuple((0, n, 1) for n in array.shape) if region is None else region,
        chunks=chunks or tuple(max(1, n) for n in array.shape),
        levels=(array,),
        fill_value=fill_value,
    )
