"""What workers of tools built on zarr-python 3 share: a place as a zarr store, a codec as zarr's own."""

import numcodecs
import zarr.codecs
from ozh_worker import Unsupported
from zarr.storage import FsspecStore


def store_of(store, *, read_only):
    """Return the folder, URL or store that `zarr.open_group` is to be given."""
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
