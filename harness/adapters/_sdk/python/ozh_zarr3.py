"""What workers of tools built on zarr-python 3 share: places as zarr stores, codecs, arrays of images."""

import numcodecs
import zarr.codecs
from ozh_worker import Unsupported
from zarr.storage import FsspecStore

SETTINGS = (
    "async.concurrency",
    "threading.max_workers",
    "codec_pipeline.path",
    "array.write_empty_chunks",
)


def configure(settings):
    """Give settings to zarr; return those in effect that matter here."""
    zarr.config.set(settings)
    return {name: zarr.config.get(name) for name in SETTINGS}


class Zarr3:
    """What is zarr-python 3's own, for `ozh_zarr`; `store_of` is how places become stores."""

    def __init__(self, store_of):
        self.store_of = store_of

    def open_image(self, store):
        return zarr.open_group(self.store_of(store, read_only=True), mode="r")

    def open_to_change(self, store):
        return zarr.open_group(self.store_of(store, read_only=False), mode="r+")

    def open_array(self, store, path):
        return zarr.open_array(self.store_of(store, read_only=True), path=path, mode="r")

    def describe(self, path, array):
        return {
            "path": path,
            "shape": array.shape,
            "chunks": array.chunks,
            "shards": array.shards,
            "dtype": array.dtype.name,
        }

    def array_paths(self, group):
        return [path for path, member in group.members(max_depth=None) if isinstance(member, zarr.Array)]

    def create_image(self, store, image, attributes):
        zarr_format = 2 if image.ome_zarr == "0.4" else 3
        place = self.store_of(store, read_only=False)
        return zarr.create_group(
            place, zarr_format=zarr_format, attributes=attributes, overwrite=image.overwrite
        )

    def create_array(self, group, path, pixels, image):
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
            compressors=compressor(image),
            fill_value=0,
            **own,
        )


def store_of(store, *, read_only):
    """Return the folder, URL or fsspec's store that `zarr.open_group` is to be given."""
    if store.kind == "file":
        return store.path
    if store.kind == "http":
        return store.url
    options = {
        "key": store.access_key,
        "secret": store.secret_key,
        "client_kwargs": {"endpoint_url": store.endpoint, "region_name": store.region},
        "config_kwargs": {"s3": {"addressing_style": "path"}},
    }
    url = f"s3://{store.bucket}/{store.key}"
    return FsspecStore.from_url(url, storage_options=options, read_only=read_only)


def compressor(image):
    """Return the `compressors` of `create_array` for an image that is asked for."""
    codec = image.codec
    if codec.crc32c:
        own = [] if codec.name == "none" else [_of_zarr_v3(codec)]
        return [*own, zarr.codecs.Crc32cCodec()]
    if codec.name == "none":
        return None
    return _of_zarr_v2(codec) if image.ome_zarr == "0.4" else _of_zarr_v3(codec)


def _of_zarr_v3(codec):
    if codec.name == "zlib":
        raise Unsupported("zlib is not a codec of Zarr v3")
    if codec.name == "blosc":
        return zarr.codecs.BloscCodec(cname=codec.cname, clevel=codec.level, shuffle=codec.shuffle)
    if codec.name == "zstd":
        return zarr.codecs.ZstdCodec(level=codec.level, checksum=codec.checksum)
    return zarr.codecs.GzipCodec(level=codec.level)


def _of_zarr_v2(codec):
    if codec.name == "blosc":
        shuffles = {"noshuffle": 0, "shuffle": 1, "bitshuffle": 2}
        return numcodecs.Blosc(codec.cname, codec.level, shuffles[codec.shuffle])
    if codec.name == "zstd":
        return numcodecs.Zstd(codec.level, codec.checksum)
    return {"gzip": numcodecs.GZip, "zlib": numcodecs.Zlib}[codec.name](codec.level)
