"""Bugs of saying what the metadata say: each changes one fact of an image, or of a list of arrays."""


def in_level(number, **changes):
    def change(image):
        image["levels"][number] |= changes
        return image

    return change


def in_axis(number, **changes):
    def change(image):
        image["axes"][number] |= changes
        return image

    return change


def exchange_colours(image):
    first, second = image["channels"]
    first["color"], second["color"] = second["color"], first["color"]
    return image


SAYINGS = {
    "unit-lost": in_axis(-1, unit=None),
    "unit-as-a-symbol": in_axis(-1, unit="um"),
    "axis-type-lost": in_axis(0, type=None),
    "scale-of-level-0": in_level(1, scale=[2.0, 0.5, 0.5]),
    "translation-invented": in_level(1, translation=[0.0, 0.25, 0.25]),
    "axes-reversed": lambda image: {**image, "axes": image["axes"][::-1]},
    "colours-exchanged": exchange_colours,
    "labels-lost": lambda image: {**image, "labels": []},
    "version-of-zarr": lambda image: {**image, "ome_zarr": "3"},
    "level-lost": lambda image: {**image, "levels": image["levels"][:-1]},
    "shards-for-chunks": lambda image: {
        **image, "levels": [{**one, "chunks": one["shards"], "shards": None} for one in image["levels"]]
    },
    "shape-reversed": lambda image: {
        **image, "levels": [{**one, "shape": one["shape"][::-1]} for one in image["levels"]]
    },
}  # fmt: skip

LISTS = {
    "labels-not-listed": lambda arrays: [path for path in arrays if not path.startswith("labels/")],
    "groups-listed": lambda arrays: [*arrays, "labels/cells"],
}

OPENED = {"dtype-without-sign": "int16"}
