"""What is zarr-python 3's own: settings, metadata of arrays, creating arrays."""

import ozh_zarr3
import zarr

SETTINGS = (
    "async.concurrency",
    "threading.max_workers",
    "codec_pipeline.path",
    "array.write_empty_chunks",
)


def configure(settings):
    zarr.config.set(settings)
    return {name: zarr.config.get(name) for name in SETTINGS}


def open_image(store):
    return zarr.open_group(ozh_zarr3.store_of(store, read_only=True), mode="r")


def describe(path, array):
    return {
        "path": path,
        "shape": array.shape,
        "chunks": array.chunks,
        "shards": array.shards,
        "dtype": array.dtype.name,
    }


def array_paths(group):
    return [path for path, member in group.members(max_depth=None) if isinstance(member, zarr.Array)]


def create_image(store, image, attributes):
    zarr_format = 2 if image.ome_zarr == "0.4" else 3
    place = ozh_zarr3.store_of(store, read_only=False)
    return zarr.create_group(place, zarr_format=zarr_format, attributes=attributes, overwrite=image.overwrite)


def create_array(group, path, pixels, image):
    if image.ome_zarr == "0.4":
        own = {"chunk_key_encoding": {"name": "v2", "separator": image.separator}}
    else:
        own = {
            "shards": image.shards and tuple(image.shards),
            "chunk_key_encoding": {"name": "default", "separator": image.separator},
            "dimension_names": [axis.name for axis in image.axes],
        }
    return group.create_array(
        path,
        shape=pixels.shape,
        dtype=pixels.dtype,
        chunks=tuple(image.chunks),
        compressors=ozh_zarr3.compressor(image),
        fill_value=0,
        **own,
    )
