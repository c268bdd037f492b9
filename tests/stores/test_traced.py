"""One record of MinIO's trace: what is read from it, and what is left out."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.host.errors import HostError
from harness.stores.traced import traced

RECORD = {
    "type": 4,
    "nodename": "127.0.0.1:9000",
    "funcname": "s3.GetObject",
    "time": "2026-01-02T03:04:05.123456789Z",
    "path": "/b/0/c/0",
    "http": {
        "request": {
            "time": "2026-01-02T03:04:05.123456789Z",
            "proto": "HTTP/1.1",
            "method": "GET",
            "path": "/b/0/c/0",
            "headers": {"Host": ["127.0.0.1:9000"], "Range": ["bytes=0-9"], "User-Agent": ["tool/1"]},
            "body": "PEJMT0I+",
            "client": "127.0.0.1",
        },
        "response": {
            "time": "2026-01-02T03:04:05.124Z",
            "headers": {"Content-Range": ["bytes 0-9/1000"]},
            "body": "PEJMT0I+",
            "statuscode": 206,
        },
        "stats": {"inputbytes": 22, "outputbytes": 10, "latency": 1, "timetofirstbyte": 1},
    },
}


def told(headers=None, stats=None, answered=None, **asked):
    changed = json.loads(json.dumps(RECORD))
    changed["http"]["request"].update(asked)
    changed["http"]["request"]["headers"].update(headers or {})
    changed["http"]["response"].update(answered or {})
    changed["http"]["stats"].update(stats or {})
    return traced(json.dumps(changed).encode())


def test_a_record_is_read():
    one = told()
    assert (one.method, one.path, one.query, one.status) == ("GET", "/b/0/c/0", "", 206)
    assert (one.range, one.start, one.stop) == ("bytes=0-9", 0, 10)
    assert (one.received, one.sent) == (0, 10)
    assert (one.user_agent, one.access_key) == ("tool/1", "")
    assert one.time == pytest.approx(1767323045.123456)


def test_the_headers_that_minio_counts_with_a_body_are_taken_off():
    # 22 above; here 4 more for the name, and 2 for two values
    assert told({"Four": ["x" * 100, ""]}, {"inputbytes": 1028}).received == 1000


def test_a_head_has_no_body_whatever_minio_counts():
    assert told(method="HEAD", stats={"outputbytes": 348}).sent == 0


@pytest.mark.parametrize(
    ("authorization", "key"),
    [
        ("AWS4-HMAC-SHA256 Credential=abc/20260102/us-east-1/s3/aws4_request, SignedHeaders=host", "abc"),
        ("AWS4-HMAC-SHA256   SignedHeaders=host,Credential=abc/20260102/us-east-1/s3/aws4_request", "abc"),
        (
            "AWS4-HMAC-SHA256 Credential=with/slash/20260102/us-east-1/s3/aws4_request,Signature=1",
            "with/slash",
        ),
        ("AWS abc:c2lnbmF0dXJl", "abc"),
        ("Bearer AWS4-HMAC-SHA256", ""),
        ("", ""),
    ],
)
def test_the_access_key_is_read_from_the_authorization(authorization, key):
    assert told({"Authorization": [authorization]}).access_key == key


@pytest.mark.parametrize(
    ("query", "key", "kept"),
    [
        (
            "X-Amz-Credential=abc%2F2026%2Fr%2Fs3%2Faws4_request&x-amz-security-token=t&partNumber=1&X-Amz-Signature=0",
            "abc",
            "partNumber=1",
        ),
        ("AWSAccessKeyId=abc&Expires=1&Signature=x&list-type=2", "abc", "Expires=1&list-type=2"),
        ("list-type=2&prefix=a%2Fb", "", "list-type=2&prefix=a%2Fb"),
    ],
)
def test_a_signed_query_gives_its_key_and_keeps_no_signature(query, key, kept):
    one = told(rawquery=query)
    assert (one.access_key, one.query) == (key, kept)


@pytest.mark.parametrize("given", ["bytes */1000", "items 0-9/10", ""])
def test_without_a_range_of_bytes_nothing_is_given(given):
    assert told(answered={"headers": {"Content-Range": [given]}}).start is None


def test_nothing_else_of_a_record_is_kept():
    one = told(
        {"Authorization": ["AWS abc:hush"], "X-Amz-Security-Token": ["hush"]}, answered={"body": "hush"}
    )
    assert "hush" not in repr(one)


def test_a_record_of_something_else_than_http_is_none():
    assert traced(b'{"type":1,"funcname":"os.Open","path":"/tmp"}') is None


@given(st.binary(max_size=200))
def test_any_line_is_a_request_or_none_or_a_fault_of_the_host(line):
    with suppress(HostError):
        assert traced(line) is None


@pytest.mark.parametrize("name", ["request", "response", "stats"])
def test_a_record_without_a_part_is_a_fault_of_the_host(name):
    http = {key: value for key, value in RECORD["http"].items() if key != name}
    with pytest.raises(HostError, match="not understood"):
        traced(json.dumps({**RECORD, "http": http}).encode())
