"""ome-zarr-py as the NEUBIAS OME-Zarr training module teaches it.

Reading: nodes, as `Reader(parse_url())` or `ome_zarr info` finds them; also in a copy by `ome_zarr download`.
Writing: `write_image` with `coordinate_transformations` and a `Scaler`.
"""

import os
import tempfile

import ozh_ome
import zarr
from ome_zarr import OMEZarrImage
from ome_zarr.io import parse_url
from ome_zarr.reader import Multiscales, Reader
from ome_zarr.scale import Scaler
from ome_zarr.utils import download, info
from ome_zarr.writer import write_image
from ozh_worker import Unsupported

copies = {}  # where an image is -> the folder that it was downloaded to


def nodes(store, api):
    """Return the image's node and those of its label images."""
    place = address(store)
    if api == "taught":
        found = list(Reader(parse_url(place))())
    else:
        found = list(info(downloaded(place) if api == "downloaded" else place))
    # Of a label image, the image it belongs to is also returned, and first; it is hidden.
    image = next(node for node in found if node.visible)
    return image, [label for folder in image.post_nodes for label in folder.post_nodes]


def address(store):
    """Return the path or URL of an image. For s3, the environment tells the rest, as for the commands."""
    if store.kind == "file":
        return store.path
    if store.kind == "http":
        return store.url
    os.environ.update(
        AWS_ENDPOINT_URL=store.endpoint,
        AWS_DEFAULT_REGION=store.region,
        AWS_ACCESS_KEY_ID=store.access_key,
        AWS_SECRET_ACCESS_KEY=store.secret_key,
    )
    return f"s3://{store.bucket}/{store.key}"


def downloaded(place):
    """Return the place in a copy of the image, which is downloaded once, label images included."""
    image = place.removesuffix(f"/labels/{place.rpartition('/')[2]}")
    if image not in copies:
        folder = tempfile.mkdtemp()
        download(image, folder)
        copies[image] = f"{folder}/{image.rpartition('/')[2]}"
    return copies[image] + place.removeprefix(image)


def images(store, api):
    image, _ = nodes(store, api)
    axes = [axis["name"] for axis in image.metadata["axes"]]
    return [OMEZarrImage(data=data, axes=axes) for data in image.data]


def inspect(store, api):
    image, labels = nodes(store, api)
    group = zarr.open_group(image.zarr.store, mode="r")  # chunks and shards: only zarr tells them apart
    paths = image.load(Multiscales).datasets
    levels = [
        {
            "path": path,
            "shape": data.shape,
            "chunks": group[path].chunks,
            "shards": group[path].shards,
            "dtype": data.dtype.name,
        }
        for path, data in zip(paths, image.data, strict=True)
    ]
    return {
        **ozh_ome.describe(image.zarr.root_attrs, levels, [label.zarr.basename() for label in labels]),
        "ome_zarr": image.zarr.version,
        "axes": [{key: axis.get(key) for key in ("name", "type", "unit")} for axis in image.metadata["axes"]],
    }


def array_paths(store, api):
    image, labels = nodes(store, api)
    below = [("", image), *((f"labels/{label.zarr.basename()}/", label) for label in labels)]
    return [f"{folder}{path}" for folder, node in below for path in node.load(Multiscales).datasets]


def write(group, pixels, image, storage_options, fmt):
    halved = [2 if axis.name in "yx" else 1 for axis in image.axes]
    if image.levels > 1 and image.factor != halved:
        raise Unsupported("a Scaler halves y and x")
    scales = [
        [s * f**level for s, f in zip(image.scale, image.factor, strict=True)]
        for level in range(image.levels)
    ]
    compressor = storage_options.pop("compressors")
    write_image(
        image=pixels,
        group=group,
        name=image.name,
        axes=[{key: value for key, value in vars(axis).items() if value} for axis in image.axes],
        coordinate_transformations=[[{"type": "scale", "scale": scale}] for scale in scales],
        storage_options={**storage_options, "compressor": compressor},
        scaler=Scaler(
            method={"mean": "local_mean", "nearest": "nearest"}[image.method],
            max_layer=image.levels - 1,
        ),
        fmt=fmt,
    )
