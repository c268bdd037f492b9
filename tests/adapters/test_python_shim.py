"""The worker-side shim, driven as a process of its own over pipes."""

import hashlib
import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from harness.tools.registry import SDK

WORKER = Path(__file__).parent / "tiny_worker.py"
WHOLE = [[0, 2, 1], [0, 3, 1]]


class Tiny:
    """The worker, asked by plain JSON."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(SDK / "python")},
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


def place(path: object) -> dict:
    return {"kind": "file", "path": str(path)}


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


@pytest.fixture
def tiny() -> Iterator[Tiny]:
    worker = Tiny()
    yield worker
    worker.process.stdin.close()
    assert worker.process.wait(10) == 0
    worker.process.stdout.close()


def test_hello_tells_versions_operations_and_the_settings_in_effect(tiny: Tiny) -> None:
    answer = tiny.ask("hello", protocol=1, configuration="tuned", settings={"threads": 3})

    assert (answer["protocol"], answer["tool"], answer["version"]) == (1, "tiny", np.__version__)
    assert answer["language"] == f"Python {sys.version.split()[0]}"
    assert answer["packages"] == {"numpy": np.__version__}
    assert answer["operations"] == [
        *("null", "open", "open_array", "read", "downsample", "inspect", "list"),
        *("write", "write_regions", "validate"),
    ]
    assert answer["settings"] == {"answer": 42, "threads": 3}


def test_null_is_timed_and_peak_memory_is_known_where_there_is_proc(tiny: Tiny) -> None:
    timing = tiny.ask("null")["timing"]

    assert timing["wall_ns"] >= 0
    assert timing["cpu_ns"] >= 0
    assert (timing["peak_rss_bytes"] is None) == (not os.access("/proc/self/clear_refs", os.W_OK))


@pytest.mark.parametrize("operation", ["probe-5f3a", "steps", "_hello", ""])
def test_an_unknown_operation_is_unsupported(tiny: Tiny, operation: str) -> None:
    assert tiny.ask(operation)["unsupported"] == "unknown operation"


@pytest.mark.parametrize(
    ("name", "dtype", "raw"),
    [
        ("bool", "bool", bytes([1, 0, 1, 0, 0, 1])),
        (
            "float",
            "float32",
            np.array([0.5, -0.0, np.nan, np.inf, 1e-45, 3.25], dtype="<f4").tobytes(),
        ),
        ("big-endian", "uint16", np.arange(6, dtype="<u2").tobytes()),
        ("f-order", "int64", np.arange(6, dtype="<i8").tobytes()),
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


def test_an_integer_in_a_region_drops_its_axis(tiny: Tiny) -> None:
    handle = tiny.open("f-order")

    row = tiny.ask("read", handle=handle, region=[1, [0, 3, 2]], save_to=None)
    element = tiny.ask("read", handle=handle, region=[1, 2], save_to=None)

    assert (row["shape"], row["sha256"]) == ([2], sha256(np.array([3, 5], dtype="<i8").tobytes()))
    assert (element["shape"], element["sha256"]) == ([], sha256(np.array(5, dtype="<i8").tobytes()))


def test_an_array_without_elements_has_a_digest(tiny: Tiny) -> None:
    answer = tiny.ask("read", handle=tiny.open("empty"), region=[[0, 2, 1], [0, 0, 1]])

    assert (answer["shape"], answer["sha256"]) == ([2, 0], sha256(b""))


def test_downsample_answers_like_read(tiny: Tiny) -> None:
    answer = tiny.ask("downsample", handle=tiny.open("f-order"), region=WHOLE, factor=[2, 2], method="mean")

    assert (answer["shape"], answer["sha256"]) == ([1, 2], sha256(np.array([0, 2], dtype="<i8").tobytes()))


def test_what_is_not_a_numpy_array_is_an_error(tiny: Tiny) -> None:
    answer = tiny.ask(
        "downsample", handle=tiny.open("f-order"), region=WHOLE, factor=[2, 2], method="nearest"
    )

    assert answer["error"]["type"] == "TypeError"
    assert "not a numpy array" in answer["error"]["message"]


TEXTS = [text.encode() for text in ("a", "né", "", "日本")]
PREFIXED = b"".join(len(text).to_bytes(4, "little") + text for text in TEXTS)


@pytest.mark.parametrize(
    ("name", "dtype", "raw"),
    [
        ("fixed text", "string", PREFIXED),
        ("any text", "string", PREFIXED),
        ("own text", "string", PREFIXED),
        ("one text", "string", b"\4\0\0\0" + "né\0".encode()),
        ("padded", "|S2", b"a\0bc"),
        ("raw", "r24", b"abcd\0\0"),
        ("struct", "struct", b"".join(struct.pack("<Hd", *pair) for pair in [(1, -2.5), (258, 0.5)])),
        ("complex", "complex64", struct.pack("<ff", 1, -2)),
        ("half", "float16", bytes.fromhex("003e0080")),
        ("number", "int32", b"\7\0\0\0"),
        ("empty", "uint8", b""),
    ],
)
def test_elements_of_all_kinds_have_a_name_and_canonical_bytes(
    tiny: Tiny, tmp_path: Path, name: str, dtype: str, raw: bytes
) -> None:
    opened = tiny.ask("open_array", store=place(""), path=name)
    whole = [[0, length, 1] for length in opened["shape"]]
    saved = tmp_path / "elements"

    answer = tiny.ask("read", handle=opened["handle"], region=whole, save_to=str(saved))

    assert (opened["dtype"], answer["dtype"]) == (dtype, dtype)
    assert answer["shape"] == opened["shape"]
    assert (saved.read_bytes(), answer["sha256"]) == (raw, sha256(raw))


def test_bytes_of_varying_length_are_an_error(tiny: Tiny) -> None:
    error = tiny.ask("read", handle=tiny.open("bytes"), region=[[0, 2, 1]])["error"]

    assert error == {"type": "TypeError", "message": "cannot answer with bytes of varying length"}


def test_an_array_is_opened_by_its_path(tiny: Tiny) -> None:
    below = tiny.ask("open_array", store=place("f-"), path="order")
    itself = tiny.ask("open_array", store=place("f-order"), path="")

    assert (below["shape"], below["dtype"]) == (itself["shape"], itself["dtype"]) == ([2, 3], "int64")
    assert below["timing"]["wall_ns"] > 0
    assert below["handle"] != itself["handle"]


@pytest.mark.parametrize(
    ("region", "index"),
    [
        ([[0, 3, 2], 1, {"pick": [4, 0, 0]}], (slice(0, 3, 2), 1, [4, 0, 0])),
        ([{"pick": []}, [0, 4, 1], [0, 5, 1]], (slice(0, 0), slice(4), slice(5))),
        ([-1, [3, 9, 1], [5, 5, 1]], (2, slice(3, 4), slice(0, 0))),
    ],
)
def test_a_region_reaches_the_tool_as_it_is_asked_for(tiny: Tiny, region: list, index: tuple) -> None:
    answer = tiny.ask("read", handle=tiny.open("cube"), region=region)

    cube = np.arange(60, dtype="<i2").reshape(3, 4, 5)
    assert answer["shape"] == list(cube[index].shape)
    assert answer["sha256"] == sha256(cube[index].tobytes())


def test_an_index_outside_is_for_the_tool_to_refuse(tiny: Tiny) -> None:
    answer = tiny.ask("read", handle=tiny.open("cube"), region=[3, [0, 4, 1], [0, 5, 1]])

    assert answer["error"]["type"] == "IndexError"


def test_a_worker_may_not_know_lists(tiny: Tiny) -> None:
    answer = tiny.ask("read", handle=tiny.open("cube"), region=[{"pick": [0]}, {"pick": [1]}, 0])

    assert answer["unsupported"] == "one list only"


def test_validate_answers_with_a_verdict_and_bounded_messages(tiny: Tiny) -> None:
    good, bad = (
        tiny.ask("validate", store=place(name), scope="attributes", kind="image") for name in ("good", "bad")
    )

    assert (good["valid"], bad["valid"]) == (True, False)
    assert good["messages"][0] == "attributes of an image"
    assert len(good["messages"]) == len(set(good["messages"])) == 100
    assert max(map(len, good["messages"])) == 500
    assert good["timing"]["wall_ns"] > 0


def test_an_exception_is_an_error_with_a_bounded_message(tiny: Tiny) -> None:
    error = tiny.ask("open", store=place("missing"), level=0)["error"]

    assert error == {"type": "FileNotFoundError", "message": "x" * 2000}


def test_unsupported_is_answered_with_its_reason(tiny: Tiny) -> None:
    assert tiny.ask("open", store=place("unsupported"), level=0)["unsupported"] == "not this one"


def test_a_closed_handle_cannot_be_read(tiny: Tiny) -> None:
    handle = tiny.open("bool")
    tiny.ask("close", handle=handle)

    assert "no array is open" in tiny.ask("read", handle=handle, region=WHOLE)["error"]["message"]


def test_what_a_library_prints_and_reads_does_no_harm(tiny: Tiny) -> None:
    answer = tiny.ask("inspect", store=place("any"))

    assert answer["image"]["ome_zarr"] == "0.5"
    assert answer["image"]["read"] == ""


def test_warnings_and_logged_warnings_are_kept_bounded_and_belong_to_one_answer(tiny: Tiny) -> None:
    warned = tiny.ask("inspect", store=place("any"))["warnings"]
    again = tiny.ask("inspect", store=place("any"))["warnings"]

    assert warned[0] == "UserWarning: do not do this"
    assert len(warned) == 20
    assert max(map(len, warned)) == 500
    assert again == warned
    assert tiny.ask("null")["warnings"] == []


def test_logged_warnings_come_with_their_level(tiny: Tiny) -> None:
    assert tiny.ask("list", store=place("logged"))["warnings"] == ["WARNING: nor that"]


def test_a_list_is_sorted(tiny: Tiny) -> None:
    assert tiny.ask("list", store=place("short"))["arrays"] == ["0", "1"]


def test_an_answer_longer_than_allowed_becomes_an_error(tiny: Tiny) -> None:
    assert tiny.ask("list", store=place("long"))["error"]["type"] == "AnswerTooLong"


def test_write_is_given_the_pixels_in_native_byte_order(tiny: Tiny, tmp_path: Path) -> None:
    np.arange(6, dtype="<u2").tofile(tmp_path / "raw")
    given = {"path": str(tmp_path / "raw"), "dtype": "uint16", "shape": [2, 3]}

    answer = tiny.ask("write", store=place(tmp_path / "out"), input=given, image={"axes": [{"name": "y"}]})

    assert answer["timing"]["wall_ns"] > 0
    assert (tmp_path / "out").read_text(encoding="utf-8") == "[[0, 1, 2], [3, 4, 5]] uint16 y"


def test_write_regions_is_given_all_pixels_and_the_regions(tiny: Tiny, tmp_path: Path) -> None:
    np.arange(6, dtype="<u2").tofile(tmp_path / "raw")
    given = {"path": str(tmp_path / "raw"), "dtype": "uint16", "shape": [2, 3]}
    regions = [[[0, 1, 1], [0, 3, 1]], [[1, 2, 1], [1, 3, 1]]]

    answer = tiny.ask("write_regions", store=place(tmp_path / "out"), level=1, input=given, regions=regions)

    assert answer["timing"]["wall_ns"] > 0
    assert (tmp_path / "out").read_text(encoding="utf-8") == "1 [[[0, 1, 2]], [[4, 5]]] uint16"


def test_bye_is_answered_and_ends_it(tiny: Tiny) -> None:
    assert "error" not in tiny.ask("bye")
    assert tiny.process.wait(10) == 0
