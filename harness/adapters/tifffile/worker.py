"""tifffile as its users read a part of a pyramid: `aszarr`, opened by zarr."""

import zarr
from ozh_fsspec import file_of
from ozh_worker import Opened, serve
from tifffile import TiffFile

options = {}


def configure(settings):
    options.update(settings)
    return options


def open_level(store, level):
    tiff = TiffFile(file_of(store, **options))
    array = zarr.open(tiff.aszarr(series=0, level=level), mode="r")
    return Opened(array, array.shape, array.dtype)


def read(array, region):
    return array[region]


serve(
    "tifffile",
    packages=["tifffile", "imagecodecs", "zarr", "fsspec", "s3fs", "aiohttp", "numpy"],
    configure=configure,
    operations={"open": open_level, "read": read},
)
