"""A reader over HTTP, made of our own decoder, that does one thing when its store fails: `... TOOL CLASS`."""

import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.datasets.zarr.decode import open_array, read_array

tool, planted = sys.argv[1:3]
handles = {}


class StoreError(Exception):
    """The store failed."""


@dataclass(frozen=True)
class WebTree:
    url: str

    def get(self, key):
        for _ in range(6 if planted == "right" else 1):
            try:
                with urllib.request.urlopen(f"{self.url}/{key}", timeout=60) as response:
                    return response.read()
            except urllib.error.HTTPError as problem:
                said = f"{key}: HTTP {problem.code}"
                problem.close()
                if problem.code == 404:
                    return None
            except OSError as problem:
                said = f"{key}: {problem}"
        return self.fails(said)

    def fails(self, said):
        if planted == "fill":
            return None
        if planted == "wrong":
            return self.get("0/0/0/0")  # the pixels of another chunk
        if planted == "stuck":
            time.sleep(1000)
        if planted == "crashed":
            os.abort()
        raise StoreError(said)


def open_level(request):
    tree = WebTree(request["store"]["url"])
    stored = open_array(tree, str(request["level"]))
    handles["h"] = tree, stored
    return {"handle": "h", "dtype": stored.dtype, "shape": stored.shape}


def read(request):
    tree, stored = handles["h"]
    region = tuple(part if isinstance(part, int) else slice(*part) for part in request["region"])
    pixels = np.ascontiguousarray(read_array(tree, stored)[region])
    if request.get("save_to"):
        Path(request["save_to"]).write_bytes(pixels.tobytes())
    digest = hashlib.sha256(pixels).hexdigest()
    return {"dtype": str(pixels.dtype), "shape": list(pixels.shape), "sha256": digest}


def hello(request):
    return {
        "protocol": 1, "tool": tool, "version": "1", "language": "Python", "packages": {},
        "operations": list(OPERATIONS), "settings": request["settings"],
    }  # fmt: skip


OPERATIONS = {"hello": hello, "open": open_level, "read": read, "close": lambda _: {}, "bye": lambda _: {}}

for line in sys.stdin.buffer:
    request = json.loads(line)
    try:
        operation = OPERATIONS.get(request["operation"])
        body = operation(request) if operation else {"unsupported": "unknown operation"}
    except StoreError as problem:
        body = {"error": {"type": "StoreError", "message": str(problem)}}
    timing = {"wall_ns": 1, "cpu_ns": 1}
    os.write(1, json.dumps({"id": request["id"], "timing": timing, **body}).encode() + b"\n")
    if request["operation"] == "bye":
        break
