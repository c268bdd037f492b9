"""OME-Zarr's JSON for tools that know Zarr only: what their users read and write by hand.

Tools with a notion of OME-Zarr of their own have no use for this. Attributes are those of the image's group,
as the tool returned them: 0.4 keeps its metadata there directly, 0.5 under `ome`.
"""

from __future__ import annotations

import operator


def level_paths(attributes: dict) -> list:
    """Return the paths of the levels, largest first."""
    return [dataset["path"] for dataset in _multiscale(attributes)["datasets"]]


def label_names(attributes: dict) -> list:
    """Return the paths of the label images, from the attributes of the group `labels`."""
    return list(attributes.get("ome", attributes).get("labels", []))


def describe(attributes: dict, levels: list, labels: list) -> dict:
    """Return the protocol's image. `levels` holds path, shape, chunks, shards and dtype of each level."""
    ome = attributes.get("ome", attributes)
    multiscale = _multiscale(attributes)
    shared = multiscale.get("coordinateTransformations", [])  # of all levels, after each level's own
    return {
        "ome_zarr": ome.get("version") or multiscale.get("version"),
        "name": multiscale.get("name"),
        "axes": [{key: axis.get(key) for key in ("name", "type", "unit")} for axis in multiscale["axes"]],
        "levels": [
            {**level, **_transforms(dataset.get("coordinateTransformations", []) + shared)}
            for level, dataset in zip(levels, multiscale["datasets"])  # noqa: B905
        ],
        "channels": [_channel(channel) for channel in ome.get("omero", {}).get("channels", [])],
        "labels": labels,
    }


def attributes_of(image, paths: list) -> dict:
    """Return the attributes of the group of an image that was asked for, with levels at these paths."""
    scales = [
        [s * f**level for s, f in zip(image.scale, image.factor)]  # noqa: B905 -- Python 3.9 has no `strict`
        for level in range(len(paths))
    ]
    multiscale = {
        "name": image.name,
        "axes": [
            {key: value for key, value in vars(axis).items() if value is not None} for axis in image.axes
        ],
        "datasets": [
            {"path": path, "coordinateTransformations": [{"type": "scale", "scale": scales[level]}]}
            for level, path in enumerate(paths)
        ],
    }
    if image.ome_zarr == "0.4":
        return {"multiscales": [{"version": "0.4", **multiscale}]}
    return {"ome": {"version": "0.5", "multiscales": [multiscale]}}


def _multiscale(attributes: dict) -> dict:
    return attributes.get("ome", attributes)["multiscales"][0]


def _transforms(transformations: list) -> dict:
    """Return one scale and one translation that do what all of these do one after the other."""
    scale = translation = None
    for one in transformations:
        values = one.get(one["type"])
        if one["type"] == "scale" and values:
            scale = _each(operator.mul, scale, values)
            translation = translation and _each(operator.mul, translation, values)
        if one["type"] == "translation" and values:
            translation = _each(operator.add, translation, values)
    return {"scale": scale, "translation": translation}


def _each(combine, before, values: list) -> list:
    return list(values) if before is None else [combine(*pair) for pair in zip(before, values)]  # noqa: B905


def _channel(channel: dict) -> dict:
    window = channel.get("window") or {}
    limits = {key: window.get(key) for key in ("start", "end", "min", "max")}
    return {
        "label": channel.get("label"),
        "color": channel.get("color"),
        "active": channel.get("active"),
        "window": None if None in limits.values() else limits,
    }
