"""The worker's side of the protocol, for tools driven from Python (3.9 or newer; needs numpy only).

A worker is a few functions and one call:

    from ozh_worker import Opened, Unsupported, serve

    def open_level(store, level):         # -> Opened(anything, shape, dtype)
    def open_array(store, path):          # -> Opened; any array by its path, "" is the store's place itself
    def read(opened, region):             # -> numpy array; region: a tuple of int, slice and list of int
    def downsample(opened, region, factor, method):  # -> numpy array
    def inspect(store):                   # -> dict, the image as the protocol has it
    def list_arrays(store):               # -> paths of arrays
    def write(store, pixels, image):      # pixels: numpy array, loaded before the timer
    def write_regions(store, level, pixels, regions):  # pixels: all of the level; regions: tuples of slices
    def validate(store, scope, kind):     # -> whether it is valid, and what the tool says

    serve("my-tool", packages=["my-tool"], configure=configure, operations={"open": open_level, ...})

`store` and `image` are the request's, with attributes instead of keys (`store.kind`, `image.axes[0].name`).
`image.overwrite` says that an older image may be there, which is to be replaced.
Integers of a region may be negative or outside: hand them on as they are, and let the tool decide.
A function that raises `Unsupported(why)` is answered `unsupported`; any other exception is the tool's error.
`serve` times, digests and answers; what a library prints goes to stderr, and never into an answer.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import logging
import os
import platform
import struct
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

PROTOCOL = 1
MAX_LINE = 1024 * 1024
MAX_WARNINGS = 20
MAX_MESSAGES = 100
MAX_SAID_LENGTH = 500  # of one of them
MAX_MESSAGE_LENGTH = 2000


class Unsupported(Exception):  # noqa: N818 -- an answer, not a failure
    """The tool cannot do what was asked: one sentence of why."""


class Opened(NamedTuple):
    """What `open` returns: what `read` is to be given, and the array's shape and (numpy's) dtype."""

    what: Any
    shape: tuple
    dtype: Any


def serve(
    tool: str,
    *,
    packages: list[str],
    operations: dict[str, Callable],
    configure: Callable[[dict], dict] = dict,
) -> None:
    """Answer requests until `bye` or the end of stdin.

    `packages` are distributions whose versions matter, the tool's own first. `configure` takes the settings
    of `hello`, applies them and returns those in effect.
    """
    requests, answers = _private_pipes()
    worker = _Worker(tool, packages, configure, operations)
    logging.getLogger().addHandler(worker.heard)
    for line in requests:
        request = json.loads(line)
        answers.write(_encode({"id": request["id"], **worker.answer(request)}))
        answers.flush()
        if request["operation"] == "bye":
            return


class _Worker:
    def __init__(self, tool, packages, configure, operations):
        self.tool = tool
        self.packages = packages
        self.configure = configure
        self.operations = {"null": lambda: None, **operations}
        self.steps = {
            "null": self._null,
            "open": self._open,
            "open_array": self._open_array,
            "read": self._read,
            "downsample": self._downsample,
            "list": self._list,
            "inspect": self._inspect,
            "write": self._write,
            "write_regions": self._write_regions,
            "validate": self._validate,
        }
        self.heard = _Heard(logging.WARNING)
        self.opened = {}  # handle -> Opened
        self.number_of_handles = 0

    def answer(self, request):
        """Return the answer to a request, whatever happens; warnings are part of it."""
        self.heard.messages.clear()
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("default")
            try:
                body = self._do(request)
            except Unsupported as why:
                body = {"unsupported": str(why)}
            except (Exception, SystemExit) as problem:  # whatever a tool raises is its answer
                traceback.print_exc()
                message = str(problem) or repr(problem)
                body = {"error": {"type": type(problem).__name__, "message": message[:MAX_MESSAGE_LENGTH]}}
        said = [f"{one.category.__name__}: {one.message}" for one in warned] + self.heard.messages
        return {**body, "warnings": _brief(said)[:MAX_WARNINGS]}

    def _do(self, request):
        name = request["operation"]
        if name == "bye":
            return {}
        if name == "hello":
            return self._hello(request["settings"])
        if name == "close":
            self._held(request)
            del self.opened[request["handle"]]
            return {}
        if name not in self.operations:
            raise Unsupported("unknown operation")
        return self.steps[name](self.operations[name], request)

    def _held(self, request):
        if request["handle"] not in self.opened:
            raise KeyError(f"no array is open under the handle {request['handle']}")
        return self.opened[request["handle"]].what

    def _hello(self, settings):
        return {
            "protocol": PROTOCOL,
            "tool": self.tool,
            "version": importlib.metadata.version(self.packages[0]),
            "language": f"Python {platform.python_version()}",
            "packages": {name: importlib.metadata.version(name) for name in self.packages},
            "operations": list(self.operations),
            "settings": {**_burn(settings), **self.configure(settings)},
        }

    def _null(self, operation, _request):
        _, timing = _timed(operation)
        return {"timing": timing}

    def _open(self, operation, request):
        return self._keep(*_timed(operation, _names(request["store"]), request["level"]))

    def _open_array(self, operation, request):
        return self._keep(*_timed(operation, _names(request["store"]), request["path"]))

    def _keep(self, opened, timing):
        self.number_of_handles += 1
        handle = f"h{self.number_of_handles}"
        self.opened[handle] = opened
        return {
            "timing": timing,
            "handle": handle,
            "shape": [int(length) for length in opened.shape],
            "dtype": dtype_name(opened.dtype),
        }

    def _read(self, operation, request):
        pixels, timing = _timed(operation, self._held(request), _index(request["region"]))
        return {"timing": timing, **_digest(pixels, request.get("save_to"))}

    def _downsample(self, operation, request):
        how = (_index(request["region"]), tuple(request["factor"]), request["method"])
        pixels, timing = _timed(operation, self._held(request), *how)
        return {"timing": timing, **_digest(pixels, request.get("save_to"))}

    def _list(self, operation, request):
        paths, timing = _timed(operation, _names(request["store"]))
        return {"timing": timing, "arrays": sorted(paths)}

    def _inspect(self, operation, request):
        image, timing = _timed(operation, _names(request["store"]))
        return {"timing": timing, "image": image}

    def _write(self, operation, request):
        pixels = _given(request["input"])
        image = _names({**request["image"], "overwrite": request.get("overwrite", False)})
        _, timing = _timed(operation, _names(request["store"]), pixels, image)
        return {"timing": timing}

    def _write_regions(self, operation, request):
        pixels, regions = _given(request["input"]), [_index(region) for region in request["regions"]]
        _, timing = _timed(operation, _names(request["store"]), request["level"], pixels, regions)
        return {"timing": timing}

    def _validate(self, operation, request):
        asked = (_names(request["store"]), request["scope"], request["kind"])
        (valid, messages), timing = _timed(operation, *asked)
        return {"timing": timing, "valid": bool(valid), "messages": _brief(messages)[:MAX_MESSAGES]}


class _Heard(logging.Handler):
    """Keeps what libraries log, to be answered as warnings."""

    def __init__(self, level):
        super().__init__(level)
        self.messages = []

    def emit(self, record):
        self.messages.append(f"{record.levelname}: {record.getMessage()}")


def _given(raw):
    """Return the pixels that a request hands over as a raw file."""
    dtype = np.dtype(raw["dtype"]).newbyteorder("<")
    return np.fromfile(raw["path"], dtype=dtype).reshape(raw["shape"]).astype(raw["dtype"])


def dtype_name(dtype) -> str:
    """Return the name that the protocol gives to a numpy dtype, whatever its byte order."""
    dtype = np.dtype(dtype)
    if dtype.kind in "OUT":
        return "string"
    if dtype.names is not None:
        return "struct"
    if dtype.kind == "V":
        return f"r{dtype.itemsize * 8}"
    return dtype.name if dtype.kind in "biufc" else str(dtype.newbyteorder("="))


def canonical_bytes(pixels):
    """Return little-endian C-order bytes: structs packed, each text as UTF-8 after its uint32 length."""
    pixels = np.asarray(pixels)
    if pixels.dtype.kind in "OUT":
        return b"".join(map(_prefixed, pixels.ravel()))
    packed = np.ascontiguousarray(pixels.astype(_packed_little_endian(pixels.dtype), copy=False))
    return packed.reshape(-1).view(np.uint8).data


def _prefixed(text):
    if isinstance(text, bytes):
        raise TypeError("cannot answer with bytes of varying length")
    encoded = str(text).encode()
    return struct.pack("<I", len(encoded)) + encoded


def _packed_little_endian(dtype):
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return np.dtype((_packed_little_endian(base), shape))
    if dtype.names is not None:
        return np.dtype([(name, _packed_little_endian(dtype[name])) for name in dtype.names])
    return dtype.newbyteorder("<")


def _timed(operation, *arguments):
    """Run the operation; return what it returned, and the timing of it alone."""
    _PEAK.reset()
    cpu = time.process_time_ns()
    wall = time.perf_counter_ns()
    result = operation(*arguments)
    if _BURNED:
        until = time.perf_counter_ns() + round(_BURNED[0] * (time.perf_counter_ns() - wall))
        while time.perf_counter_ns() < until:
            pass
    wall = time.perf_counter_ns() - wall
    cpu = time.process_time_ns() - cpu
    return result, {"wall_ns": wall, "cpu_ns": cpu, "peak_rss_bytes": _PEAK.bytes()}


_BURNED = []  # the share of its own time that each operation burns besides, if any


def _burn(settings):
    """Take the setting `burn` for ourselves: a known slow-down, for trying whether it is found."""
    _BURNED[:] = [settings.pop("burn")] if "burn" in settings else []
    return {"burn": _BURNED[0]} if _BURNED else {}


class _PeakMemory:
    """The kernel's VmHWM, by files held open: opening them each time would move the heap of the tool."""

    def __init__(self):
        try:
            self.clear_refs = os.open("/proc/self/clear_refs", os.O_WRONLY)
            self.status = os.open("/proc/self/status", os.O_RDONLY)
        except OSError:  # not Linux, or forbidden here: the peak is then not known
            self.clear_refs = None

    def reset(self):
        if self.clear_refs is not None:
            os.write(self.clear_refs, b"5")

    def bytes(self):
        if self.clear_refs is None:
            return None
        text = os.pread(self.status, 8192, 0)
        return int(text.partition(b"VmHWM:")[2].split(maxsplit=1)[0]) * 1024


_PEAK = _PeakMemory()


def _digest(pixels, save_to):
    """Return dtype, shape and SHA-256 over the canonical bytes; also save those, if asked."""
    if isinstance(pixels, str):  # what numpy gives for the element of an array of objects
        pixels = np.array(pixels, object)
    if not isinstance(pixels, (np.ndarray, np.generic)):
        raise TypeError(f"the worker returned a {type(pixels).__name__}, not a numpy array in memory")
    raw = canonical_bytes(pixels)
    if save_to:
        Path(save_to).write_bytes(raw)
    shape = list(pixels.shape)
    return {"dtype": dtype_name(pixels.dtype), "shape": shape, "sha256": hashlib.sha256(raw).hexdigest()}


def _index(region):
    """Return the region as a numpy index: an integer drops its axis, a list picks along it."""
    return tuple(map(_part, region))


def _part(part):
    if isinstance(part, int):
        return part
    return part["pick"] if isinstance(part, dict) else slice(*part)


def _brief(said):
    """Return what was said, once each, on a line of bounded length."""
    return list(dict.fromkeys(" ".join(one.split())[:MAX_SAID_LENGTH] for one in said))


def _names(value):
    """Return JSON with attributes instead of keys."""
    if isinstance(value, dict):
        return SimpleNamespace(**{key: _names(part) for key, part in value.items()})
    if isinstance(value, list):
        return [_names(part) for part in value]
    return value


def _encode(answer) -> bytes:
    line = json.dumps(answer, default=str).encode() + b"\n"
    if len(line) > MAX_LINE:
        message = f"the answer has {len(line)} bytes, allowed are {MAX_LINE}"
        problem = {"type": "AnswerTooLong", "message": message}
        line = json.dumps({"id": answer["id"], "error": problem}).encode() + b"\n"
    return line


def _private_pipes():
    """Return stdin and stdout for us alone: what others print goes to stderr, what they read is empty."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout.flush()
    os.dup2(2, 1)
    return requests, answers
