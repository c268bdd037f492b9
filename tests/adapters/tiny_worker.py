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
    "text": np.array([["a", "b"]]),
}


def open_level(store, _level):
    if store.path == "missing":
        raise FileNotFoundError("x" * 5000)
    if store.path == "unsupported":
        raise Unsupported("not this one")
    array = ARRAYS[store.path]
    return Opened(array, array.shape, array.dtype)


def read(array, region):
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


def write(store, pixels, image):
    Path(store.path).write_text(f"{pixels.tolist()} {pixels.dtype} {image.axes[0].name}", encoding="utf-8")


serve(
    "tiny",
    packages=["numpy"],
    configure=lambda settings: {"answer": 42, **settings},
    operations={
        "open": open_level,
        "read": read,
        "downsample": downsample,
        "inspect": inspect,
        "list": list_arrays,
        "write": write,
    },
)
