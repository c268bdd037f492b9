"""A worker made of our own decoder and encoder, honest unless given a fault: `fake_worker.py TOOL [FAULT]`.

It speaks the protocol by hand, because most faults are faults of speaking.
"""

import fcntl
import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from harness.datasets.facts import read_image
from harness.datasets.ome import group_attributes
from harness.datasets.reduce import reduce
from harness.datasets.zarr.decode import open_array, read_array
from harness.datasets.zarr.encode import encode_array, encode_group
from harness.datasets.zarr.errors import FormatError
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.tree import FolderTree
from harness.scenario.recipe import Recipe

tool, fault = sys.argv[1], (sys.argv[2] if len(sys.argv) > 2 else "")
AS_ASKED = ("chunks", "shards", "codec", "separator", "ome_zarr", "levels", "method")
handles: dict[str, np.ndarray] = {}
reads: list[tuple] = []
settings: dict[str, float] = {}  # burn: the share of its own time that each operation takes besides


def tree_of(store):
    return FolderTree(Path(store["path"]))


def array_answer(array):
    data = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<")))
    body = {"dtype": str(array.dtype), "shape": list(array.shape), "sha256": hashlib.sha256(data).hexdigest()}
    return body, data


def hello(request):
    settings.update(request["settings"])
    if fault == "hang-at-start":
        time.sleep(1000)
    return {
        "protocol": 1,
        "tool": tool,
        "version": "9" if fault == "other-version" else os.environ.get("FAKE_VERSION", "1"),
        "language": "Python",
        "packages": {"fake": "1"},
        "operations": ["null", "inspect", "list", "open", "read", "write", "write_regions"],
        "settings": request["settings"],
    }


def memory():
    """Of one that stands for several versions, what it claims to have used."""
    return (
        {"peak_rss_bytes": (90 if fault == "hoards" else 50) * 2**20} if "FAKE_VERSION" in os.environ else {}
    )


def open_level(request):
    tree = tree_of(request["store"])
    image = read_image(tree)
    array = read_array(tree, open_array(tree, image.levels[request["level"]].path))
    handle = f"h{request['level']}"
    handles[handle] = array
    return {"handle": handle, "dtype": str(array.dtype), "shape": list(array.shape)}


def read(request):
    in_a_run()
    region = tuple(part if isinstance(part, int) else slice(*part) for part in request["region"])
    array = handles[request["handle"]][region]
    reads.append(region)
    if fault == "zeros" or (fault == "zeros-in-step-3" and len(reads) == 3):
        array = np.zeros_like(array)
    if fault == "raises":
        return {"error": {"type": "OSError", "message": "the \x1b[31mdog\x1b[0m ate\nit"}}
    body, data = array_answer(array)
    if request.get("save_to"):
        Path(request["save_to"]).write_bytes(data.tobytes())
    return body


def in_a_run():
    if fault in ("hang-in-run", "late"):
        time.sleep(1000 if fault == "hang-in-run" else 3)
    if fault == "dies-by-signal":
        os.kill(os.getpid(), signal.SIGSEGV)
    if fault == "exits":
        sys.stderr.write("last words\n")
        sys.exit(3)
    if fault == "leaks-memory":
        hoard = []
        while True:
            hoard.append(np.ones(8 * 1024 * 1024, np.uint8))
            time.sleep(0.001)
    if fault == "floods-stderr":
        for _ in range(100):
            os.write(2, b"noise " * 20_000)


def inspect(request):
    return {"image": read_image(tree_of(request["store"])).model_dump(mode="json")}


def list_arrays(request):
    keys = tree_of(request["store"]).keys()
    return {"arrays": sorted({key.rsplit("/", 1)[0] for key in keys if is_array(request, key)})}


def is_array(request, key):
    if key.endswith("/.zarray"):
        return True
    document = Path(request["store"]["path"]) / key
    return key.endswith("/zarr.json") and json.loads(document.read_text())["node_type"] == "array"


def write(request):
    asked, given = request["image"], request["input"]
    pixels = np.fromfile(given["path"], given["dtype"]).reshape(given["shape"])
    names = [axis["name"] for axis in asked["axes"]]
    units = {axis["name"]: axis["unit"] for axis in asked["axes"] if axis["unit"]}
    if fault == "loses-a-unit":
        units.pop(names[-1])
    scale = dict(zip(names, asked["scale"], strict=True))
    if fault == "loses-the-scale":
        scale = {}
    recipe = Recipe.model_validate(
        {
            "name": asked["name"], "source": "ramp", "axes": "".join(names), "shape": given["shape"],
            "dtype": given["dtype"], "units": units, "scale": scale,
            "factor": dict(zip(names, asked["factor"], strict=True)),
            **{key: asked[key] for key in AS_ASKED},
        }
    )  # fmt: skip
    write_image(recipe, pixels, tree_of(request["store"]))
    return {}


def write_regions(request):
    """Change the whole array for each region, one process at a time: what the faulty ones lose is planned."""
    in_a_run()
    given, place = request["input"], Path(request["store"]["path"])
    pixels = np.fromfile(given["path"], given["dtype"]).reshape(given["shape"])
    regions = [tuple(slice(*part) for part in region) for region in request["regions"]]
    if fault == "loses-a-region":
        del regions[-1]
    if fault == "tears-a-region":
        regions[-1] = (slice(regions[-1][0].start, regions[-1][0].start + 1), *regions[-1][1:])
    with (place.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        tree = tree_of(request["store"])
        facts = read_image(tree).levels[request["level"]]
        array = read_array(tree, open_array(tree, facts.path)).copy()
        for region in regions:
            array[region] = pixels[region]
        is_v2 = (place / facts.path / ".zarray").is_file()
        spec = ArraySpec(
            zarr_format=2 if is_v2 else 3, shape=facts.shape, chunks=facts.chunks, shards=facts.shards,
            dtype=facts.dtype, dimension_names=None if is_v2 else tuple("zyx"),
        )  # fmt: skip
        for key, data in encode_array(spec, array, {}):
            tree.put(f"{facts.path}/{key}", data)
    return {}


def write_image(recipe, pixels, tree):
    is_v2 = recipe.ome_zarr == "0.4"
    for path, attributes in group_attributes(recipe).items():
        for key, data in encode_group(2 if is_v2 else 3, attributes):
            tree.put(f"{path}/{key}".lstrip("/"), data)
    for number in range(recipe.levels):
        level = recipe.level_facts(number)
        pixels = pixels if number == 0 else reduce(pixels, recipe.factors, recipe.method)
        spec = ArraySpec(
            zarr_format=2 if is_v2 else 3, shape=level.shape, chunks=recipe.chunks, shards=recipe.shards,
            dtype=recipe.dtype, codec=recipe.codec, separator=recipe.separator,
            dimension_names=None if is_v2 else tuple(recipe.axes),
        )  # fmt: skip
        for key, data in encode_array(spec, pixels, {}):
            tree.put(f"{level.path}/{key}", data)


OPERATIONS = {
    "hello": hello, "null": lambda _: {}, "open": open_level, "read": read, "inspect": inspect,
    "list": list_arrays, "write": write, "write_regions": write_regions,
    "close": lambda _: {}, "bye": lambda _: {},
}  # fmt: skip


def say(body):
    line = json.dumps(body).encode() + b"\n"
    if fault == "garbage" and "sha256" in body:
        line = b"Segmentation fault (core dumped)\n"
    if fault == "long-line" and "sha256" in body:
        line = b"x" * (10 * 1024 * 1024)
    if fault == "wrong-id" and "sha256" in body:
        line = json.dumps({**body, "id": body["id"] + 1}).encode() + b"\n"
    if fault == "prints-to-stdout" and "sha256" in body:
        line = b"Downloading chunk 1 of 3\n" + line
    os.write(1, line) if len(line) < 4096 else sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


for line in sys.stdin.buffer:
    request = json.loads(line)
    begun = time.perf_counter_ns()
    if request["operation"] in OPERATIONS:
        try:
            body = OPERATIONS[request["operation"]](request)
        except (FormatError, IndexError) as problem:
            body = {"error": {"type": type(problem).__name__, "message": str(problem)}}
    else:
        body = {"arrays": []} if fault == "lies-about-capabilities" else {"unsupported": "unknown operation"}
    wall_ns = time.perf_counter_ns() - begun
    if "burn" in settings:
        time.sleep(settings["burn"] * wall_ns / 1e9)
        wall_ns += round(settings["burn"] * wall_ns)
    if fault == "wrong-clock":
        wall_ns += 10**11
    say({"id": request["id"], "timing": {"wall_ns": wall_ns, "cpu_ns": wall_ns, **memory()}, **body})
    if request["operation"] == "bye":
        break
