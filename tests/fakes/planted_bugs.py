"""A reader and writer made of our own decoder and encoder, right but for one bug: `planted_bugs.py TOOL BUG`.

Bugs of reading, saying and writing stand in the modules beside this one.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

import numpy as np
from planted_bugs_reading import HONEST as HONEST_READER
from planted_bugs_reading import READERS, read_all, select
from planted_bugs_saying import LISTS, OPENED, SAYINGS
from planted_bugs_writing import HONEST as HONEST_WRITER
from planted_bugs_writing import WRITERS, write_image

from harness.conformance.digest import canonical_bytes, v3_name
from harness.datasets.facts import read_image
from harness.datasets.zarr.decode import open_array
from harness.datasets.zarr.tree import FolderTree

tool, bug = sys.argv[1:3]
reader = READERS.get(bug, HONEST_READER)
handles = {}


def hello(request):
    return {
        "protocol": 1, "tool": tool, "version": "1", "language": "Python", "packages": {},
        "operations": list(OPERATIONS), "settings": request["settings"],
    }  # fmt: skip


def tree_of(store):
    return FolderTree(Path(store["path"]))


def open_level(request):
    tree = tree_of({"path": reader.store(request["store"]["path"])})
    return keep(tree, reader.level(read_image(tree), request["level"]).path)


def open_by_path(request):
    return keep(tree_of(request["store"]), request["path"])


def keep(tree, path):
    stored = open_array(tree, path)
    handles["h"] = tree, stored
    return {"handle": "h", "dtype": OPENED.get(bug, stored.dtype), "shape": stored.shape}


def read(request):
    tree, stored = handles["h"]
    region = reader.region(request["region"], stored)
    pixels = np.asarray(reader.pixels(select(read_all(reader, tree, stored), region)))
    raw = bytes(canonical_bytes(pixels))
    if request["save_to"]:
        Path(request["save_to"]).write_bytes(reader.saved(raw))
    digest = reader.digest(hashlib.sha256(raw).hexdigest())
    return {"dtype": v3_name(pixels.dtype), "shape": list(pixels.shape), "sha256": digest}


def inspect(request):
    image = read_image(tree_of(request["store"])).model_dump(mode="json")
    return {"image": SAYINGS[bug](image) if bug in SAYINGS else image}


def list_arrays(request):
    tree = tree_of(request["store"])
    keys = [key for key in tree.keys() if key.endswith((".zarray", "zarr.json"))]  # noqa: SIM118
    arrays = [key.rpartition("/")[0] for key in keys if b'"shape"' in tree.get(key)]
    return {"arrays": LISTS[bug](arrays) if bug in LISTS else arrays}


def write(request):
    given = request["input"]
    pixels = np.fromfile(given["path"], given["dtype"]).reshape(given["shape"])
    write_image(WRITERS.get(bug, HONEST_WRITER), request["image"], pixels, tree_of(request["store"]))
    return {}


OPERATIONS = {
    "hello": hello, "open": open_level, "open_array": open_by_path, "read": read, "inspect": inspect,
    "list": list_arrays, "write": write, "close": lambda _: {}, "bye": lambda _: {},
}  # fmt: skip

for line in sys.stdin.buffer:
    request = json.loads(line)
    operation = OPERATIONS.get(request["operation"])
    body = operation(request) if operation else {"unsupported": "unknown operation"}
    timing = {"wall_ns": 1, "cpu_ns": 1}
    os.write(1, json.dumps({"id": request["id"], "timing": timing, **body}).encode() + b"\n")
    if request["operation"] == "bye":
        break
