"""tensorstore as its users drive it: arrays by its zarr drivers, other metadata by its key-value stores."""

import json
import os

import ozh_ome
import tensorstore as ts
from ozh_worker import Opened, Unsupported, serve

RESOURCES = (
    "cache_pool",
    "data_copy_concurrency",
    "file_io_concurrency",
    "http_request_concurrency",
    "s3_request_concurrency",
)
context = ts.Context()


def configure(settings):
    global context  # noqa: PLW0603 -- a worker has one
    context = ts.Context(settings)
    return {name: context[name].to_json() or "default" for name in RESOURCES}


def kvstore(store, path=""):
    if store.kind == "file":
        return {"driver": "file", "path": f"{store.path}/{path}"}
    if store.kind == "http":
        return {"driver": "http", "base_url": f"{store.url}/", "path": path}
    os.environ.update(AWS_ACCESS_KEY_ID=store.access_key, AWS_SECRET_ACCESS_KEY=store.secret_key)
    return {
        "driver": "s3",
        "bucket": store.bucket,
        "path": f"{store.key}/{path}",
        "endpoint": store.endpoint,
        "aws_region": store.region,
        "aws_credentials": {"type": "environment"},
    }


def group_attributes(store, path=""):
    """Return the driver for the group's arrays, and its attributes; (None, {}) where there is no group."""
    files = ts.KvStore.open(kvstore(store, path), context=context).result()
    v3 = files.read("zarr.json").result()
    if v3.state == "value":
        return "zarr3", json.loads(v3.value).get("attributes", {})
    v2 = files.read(".zattrs").result()
    if v2.state == "value":
        return "zarr", json.loads(v2.value)
    return None, {}


def image_attributes(store):
    driver, attributes = group_attributes(store)
    if driver is None:
        raise FileNotFoundError("neither zarr.json nor .zattrs was found")
    return driver, attributes


def open_zarr(store, driver, path, *, write=False):
    spec = {"driver": driver, "kvstore": kvstore(store, f"{path}/" if path else "")}
    return ts.open(spec, open=True, read=True, write=write, context=context).result()


def open_level(store, level):
    driver, attributes = image_attributes(store)
    array = open_zarr(store, driver, ozh_ome.level_paths(attributes)[level])
    return Opened(array, array.shape, array.dtype.numpy_dtype)


def open_array(store, path):
    files = ts.KvStore.open(kvstore(store, f"{path}/" if path else ""), context=context).result()
    driver = "zarr3" if files.read("zarr.json").result().state == "value" else "zarr"
    array = open_zarr(store, driver, path)
    return Opened(array, array.shape, array.dtype.numpy_dtype)


def read(array, region):
    # In plain brackets, arrays of indices would be paired with one another, as numpy does.
    selected = array.oindex[region] if any(isinstance(part, list) for part in region) else array[region]
    return selected.read().result()


def inspect(store):
    driver, attributes = image_attributes(store)
    paths = ozh_ome.level_paths(attributes)
    levels = [describe(path, open_zarr(store, driver, path)) for path in paths]
    return ozh_ome.describe(attributes, levels, ozh_ome.label_names(group_attributes(store, "labels/")[1]))


def describe(path, array):
    codecs = array.codec.to_json().get("codecs", [])
    sharded = any(codec["name"] == "sharding_indexed" for codec in codecs)
    return {
        "path": path,
        "shape": array.shape,
        "chunks": array.chunk_layout.read_chunk.shape,
        "shards": array.chunk_layout.write_chunk.shape if sharded else None,
        "dtype": array.dtype.name,
    }


def list_arrays(store):
    files = ts.KvStore.open(kvstore(store), context=context).result()
    keys = [key.decode() for key in files.list().result()]
    v2 = [key for key in keys if key.endswith("/.zarray")]
    v3 = [key for key in keys if key.endswith("/zarr.json")]
    v3 = [key for key in v3 if json.loads(files[key])["node_type"] == "array"]
    return [key.rpartition("/")[0] for key in v2 + v3]


def downsample(array, region, factor, method):
    # Blocks start at the origin, so the region's own origin has to be there.
    selected = array[region][ts.d[:].translate_to[0]]
    return reduced(selected, factor, method)


def reduced(array, factor, method):
    return ts.downsample(array, factor, {"mean": "mean", "nearest": "stride"}[method]).read().result()


def write(store, pixels, image):
    if store.kind == "http":
        raise Unsupported("tensorstore's http driver is read-only")
    paths = [str(level) for level in range(image.levels)]
    write_group(store, image, ozh_ome.attributes_of(image, paths))
    for path in paths:
        spec = zarr2(image, pixels) if image.ome_zarr == "0.4" else zarr3(image, pixels)
        spec["kvstore"] = kvstore(store, f"{path}/")
        array = ts.open(spec, create=True, delete_existing=image.overwrite, context=context).result()
        array.write(pixels).result()
        if path != paths[-1]:
            pixels = reduced(ts.array(pixels), image.factor, image.method)


def write_regions(store, level, pixels, regions):
    if store.kind == "http":
        raise Unsupported("tensorstore's http driver is read-only")
    driver, attributes = image_attributes(store)
    array = open_zarr(store, driver, ozh_ome.level_paths(attributes)[level], write=True)
    for region in regions:
        array[region].write(pixels[region]).result()


def write_group(store, image, attributes):
    files = ts.KvStore.open(kvstore(store), context=context).result()
    if image.ome_zarr == "0.4":
        files[".zgroup"] = json.dumps({"zarr_format": 2})
        files[".zattrs"] = json.dumps(attributes)
    else:
        files["zarr.json"] = json.dumps({"zarr_format": 3, "node_type": "group", "attributes": attributes})


def zarr2(image, pixels):
    codec = image.codec
    if codec.checksum:
        raise Unsupported("the zarr driver knows no checksum of zstd")
    shuffles = {"noshuffle": 0, "shuffle": 1, "bitshuffle": 2}
    blosc = {"cname": codec.cname, "clevel": codec.level, "shuffle": shuffles[codec.shuffle]}
    options = blosc if codec.name == "blosc" else {"level": codec.level}
    metadata = {
        "shape": pixels.shape,
        "chunks": image.chunks,
        "dtype": pixels.dtype.str,
        "fill_value": pixels.dtype.type(0).item(),
        "compressor": None if codec.name == "none" else {"id": codec.name, **options},
        "dimension_separator": image.separator,
    }
    return {"driver": "zarr", "metadata": metadata}


def zarr3(image, pixels):
    codec = image.codec
    if codec.name == "zlib":
        raise Unsupported("zlib is not a codec of Zarr v3")
    blosc = {"cname": codec.cname, "clevel": codec.level, "shuffle": codec.shuffle}
    options = blosc if codec.name == "blosc" else {"level": codec.level}
    if codec.checksum:
        options["checksum"] = True
    codecs = [{"name": "bytes", "configuration": {"endian": "little"}}]
    if codec.name != "none":
        codecs.append({"name": codec.name, "configuration": options})
    if codec.crc32c:
        codecs.append({"name": "crc32c"})
    if image.shards:
        sharding = {"chunk_shape": image.chunks, "codecs": codecs}
        codecs = [{"name": "sharding_indexed", "configuration": sharding}]
    grid = {"chunk_shape": image.shards or image.chunks}
    metadata = {
        "shape": pixels.shape,
        "data_type": pixels.dtype.name,
        "fill_value": pixels.dtype.type(0).item(),
        "chunk_grid": {"name": "regular", "configuration": grid},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": image.separator}},
        "codecs": codecs,
        "dimension_names": [axis.name for axis in image.axes],
    }
    return {"driver": "zarr3", "metadata": metadata}


serve(
    "tensorstore",
    packages=["tensorstore", "numpy"],
    configure=configure,
    operations={
        "open": open_level,
        "open_array": open_array,
        "read": read,
        "inspect": inspect,
        "list": list_arrays,
        "downsample": downsample,
        "write": write,
        "write_regions": write_regions,
    },
)
