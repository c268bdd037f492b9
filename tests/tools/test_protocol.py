"""The codec: requests to lines, lines to answers."""

import contextlib
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.scenario.image import Axis
from harness.scenario.location import FileLocation, HttpLocation, S3Location
from harness.scenario.recipe import Codec
from harness.tools.protocol import (
    Answer,
    AskedImage,
    Bye,
    CloseRequest,
    DownsampleRequest,
    Hello,
    InspectRequest,
    ListRequest,
    NullRequest,
    OpenRequest,
    ProbeRequest,
    ProtocolError,
    RawInput,
    ReadRequest,
    Timing,
    WorkerError,
    WriteRegionsRequest,
    WriteRequest,
    decode,
    encode,
)

FOLDER = FileLocation(path="/data/ö image")
BUCKET = S3Location(endpoint="http://h:1", bucket="b", key="k", access_key="a", secret_key="s")
ASKED = AskedImage(
    ome_zarr="0.5",
    name="i",
    axes=(Axis(name="y"), Axis(name="x", type="space", unit="micrometer")),
    scale=(1.0, 0.5),
    chunks=(4, 4),
    shards=None,
    codec=Codec(),
    separator="/",
    levels=1,
    factor=(2, 2),
    method="mean",
)
REQUESTS = [
    Hello(configuration="default", settings={"threads": 4, "word": "line\nbreak"}),
    NullRequest(),
    ListRequest(store=FOLDER),
    InspectRequest(store=HttpLocation(url="http://h/i")),
    OpenRequest(store=BUCKET, level=2),
    ReadRequest(handle="h", region=(3, (0, 10, 2))),
    DownsampleRequest(handle="h", region=((0, 4, 1),), factor=(2,), method="mean", save_to="/tmp/x"),
    CloseRequest(handle="h"),
    WriteRequest(store=FOLDER, input=RawInput(path="/raw", dtype="uint8", shape=(4, 4)), image=ASKED),
    WriteRegionsRequest(
        store=FOLDER, level=1, input=RawInput(path="/raw", dtype="uint8", shape=(4,)), regions=(((0, 2, 1),),)
    ),
    ProbeRequest(operation="probe-1"),
    Bye(),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.operation)
def test_a_request_is_one_line_that_says_all_of_it(request_):
    line = encode(7, request_)

    body = json.loads(line)
    assert line.index(b"\n") == len(line) - 1
    assert body.pop("id") == 7
    assert type(request_).model_validate(body) == request_


def test_a_region_is_written_as_the_protocol_says():
    body = json.loads(encode(1, ReadRequest(handle="h", region=(3, (0, 10, 2)))))

    assert body == {"id": 1, "operation": "read", "handle": "h", "region": [3, [0, 10, 2]], "save_to": None}


answers = st.builds(
    Answer,
    id=st.integers(0, 2**40),
    error=st.none() | st.builds(WorkerError),
    unsupported=st.none() | st.text(),
    warnings=st.lists(st.text(), max_size=3).map(tuple),
    timing=st.none() | st.builds(Timing, wall_ns=st.integers(0, 2**62), cpu_ns=st.integers(0, 2**62)),
    shape=st.none() | st.lists(st.integers(0, 2**31), max_size=5).map(tuple),
    settings=st.dictionaries(st.text(), st.integers() | st.booleans() | st.text(), max_size=3),
    image=st.none(),
)


@settings(deadline=None)
@given(answers)
def test_an_answer_comes_back_as_it_was_given(answer):
    line = answer.model_dump_json(exclude_defaults=True).encode() + b"\n"

    assert decode(answer.id, line) == answer


BITS = [
    '{"id": 1',
    ', "',
    "shape",
    "timing",
    "settings",
    "image",
    '": ',
    "[1",
    "]",
    "{",
    "}",
    "null",
    "-1",
    "1e400",
]
BITS += ['"\\ud800"', "NaN", "true", "\n", "0", ",", '"', "9" * 40]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200) | st.lists(st.sampled_from(BITS), max_size=20).map("".join).map(str.encode))
@example(b"")
@example(b"[" * 100_000)
@example(b'{"id": 1, "settings": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001)
@example(b'{"id": 1, "unsupported": "\\ud800"}')
@example(b'{"id": 1' + b"0" * 5000 + b"}")
@example(b'{"id": 1}')
@example(b'{"id": 2}')
def test_any_bytes_are_the_answer_to_the_request_or_a_protocol_error(line):
    with contextlib.suppress(ProtocolError):
        assert decode(1, line).id == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"Downloading...\n", r"not an answer: Invalid JSON: .* in 'Downloading...\\n'"),
        (b"[]\n", r"not an answer: Input should be an object in '\[\]\\n'"),
        (b"{}\n", "not an answer: id: Field required"),
        (b'{"id": 1, "pixels": 3}\n', "not an answer: pixels: Extra inputs are not permitted"),
        (b'{"id": 1, "timing": {"wall_ns": -1}}\n', "not an answer: timing.wall_ns: Input should be greater"),
        (b'{"id": 2}\n', "answered request 2, but request 1 was asked"),
        (b"\xff\xfe\n", "not an answer: Invalid JSON"),
    ],
)
def test_what_is_no_answer_is_said_in_one_sentence(line, said):
    with pytest.raises(ProtocolError, match=said):
        decode(1, line)


def test_only_the_beginning_of_a_long_line_is_shown():
    with pytest.raises(ProtocolError) as caught:
        decode(1, b"x" * 10_000)

    assert len(str(caught.value)) < 300


def test_keys_do_not_show_where_a_location_is_printed():
    assert "secret" not in repr(BUCKET.model_copy(update={"secret_key": "secret", "access_key": "secret"}))
