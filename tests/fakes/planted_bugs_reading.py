"""Bugs of readers: each is one step of an honest reader that is done wrong."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

LOST = (3, 1, 1)  # the chunk that is lost where one is


def grid_of(stored):
    return [-(-n // c) for n, c in zip(stored.shape, stored.chunk.shape, strict=True)]


@dataclass(frozen=True)
class Reader:
    """The steps of reading, each right by default."""

    store: Callable[[str], str] = lambda path: path
    level: Callable[[Any, int], Any] = lambda image, level: image.levels[level]
    place: Callable[[tuple, Any], tuple] = lambda place, _: place  # of the chunk that is fetched
    block: Callable[[np.ndarray, tuple], np.ndarray] = lambda block, _: block  # a decoded chunk
    edge: Callable[[np.ndarray, tuple], np.ndarray] = lambda block, shape: block[tuple(map(slice, shape))]
    absent: Callable[[Any], Any] = lambda fill: fill  # what chunks hold that are not stored
    uncut: bool = False  # whether edge chunks reach beyond the array
    region: Callable[[list, Any], list] = lambda region, _: region
    pixels: Callable[[np.ndarray], np.ndarray] = lambda pixels: pixels  # the answer
    saved: Callable[[bytes], bytes] = lambda raw: raw
    digest: Callable[[str], str] = lambda sha256: sha256


HONEST = Reader()


def read_all(reader, tree, stored):
    """Return the whole array, chunk by chunk."""
    cell = stored.chunk.shape
    shape = tuple(n * c for n, c in zip(grid_of(stored), cell, strict=True)) if reader.uncut else stored.shape
    out = np.full(shape, reader.absent(stored.chunk.fill), stored.chunk.dtype.numpy)
    for place in itertools.product(*map(range, grid_of(stored))):
        key = stored.key(reader.place(place, stored))
        data = tree.get(f"{stored.path}/{key}" if stored.path else key)
        if data is None:
            continue
        block = reader.block(stored.chain.decode(data, stored.chunk), place)
        box = tuple(slice(i * c, (i + 1) * c) for i, c in zip(place, cell, strict=True))
        out[box] = reader.edge(block, out[box].shape)
    return out


def select(pixels, region):
    return pixels[tuple(index_of(part) for part in region)]


def index_of(part):
    if isinstance(part, dict):
        return part["pick"]
    return part if isinstance(part, int) else slice(*part)


def only_there(change):
    """Do it to one chunk."""
    return lambda block, place: change(block) if place == LOST else block


def each_slice(change):
    """Do it to each part of a region that is no index."""
    return lambda region, _: [part if isinstance(part, int) else change(*part) for part in region]


def along_x(change):
    return lambda region, _: [*region[:-1], change(*region[-1])]


def with_wrong_strides(block, shape):
    """Take a cut block's rows from where they would be if the stored chunk were cut too."""
    return block.ravel()[: np.prod(shape)].reshape(shape)


def exchanged(place, *axes):
    first, second = axes
    order = list(place)
    order[first], order[second] = order[second], order[first]
    return tuple(order)


def previous(place, stored):
    """Return the place of the chunk before the last one, for the last one."""
    last = tuple(n - 1 for n in grid_of(stored))
    return (*last[:-1], last[-1] - 1) if place == last else place


def with_other_nans(pixels):
    pixels = pixels.copy()
    bits = pixels.view(f"u{pixels.itemsize}")
    bits[np.isnan(pixels)] |= 1
    return pixels


def only_first_field(pixels):
    pixels = pixels.copy()
    for name in pixels.dtype.names[1:]:
        pixels[name] = np.zeros((), pixels.dtype[name])
    return pixels


READERS = {
    "zeros-for-one-chunk": Reader(block=only_there(np.zeros_like)),
    "zeros-for-all": Reader(pixels=np.zeros_like),
    "zeros-for-edge-chunks": Reader(block=lambda block, place: block * (place[-1] != 2)),
    "constant-for-one-chunk": Reader(block=only_there(lambda block: np.full_like(block, 7))),
    "transposed": Reader(pixels=np.transpose),
    "y-and-x-exchanged": Reader(pixels=lambda pixels: pixels.swapaxes(-1, -2)),
    "column-major": Reader(pixels=lambda pixels: pixels.ravel("F").reshape(pixels.shape)),
    "column-major-chunks": Reader(block=lambda block, _: block.ravel().reshape(block.shape, order="F")),
    "byte-swapped": Reader(pixels=lambda pixels: pixels.byteswap()),
    "byte-swapped-chunk": Reader(block=only_there(lambda block: block.byteswap())),
    "shifted-by-one": Reader(region=along_x(lambda start, stop, step: [start + 1, stop + 1, step])),
    "shifted-by-a-chunk": Reader(region=along_x(lambda start, stop, step: [start - 16, stop - 16, step])),
    "rolled": Reader(pixels=lambda pixels: np.roll(pixels, 1, axis=-2)),
    "mirrored": Reader(pixels=lambda pixels: pixels[..., ::-1, :]),
    "planes-reversed": Reader(pixels=lambda pixels: pixels[::-1]),
    "next-plane": Reader(region=lambda region, _: [region[0] + 1, *region[1:]]),
    "coarser-level": Reader(level=lambda image, level: image.levels[level + 1]),
    "finer-level": Reader(level=lambda image, level: image.levels[level - 1]),
    "other-label": Reader(store=lambda path: path.replace("labels/cells", "labels/nuclei")),
    "signed": Reader(pixels=lambda pixels: pixels.view("int16")),
    "narrowed": Reader(pixels=lambda pixels: pixels.astype("uint8")),
    "widened": Reader(pixels=lambda pixels: pixels.astype("float64")),
    "low-bytes-only": Reader(pixels=lambda pixels: pixels & 255),
    "saturated": Reader(pixels=lambda pixels: np.minimum(pixels, 1023)),
    "rescaled": Reader(pixels=lambda pixels: pixels * 8),
    "inverted": Reader(pixels=lambda pixels: 65535 - pixels),
    "half-precision": Reader(pixels=lambda pixels: pixels.astype("float16").astype(pixels.dtype)),
    "whole-numbers": Reader(pixels=np.rint),
    "last-digits-lost": Reader(pixels=lambda pixels: (pixels * np.float32(1.1)) / np.float32(1.1)),
    "one-grey-value-off": Reader(pixels=lambda pixels: pixels + (np.arange(pixels.size) % 2).astype("u2")
                                 .reshape(pixels.shape)),
    "edge-not-cut": Reader(uncut=True, region=lambda region, _: [[0, None, 1]] * len(region)),
    "edge-strides": Reader(edge=with_wrong_strides),
    "step-ignored": Reader(region=each_slice(lambda start, stop, _: [start, stop, 1])),
    "step-ignored-count-kept": Reader(
        region=each_slice(lambda start, stop, step: [start, start + len(range(start, stop, step)), 1])
    ),
    "start-ignored": Reader(region=each_slice(lambda start, stop, step: [0, stop - start, step])),
    "index-keeps-its-axis": Reader(
        region=lambda region, _: [[p, p + 1, 1] if isinstance(p, int) else p for p in region]
    ),
    "last-index-dropped": Reader(region=along_x(lambda start, stop, step: [start, stop - 1, step])),
    "indices-exchanged": Reader(place=lambda place, _: exchanged(place, -1, -2)),
    "indices-reversed": Reader(place=lambda place, _: place[::-1]),
    "other-separator": Reader(place=lambda place, _: (".".join(map(str, place)),)),
    "buffer-used-again": Reader(place=previous),
    "channels-exchanged": Reader(pixels=lambda pixels: pixels[::-1]),
    "plane-repeated": Reader(pixels=lambda pixels: pixels[[0, 1, 2, 2, 4, 5]]),
    "true-is-255": Reader(pixels=lambda pixels: (pixels * np.uint8(255)).view("bool")),
    "bool-as-bytes": Reader(pixels=lambda pixels: pixels * np.uint8(255)),
    "negative-zero": Reader(pixels=lambda pixels: np.where(pixels == 0, np.float32(-0.0), pixels)),
    "noise-in-one-chunk": Reader(
        block=only_there(lambda block: np.random.default_rng(1).integers(0, 5000, block.shape, "u2"))
    ),
    "one-pixel": Reader(pixels=lambda pixels: pixels - (pixels == pixels.max()) * np.uint16(900)),
    "absent-as-zeros": Reader(absent=lambda _: 0),
    "absent-as-noise": Reader(absent=lambda _: 99),
    "other-nans": Reader(pixels=with_other_nans),
    "first-instead-of-last": Reader(region=lambda region, _: [0, *region[1:]]),
    "list-sorted": Reader(region=lambda region, _: [{"pick": sorted(region[0]["pick"])}, *region[1:]]),
    "list-as-a-range": Reader(region=lambda region, _: [[0, 7, 1], *region[1:]]),
    "texts-cut": Reader(pixels=lambda pixels: pixels.astype("U1")),
    "imaginary-part-lost": Reader(pixels=lambda pixels: pixels.real.astype(pixels.dtype)),
    "first-field-only": Reader(pixels=only_first_field),
    "saves-something-else": Reader(saved=lambda raw: bytes(len(raw))),
    "wrong-digest": Reader(digest=lambda sha256: sha256[::-1]),
    "saves-too-little": Reader(pixels=np.zeros_like, saved=lambda raw: raw[:-3]),
}  # fmt: skip
