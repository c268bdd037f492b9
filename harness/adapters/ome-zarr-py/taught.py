"""ome-zarr-py as the NEUBIAS OME-Zarr training module teaches it.

Reading: `Reader(parse_url(...))`. Writing: `write_image` with `coordinate_transformations` and a `Scaler`.
"""

import ozh_ome
import ozh_zarr3
from ome_zarr import OMEZarrImage
from ome_zarr.io import parse_url
from ome_zarr.reader import Label, Multiscales, Reader
from ome_zarr.scale import Scaler
from ome_zarr.writer import write_image
from ozh_worker import Unsupported
from zarr.storage import StorePath


def nodes(store):
    """Return the image's node and those of its label images."""
    place = ozh_zarr3.store_of(store, read_only=True)
    # Only from a StorePath do groups below keep the store that was given.
    location = parse_url(StorePath(place) if store.kind == "s3" else place)
    if location is None:
        raise FileNotFoundError("parse_url found no image")
    found = list(Reader(location)())
    # Of a label image, the reader also returns the image it belongs to, and first.
    image = next(node for node in found if node.zarr == location)
    return image, [node for node in found if node is not image and node.load(Label)]


def images(store):
    image, _ = nodes(store)
    axes = [axis["name"] for axis in image.metadata["axes"]]
    return [OMEZarrImage(data=data, axes=axes) for data in image.data]


def inspect(store, group):
    image, labels = nodes(store)
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


def array_paths(store):
    image, labels = nodes(store)
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
