"""The worker-side shim for JavaScript, driven as a process of its own over pipes."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from harness.scenario.image import Image
from harness.tools.process import bare_environment
from harness.tools.registry import SDK

WORKER = Path(__file__).parent / "tiny_worker.mjs"
WHOLE = [[0, 2, 1], [0, 3, 1]]
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")


class Tiny:
    """The worker, asked by plain JSON, in the environment that workers get."""

    def __init__(self, folder: Path) -> None:
        packages = folder / "node_modules"
        shutil.copytree(SDK / "javascript", packages / "ozh_worker")
        for name, version in (("tiny", "1.2.3"), ("@scope/other", "4.5.6")):
            (packages / name).mkdir(parents=True)
            (packages / name / "package.json").write_text(json.dumps({"version": version}))
        shutil.copy(WORKER, folder)
        self.process = subprocess.Popen(
            [str(NODE), str(folder / WORKER.name)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=bare_environment(str(NODE), folder),
        )
        self.number = 0

    def ask(self, operation: str, **fields: object) -> dict:
        self.number += 1
        line = json.dumps({"id": self.number, "operation": operation, **fields}) + "\n"
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["id"] == self.number
        return answer

    def open(self, name: str) -> str:
        return self.ask("open", store=place(name), level=0)["handle"]

    def error(self, name: str) -> dict:
        return self.ask("open", store=place(name), level=0)["error"]


def place(path: object) -> dict:
    return {"kind": "file", "path": str(path)}


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def texts(*words: str) -> bytes:
    return b"".join(len(word.encode()).to_bytes(4, "little") + word.encode() for word in words)


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Tiny]:
    (tmp_path / "env").mkdir()
    worker = Tiny(tmp_path / "env")
    yield worker
    worker.process.stdin.close()
    assert worker.process.wait(20) == 0
    worker.process.stdout.close()


def test_hello_tells_versions_operations_and_the_settings_in_effect(tiny: Tiny) -> None:
    answer = tiny.ask("hello", protocol=1, configuration="tuned", settings={"threads": 3})

    version = subprocess.check_output([str(NODE), "--version"], text=True).strip().removeprefix("v")
    assert (answer["protocol"], answer["tool"], answer["version"]) == (1, "tiny", "1.2.3")
    assert answer["language"] == f"Node {version}"
    assert answer["packages"] == {"tiny": "1.2.3", "@scope/other": "4.5.6"}
    assert answer["operations"][:4] == ["null", "open", "open_array", "read"]
    assert answer["settings"] == {"answer": 42, "threads": 3}


def test_null_is_timed_and_peak_memory_is_known_where_there_is_proc(tiny: Tiny) -> None:
    timing = tiny.ask("null")["timing"]

    assert timing["wall_ns"] > 0
    assert timing["cpu_ns"] >= 0
    assert (timing["peak_rss_bytes"] is None) == (not os.access("/proc/self/clear_refs", os.W_OK))


@pytest.mark.parametrize("operation", ["probe-5f3a", "constructor", "hello2", ""])
def test_an_unknown_operation_is_unsupported(tiny: Tiny, operation: str) -> None:
    assert tiny.ask(operation)["unsupported"] == "unknown operation"


@pytest.mark.parametrize(
    ("name", "dtype", "raw"),
    [
        ("bool", "bool", bytes([1, 0, 1, 0, 0, 1])),
        ("float", "float32", np.array([0.5, -0.0, np.nan, np.inf, 1e-45, 3.25], dtype="<f4").tobytes()),
        ("big", "int64", np.array([0, -1, 2**62, 3, 4, 5], dtype="<i8").tobytes()),
        ("f-order", "int32", np.arange(6, dtype="<i4").tobytes()),
        ("larger buffer", "int16", np.arange(6, dtype="<i2").tobytes()),
        ("text", "string", texts("a", "", "\U0001f52c", "é", "bc", "z")),
    ],
)
def test_the_digest_is_over_little_endian_c_order_bytes(
    tiny: Tiny, tmp_path: Path, name: str, dtype: str, raw: bytes
) -> None:
    opened = tiny.ask("open", store=place(name), level=0)
    saved = tmp_path / "pixels"

    answer = tiny.ask("read", handle=opened["handle"], region=WHOLE, save_to=str(saved))

    assert (opened["shape"], opened["dtype"]) == ([2, 3], dtype)
    assert (answer["shape"], answer["dtype"], answer["sha256"]) == ([2, 3], dtype, sha256(raw))
    assert saved.read_bytes() == raw


@pytest.mark.parametrize(
    ("which", "dtype", "raw"),
    [(0, "uint16", b"\7\0"), (1, "string", texts("é")), (2, "uint64", (2**63).to_bytes(8, "little"))],
)
def test_a_single_element_has_no_axes(tiny: Tiny, which: int, dtype: str, raw: bytes) -> None:
    answer = tiny.ask("read", handle=tiny.open("bool"), region=[which, 0], save_to=None)

    assert (answer["shape"], answer["dtype"], answer["sha256"]) == ([], dtype, sha256(raw))


def test_an_array_is_opened_by_its_path(tiny: Tiny) -> None:
    by_path = tiny.ask("open_array", store=place("anything"), path="f-order")
    itself = tiny.ask("open_array", store=place("empty"), path="")

    assert (by_path["shape"], by_path["dtype"]) == ([2, 3], "int32")
    assert tiny.ask("read", handle=itself["handle"], region=WHOLE)["sha256"] == sha256(b"")


@pytest.mark.parametrize(
    ("name", "method", "raw"),
    [
        ("f-order", "mean", np.array([2], "<i4").tobytes()),  # of 0, 1, 3 and 4
        ("f-order", "nearest", np.array([0], "<i4").tobytes()),
        ("big", "nearest", np.array([0], "<i8").tobytes()),
    ],
)
def test_blocks_are_reduced_and_what_is_left_is_cut_off(
    tiny: Tiny, name: str, method: str, raw: bytes
) -> None:
    asked = {"region": WHOLE, "factor": [2, 2], "method": method}

    answer = tiny.ask("downsample", handle=tiny.open(name), **asked)

    assert (answer["shape"], answer["sha256"]) == ([1, 1], sha256(raw))


def test_something_else_among_strings_is_an_error(tiny: Tiny) -> None:
    error = tiny.ask("read", handle=tiny.open("mixed"), region=[[0, 2, 1]])["error"]

    assert error == {"type": "TypeError", "message": "cannot answer with a number among strings"}


def test_an_exception_is_an_error_with_its_causes_and_a_bounded_message(tiny: Tiny) -> None:
    assert tiny.error("missing") == {"type": "RangeError", "message": "x" * 2000}
    assert tiny.error("causes") == {"type": "Error", "message": "fetch failed: Error: refused"}
    assert tiny.error("number") == {"type": "number", "message": "5246328"}


def test_unsupported_is_answered_with_its_reason(tiny: Tiny) -> None:
    assert tiny.ask("open", store=place("unsupported"), level=0)["unsupported"] == "not this one"


def test_a_closed_handle_cannot_be_read(tiny: Tiny) -> None:
    handle = tiny.open("bool")
    tiny.ask("close", handle=handle)

    assert "no array is open" in tiny.ask("read", handle=handle, region=WHOLE)["error"]["message"]


def test_what_a_library_prints_does_no_harm_and_an_image_is_described(tiny: Tiny) -> None:
    answer = tiny.ask("inspect", store=place("any"))

    image = Image.model_validate(answer["image"])
    assert (image.ome_zarr, image.axes[0].name, image.levels[0].shape) == ("0.4", "x", (4,))
    assert (image.labels, image.channels, image.levels[0].scale) == (("cells",), (), None)


def test_warnings_are_kept_bounded_and_belong_to_one_answer(tiny: Tiny) -> None:
    warned = tiny.ask("inspect", store=place("any"))["warnings"]

    assert len(warned) == 20
    assert max(map(len, warned)) == 500
    assert warned[0].startswith("console.warn: 0 zzz")
    assert tiny.ask("list", store=place("warned"))["warnings"] == ["FutureWarning: do not do this"]
    assert tiny.ask("null")["warnings"] == []


def test_a_list_is_sorted_and_too_long_an_answer_becomes_an_error(tiny: Tiny) -> None:
    assert tiny.ask("list", store=place("short"))["arrays"] == ["0", "1"]
    assert tiny.ask("list", store=place("long"))["error"]["type"] == "AnswerTooLong"


def test_validate_answers_each_message_once(tiny: Tiny) -> None:
    answer = tiny.ask("validate", store=place("any"), scope="hierarchy", kind="plate")

    assert (answer["valid"], answer["messages"]) == (False, ["hierarchy of plate"])


def test_write_is_given_the_pixels_and_the_attributes_are_those_asked_for(tiny: Tiny, tmp_path: Path) -> None:
    np.arange(6, dtype="<u2").tofile(tmp_path / "raw")
    given = {"path": str(tmp_path / "raw"), "dtype": "uint16", "shape": [2, 3]}
    axes = [{"name": "y", "type": "space", "unit": None}, {"name": "x", "type": "space", "unit": "meter"}]
    image = {"ome_zarr": "0.5", "name": "n", "axes": axes, "scale": [1, 0.5], "factor": [1, 2]}

    answer = tiny.ask("write", store=place(tmp_path / "out"), input=given, image=image, overwrite=True)

    assert answer["timing"]["wall_ns"] > 0
    data, shape, dtype, overwrite, attributes = json.loads((tmp_path / "out").read_text(encoding="utf-8"))
    assert (data, shape, dtype, overwrite) == ([0, 1, 2, 3, 4, 5], [2, 3], "uint16", True)
    (multiscale,) = attributes["ome"]["multiscales"]
    assert multiscale["axes"][0] == {"name": "y", "type": "space"}
    second = multiscale["datasets"][1]
    assert second == {"path": "1", "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]}


def test_bye_is_answered_and_ends_it(tiny: Tiny) -> None:
    assert "error" not in tiny.ask("bye")
    assert tiny.process.wait(20) == 0
