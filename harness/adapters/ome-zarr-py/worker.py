"""ome-zarr-py as its users drive it: by its classes, its documentation's first way, and its `write_image`.

With another setting for `api` than `documented`, as the NEUBIAS training module teaches it: see `taught`.
"""

import dask
import ozh_zarr3
import taught
import zarr
from ome_zarr import OMEZarrImage, OMEZarrMultiscale
from ome_zarr.format import FormatV04, FormatV05
from ome_zarr.writer import write_image
from ozh_worker import Opened, Unsupported, serve

METHODS = {"mean": "local_mean", "nearest": "nearest"}
settings_in_effect = {"api": "documented"}


def configure(settings):
    settings_in_effect.update(settings)
    return {
        **settings_in_effect,
        "zarr: async.concurrency": zarr.config.get("async.concurrency"),
        "dask: scheduler": dask.config.get("scheduler", "default"),
        "dask: num_workers": dask.config.get("num_workers", "default"),
    }


def taught_api():
    """Return which of the ways of `taught` to go, or None."""
    api = settings_in_effect["api"]
    return None if api == "documented" else api


def open_group(store):
    return zarr.open_group(ozh_zarr3.store_of(store, read_only=True), mode="r")


def open_level(store, level):
    api = taught_api()
    images = taught.images(store, api) if api else OMEZarrMultiscale.from_ome_zarr(open_group(store)).images
    return Opened(images[level], images[level].data.shape, images[level].data.dtype)


def read(image, region):
    return image.data[region].compute()


def inspect(store):
    if api := taught_api():
        return taught.inspect(store, api)
    group = open_group(store)
    multiscale = OMEZarrMultiscale.from_ome_zarr(group)
    attributes = group.attrs.get("ome", group.attrs)
    axes = multiscale.metadata.intrinsic_coordinate_system.axes
    return {
        "ome_zarr": attributes.get("version") or attributes["multiscales"][0]["version"],
        "name": multiscale.metadata.name,
        "axes": [{"name": axis.name, "type": axis.type, "unit": axis.unit} for axis in axes],
        "levels": [describe(dataset, group) for dataset in multiscale.metadata.datasets],
        "channels": channels(getattr(multiscale, "omero", None)),  # label images have none
        "labels": list(getattr(multiscale, "labels", None) or {}),
    }


def describe(dataset, group):
    transformation = dataset.coordinateTransformations[0].model_dump()
    parts = transformation.get("transformations") or [transformation]
    by_type = {part["type"]: part for part in parts}
    array = group[dataset.path]  # chunks and shards: only zarr tells them apart
    return {
        "path": dataset.path,
        "shape": array.shape,
        "chunks": array.chunks,
        "shards": array.shards,
        "dtype": array.dtype.name,
        **{kind: by_type[kind][kind] for kind in ("scale", "translation") if kind in by_type},
    }


def channels(omero):
    if omero is None:
        return []
    found = [channel.model_dump() for channel in omero.channels]
    return [{key: channel.get(key) for key in ("label", "color", "active", "window")} for channel in found]


def list_arrays(store):
    if api := taught_api():
        return taught.array_paths(store, api)
    multiscale = OMEZarrMultiscale.from_ome_zarr(open_group(store))
    below = {
        "": multiscale,
        **{f"labels/{name}/": label for name, label in (multiscale.labels or {}).items()},
    }
    return [f"{folder}{dataset.path}" for folder, one in below.items() for dataset in one.metadata.datasets]


def downsample(image, region, factor, method):
    selected = OMEZarrImage(data=image.data[region], axes=image.axes)
    factors = [dict(zip(image.axes, factor, strict=True))]
    pyramid = OMEZarrMultiscale(selected, scale_factors=factors, method=METHODS[method])
    return pyramid.images[1].data.compute()


def write(store, pixels, image):
    if store.kind == "http":
        raise Unsupported("fsspec's http file system is read-only")
    fmt = FormatV04() if image.ome_zarr == "0.4" else FormatV05()
    place = ozh_zarr3.store_of(store, read_only=False)
    group = zarr.open_group(place, mode="w", zarr_format=fmt.zarr_format)
    if taught_api():
        taught.write(group, pixels, image, storage_options(image), fmt)
        return
    names = [axis.name for axis in image.axes]
    write_image(
        image=pixels,
        group=group,
        name=image.name,
        axes=names,
        axes_units={axis.name: axis.unit for axis in image.axes if axis.unit},
        scale=dict(zip(names, image.scale, strict=True)),
        scale_factors=[
            {name: f**level for name, f in zip(names, image.factor, strict=True)}
            for level in range(1, image.levels)
        ],
        method=METHODS[image.method],
        storage_options=storage_options(image),
        fmt=fmt,
    )


def storage_options(image):
    options = {"chunks": tuple(image.chunks), "compressors": ozh_zarr3.compressor(image)}
    if image.shards:
        options["shards"] = tuple(image.shards)
    if image.separator != "/":
        kind = "v2" if image.ome_zarr == "0.4" else "default"
        options["chunk_key_encoding"] = {"name": kind, "separator": image.separator}
    return options


serve(
    "ome-zarr-py",
    packages=["ome-zarr", "ome-zarr-models", "zarr", "dask", "fsspec", "s3fs", "scikit-image", "numpy"],
    configure=configure,
    operations={
        "open": open_level,
        "read": read,
        "inspect": inspect,
        "list": list_arrays,
        "downsample": downsample,
        "write": write,
    },
)
