"""zarr-python as its users drive it: what is the same for its major versions, and whatever its store is.

What differs is asked of `own`: `ozh_zarr3.Zarr3`, or zarr-python 2's own module. It has

    open_image(store)                         # -> group
    open_to_change(store)                     # -> group
    open_array(store, path)                   # -> array
    describe(path, array)                     # -> dict, a level as the protocol has it
    array_paths(group)                        # -> paths of the arrays below
    create_image(store, image, attributes)    # -> group
    create_array(group, path, pixels, image)  # -> array
"""

import numpy as np
import ozh_ome
from ozh_worker import Opened, Unsupported


def operations(own):  # noqa: C901 -- a list of short functions
    """Return the operations for `ozh_worker.serve`."""

    def open_level(store, level):
        group = own.open_image(store)
        array = group[ozh_ome.level_paths(dict(group.attrs))[level]]
        return Opened(array, array.shape, array.dtype)

    def open_array(store, path):
        array = own.open_array(store, path)
        return Opened(array, array.shape, array.dtype)

    def inspect(store):
        group = own.open_image(store)
        attributes = dict(group.attrs)
        levels = [own.describe(path, group[path]) for path in ozh_ome.level_paths(attributes)]
        labels = ozh_ome.label_names(dict(group["labels"].attrs)) if "labels" in group else []
        return ozh_ome.describe(attributes, levels, labels)

    def list_arrays(store):
        return own.array_paths(own.open_image(store))

    def write(store, pixels, image):
        if store.kind == "http":
            raise Unsupported("the http store is read-only")
        paths = [str(level) for level in range(image.levels)]
        group = own.create_image(store, image, ozh_ome.attributes_of(image, paths))
        for path in paths:
            array = own.create_array(group, path, pixels, image)
            array[...] = pixels
            pixels = reduce(pixels, image.factor, image.method) if path != paths[-1] else pixels

    def write_regions(store, level, pixels, regions):
        if store.kind == "http":
            raise Unsupported("the http store is read-only")
        group = own.open_to_change(store)
        array = group[ozh_ome.level_paths(dict(group.attrs))[level]]
        for region in regions:
            array[region] = pixels[region]

    return {
        "open": open_level,
        "open_array": open_array,
        "read": read,
        "inspect": inspect,
        "list": list_arrays,
        "downsample": downsample,
        "write": write,
        "write_regions": write_regions,
    }


def read(array, region):
    """Read a region; lists of indices are for zarr's orthogonal indexing, as integers and slices are too."""
    picks = any(isinstance(part, list) for part in region)
    return array.oindex[region] if picks else array[region]


def downsample(array, region, factor, method):
    """Read a region and reduce it."""
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
