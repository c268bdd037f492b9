"""What is zarr-python 2's own: stores, metadata of arrays, creating arrays. It knows Zarr v2 only."""

import fsspec.config
import numcodecs
import zarr
from numcodecs import blosc
from ozh_worker import Unsupported


def configure(_settings):
    # None of the settings of version 3 exists here.
    return {
        "blosc_threads": blosc.get_nthreads(),
        "fsspec_gather_batch_size": fsspec.config.conf.get("gather_batch_size", 128),
    }


def _where(store):
    if store.kind == "file":
        return {"store": store.path}
    if store.kind == "http":
        return {"store": store.url}
    return {
        "store": f"s3://{store.bucket}/{store.key}",
        "storage_options": {
            "key": store.access_key,
            "secret": store.secret_key,
            "client_kwargs": {"endpoint_url": store.endpoint, "region_name": store.region},
            "config_kwargs": {"s3": {"addressing_style": "path"}},
        },
    }


def open_image(store):
    return zarr.open_group(**_where(store), mode="r")


def open_to_change(store):
    return zarr.open_group(**_where(store), mode="r+")


def open_array(store, path):
    return zarr.open_array(**_where(store), path=path, mode="r")


def describe(path, array):
    return {
        "path": path,
        "shape": array.shape,
        "chunks": array.chunks,
        "shards": None,
        "dtype": array.dtype.name,
    }


def array_paths(group):
    paths = []
    group.visititems(lambda path, member: paths.append(path) if isinstance(member, zarr.Array) else None)
    return paths


def create_image(store, image, attributes):
    if image.ome_zarr != "0.4":
        raise Unsupported("zarr-python 2 writes Zarr v2 only")
    group = zarr.open_group(**_where(store), mode="w")
    group.attrs.put(attributes)
    return group


def create_array(group, path, pixels, image):
    return group.create_dataset(
        path,
        shape=pixels.shape,
        dtype=pixels.dtype,
        chunks=tuple(image.chunks),
        compressor=_compressor(image.codec),
        fill_value=0,
        dimension_separator=image.separator,
    )


def _compressor(codec):
    if codec.name == "none":
        return None
    shuffles = {"noshuffle": 0, "shuffle": 1, "bitshuffle": 2}
    return {
        "gzip": lambda: numcodecs.GZip(codec.level),
        "zlib": lambda: numcodecs.Zlib(codec.level),
        "zstd": lambda: numcodecs.Zstd(codec.level, codec.checksum),
        "blosc": lambda: numcodecs.Blosc(codec.cname, codec.level, shuffles[codec.shuffle]),
    }[codec.name]()
