"""Bugs of writers: each is one step of an honest writer that is done wrong."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from harness.datasets.ome import group_attributes
from harness.datasets.reduce import reduce
from harness.datasets.zarr.encode import encode_array, encode_group
from harness.datasets.zarr.spec import ArraySpec
from harness.scenario.recipe import Recipe

AS_ASKED = ("chunks", "shards", "codec", "separator", "ome_zarr", "levels", "method")


@dataclass(frozen=True)
class Writer:
    """The steps of writing, each right by default."""

    asked: Callable[[dict], dict] = lambda asked: asked
    pixels: Callable[[np.ndarray], np.ndarray] = lambda pixels: pixels
    reduced: Callable[[np.ndarray, Recipe], np.ndarray] = lambda pixels, recipe: reduce(
        pixels, recipe.factors, recipe.method
    )
    levels: Callable[[list], list] = lambda levels: levels
    attributes: Callable[[dict], dict] = lambda attributes: attributes
    document: Callable[[dict], dict] = lambda document: document  # of an array
    chunk: Callable[[str, bytes], bytes | None] = lambda _, data: data  # None: it is not written
    key: Callable[[str], str] = lambda key: key


HONEST = Writer()


def write_image(writer, asked, pixels, tree):
    """Write all levels, and the group above them."""
    recipe = recipe_of(writer.asked(asked), pixels)
    pixels = writer.pixels(pixels)
    form = 2 if recipe.ome_zarr == "0.4" else 3
    (attributes,) = group_attributes(recipe).values()
    for key, data in encode_group(form, writer.attributes(attributes)):
        tree.put(key, data)
    levels = [pixels]
    while len(levels) < recipe.levels:
        levels.append(writer.reduced(levels[-1], recipe))
    for number, level in enumerate(writer.levels(levels)):
        spec = ArraySpec(
            zarr_format=form, shape=level.shape, chunks=recipe.chunks, shards=recipe.shards,
            dtype=str(level.dtype), codec=recipe.codec, separator=recipe.separator,
            dimension_names=None if form == 2 else tuple(recipe.axes),
        )  # fmt: skip
        for key, data in encode_array(spec, level, {}):
            if key in (".zarray", "zarr.json"):
                tree.put(f"{number}/{key}", json.dumps(writer.document(json.loads(data))).encode())
            elif (kept := writer.chunk(f"{number}/{key}", data)) is not None:
                tree.put(f"{number}/{writer.key(key)}", kept)


def recipe_of(asked, pixels):
    names = [axis["name"] for axis in asked["axes"]]
    return Recipe.model_validate(
        {
            "name": asked["name"], "source": "ramp", "axes": "".join(names), "shape": pixels.shape,
            "dtype": str(pixels.dtype), "scale": dict(zip(names, asked["scale"], strict=True)),
            "units": {axis["name"]: axis["unit"] for axis in asked["axes"] if axis["unit"]},
            "factor": dict(zip(names, asked["factor"], strict=True)),
            **{key: asked[key] for key in AS_ASKED},
        }
    )  # fmt: skip


def but(**changes):
    return lambda asked: {**asked, **changes}


def in_multiscale(change):
    def changed(attributes):
        content = attributes.get("ome", attributes)
        change(content["multiscales"][0])
        return attributes

    return changed


def set_scale(level, scale):
    def change(multiscale):
        multiscale["datasets"][level]["coordinateTransformations"][0]["scale"] = scale

    return in_multiscale(change)


def add_translation(level, translation):
    def change(multiscale):
        one = {"type": "translation", "translation": translation}
        multiscale["datasets"][level]["coordinateTransformations"].append(one)

    return in_multiscale(change)


def lose_a_unit(asked):
    return {**asked, "axes": [*asked["axes"][:-1], {**asked["axes"][-1], "unit": None}]}


def half_an_element_later(pixels, recipe):
    """Average blocks that begin one element too late; the last block is averaged over what is left."""
    return reduce(np.roll(pixels, (-1, -1), axis=(-2, -1)), recipe.factors, recipe.method)


def without_the_end(key, data):
    """Cut the chunks at the edge of x off where the image ends; they are stored without compression."""
    return data[: len(data) * 14 // 16] if key.endswith("/2") else data


WRITERS = {
    "unit-lost-on-disk": Writer(asked=lose_a_unit),
    "wrong-scale-of-level-2": Writer(attributes=set_scale(2, [2.0, 1.0, 1.0])),
    "no-scale": Writer(asked=lambda asked: {**asked, "scale": [1.0] * len(asked["scale"])}),
    "translation-by-an-element": Writer(attributes=add_translation(0, [0.0, 0.5, 0.5])),
    "half-an-element-later": Writer(reduced=half_an_element_later),
    "levels-reversed": Writer(levels=lambda levels: levels[::-1]),
    "levels-unequal-in-order": Writer(levels=lambda levels: [levels[0], levels[2], levels[1]]),
    "level-not-written": Writer(asked=but(levels=2)),
    "level-empty": Writer(levels=lambda levels: [*levels[:-1], np.zeros_like(levels[-1])]),
    "strides-for-means": Writer(reduced=lambda pixels, recipe: reduce(pixels, recipe.factors, "nearest")),
    "level-0-again": Writer(levels=lambda levels: [levels[0]] * len(levels)),
    "other-chunks": Writer(asked=but(chunks=[1, 16, 32])),
    "no-shards": Writer(asked=but(shards=None)),
    "other-codec": Writer(asked=but(codec={"name": "gzip"})),
    "other-level-of-the-codec": Writer(asked=but(codec={"name": "blosc", "level": 1})),
    "separator-ignored": Writer(asked=but(separator=".")),
    "keys-unlike-the-separator": Writer(key=lambda key: key.replace("/", ".")),
    "last-chunks-lost": Writer(chunk=lambda key, data: None if key.startswith("0/5/") else data),
    "edge-cut-off": Writer(chunk=without_the_end),
    "widened-on-disk": Writer(pixels=lambda pixels: pixels.astype("float64")),
    "other-byte-order-declared": Writer(document=lambda document: {**document, "dtype": ">u2"}),
    "transposed-on-disk": Writer(pixels=lambda pixels: np.ascontiguousarray(pixels.swapaxes(-1, -2))),
    "zeros-on-disk": Writer(pixels=np.zeros_like),
    "schema-broken": Writer(attributes=lambda all_: {**all_, "omero": {"channels": [{"label": "DNA"}]}}),
    "newer-version": Writer(asked=but(ome_zarr="0.5")),
    "nothing-written": Writer(attributes=lambda _: {}),
    "other-dimension-names": Writer(
        document=lambda document: {**document, "dimension_names": document["dimension_names"][::-1]}
    ),
    "other-fill-value": Writer(document=lambda document: {**document, "fill_value": 9}),
}  # fmt: skip
