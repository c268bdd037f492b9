"""A worker over numpy, with the faults of a careless library."""

import logging
import os
import sys
import warnings
from pathlib import Path

import numpy as np
from ozh_worker import Opened, Unsupported, serve

ARRAYS = {
    "bool": np.array([[True, False, True], [False, False, True]]),
    "float": np.array([[0.5, -0.0, np.nan], [np.inf, 1e-45, 3.25]], dtype="float32"),
    "big-endian": np.arange(6, dtype=">u2").reshape(2, 3),
    "f-order": np.asfortranarray(np.arange(6, dtype="int64").reshape(2, 3)),
    "empty": np.zeros((2, 0), dtype="uint8"),
    "fixed text": np.array([["a", "né"], ["", "日本"]], dtype=">U3"),
    "any text": np.array([["a", "né"], ["", "日本"]], dtype=object),
    "own text": np.array([["a", "né"], ["", "日本"]], dtype="T"),
    "one text": np.array("né\0", dtype=object),
    "bytes": np.array([b"a", b"bc"], dtype=object),
    "padded": np.array([b"a", b"bc"]),
    "raw": np.array([b"abc", b"d\0\0"], dtype="V3"),
    "struct": np.array([(1, -2.5), (258, 0.5)], np.dtype([("n", ">u2"), ("x", "<f8")], align=True)),
    "complex": np.array([1 - 2j], dtype=">c8"),
    "half": np.array([1.5, -0.0], dtype="<f2"),
    "number": np.array(7, dtype=">i4"),
    "cube": np.arange(60, dtype="int16").reshape(3, 4, 5),
}


def open_level(store, _level):
    if store.path == "missing":
        raise FileNotFoundError("x" * 5000)
    if store.path == "unsupported":
        raise Unsupported("not this one")
    array = ARRAYS[store.path]
    return Opened(array, array.shape, array.dtype)


def open_array(store, path):
    array = ARRAYS[f"{store.path}{path}"]
    return Opened(array, array.shape, array.dtype)


def read(array, region):
    if sum(isinstance(part, list) for part in region) > 1:
        raise Unsupported("one list only")
    return array[region]


def downsample(array, region, factor, method):
    if method == "nearest":
        return list(array[region])
    return array[region][tuple(slice(None, None, f) for f in factor)]


def inspect(_store):
    sys.stdout.write("hello from a library\n")
    os.write(1, b"y" * 300_000 + b"\n")
    warnings.warn("do not do this", stacklevel=1)
    for number in range(40):
        warnings.warn(f"{number} " + "z" * 600, UserWarning, stacklevel=1)
    return {"ome_zarr": "0.5", "axes": [], "levels": [], "read": sys.stdin.read()}


def list_arrays(store):
    if store.path == "logged":
        logging.getLogger("library").warning("nor %s", "that")
    return ["1", "0", *["a" * 1000] * (2000 if store.path == "long" else 0)]


def write_regions(store, level, pixels, regions):
    said = [pixels[region].tolist() for region in regions]
    Path(store.path).write_text(f"{level} {said} {pixels.dtype}", encoding="utf-8")


def write(store, pixels, image):
    Path(store.path).write_text(f"{pixels.tolist()} {pixels.dtype} {image.axes[0].name}", encoding="utf-8")


def validate(store, scope, kind):
    return store.path == "good", [f"{scope} of\nan {kind}", *["long " * 200] * 2, *map(str, range(200))]


serve(
    "tiny",
    packages=["numpy"],
    configure=lambda settings: {"answer": 42, **settings},
    operations={
        "open": open_level,
        "open_array": open_array,
        "read": read,
        "downsample": downsample,
        "inspect": inspect,
        "list": list_arrays,
        "write": write,
        "write_regions": write_regions,
        "validate": validate,
    },
)
