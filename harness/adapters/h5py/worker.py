"""h5py as its users read a part of a dataset: by slicing it."""

import h5py
from ozh_fsspec import file_of
from ozh_worker import Opened, serve

options = {}


def configure(settings):
    options.update(settings)
    return options


def open_level(store, level):
    array = h5py.File(file_of(store, **options), "r")[str(level)]
    return Opened(array, array.shape, array.dtype)


def read(array, region):
    return array[region]


serve(
    "h5py",
    packages=["h5py", "fsspec", "s3fs", "aiohttp", "numpy"],
    configure=configure,
    operations={"open": open_level, "read": read},
)
