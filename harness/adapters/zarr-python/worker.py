"""zarr-python as its users drive it; what differs between its versions: `with_zarr2`, `with_zarr3`."""

import numpy as np
import ozh_ome
import zarr
from ozh_worker import Opened, Unsupported, serve

if zarr.__version__.startswith("2."):
    import with_zarr2 as version
else:
    import with_zarr3 as version


def open_level(store, level):
    group = version.open_image(store)
    array = group[ozh_ome.level_paths(dict(group.attrs))[level]]
    return Opened(array, array.shape, array.dtype)


def read(array, region):
    return np.asarray(array[region])


def inspect(store):
    group = version.open_image(store)
    attributes = dict(group.attrs)
    levels = [version.describe(path, group[path]) for path in ozh_ome.level_paths(attributes)]
    labels = ozh_ome.label_names(dict(group["labels"].attrs)) if "labels" in group else []
    return ozh_ome.describe(attributes, levels, labels)


def list_arrays(store):
    return version.array_paths(version.open_image(store))


def downsample(array, region, factor, method):
    return reduce(np.asarray(array[region]), factor, method)


def reduce(pixels, factor, method):
    """Reduce by whole blocks; what is left at the far edges is cut off."""
    whole = pixels[tuple(slice(n // f * f) for n, f in zip(pixels.shape, factor, strict=True))]
    if method == "nearest":
        return whole[tuple(slice(None, None, f) for f in factor)]
    blocks = whole.reshape(
        [n for pair in zip(whole.shape, factor, strict=True) for n in (pair[0] // pair[1], pair[1])]
    )
    mean = blocks.mean(axis=tuple(range(1, blocks.ndim, 2)), dtype=np.float64)
    return (np.rint(mean) if pixels.dtype.kind in "iu" else mean).astype(pixels.dtype)


def write(store, pixels, image):
    if store.kind == "http":
        raise Unsupported("fsspec's http file system is read-only")
    paths = [str(level) for level in range(image.levels)]
    group = version.create_image(store, image, ozh_ome.attributes_of(image, paths))
    for path in paths:
        array = version.create_array(group, path, pixels, image)
        array[...] = pixels
        pixels = reduce(pixels, image.factor, image.method) if path != paths[-1] else pixels


serve(
    "zarr-python",
    packages=["zarr", "numcodecs", "fsspec", "s3fs", "aiohttp", "numpy"],
    configure=version.configure,
    operations={
        "open": open_level,
        "read": read,
        "inspect": inspect,
        "list": list_arrays,
        "downsample": downsample,
        "write": write,
    },
)
