"""The user's own S3 server: what may be said, and what is said back."""

import json

import pytest

from harness.host.errors import HostError, InputError
from harness.stores.given import given_server


@pytest.fixture
def keys(tmp_path):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"access_key": "someone", "secret_key": "very-secret"}))
    return path


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:9000",
        "ftp://host",
        "http://",
        "http://me:pw@host",
        "http://host/path",
        "http://host?x=1",
        "http://[",
        "http://host:99999",
    ],
)
def test_what_is_no_url_of_a_server_is_refused(url, keys):
    with pytest.raises(InputError, match="no URL of a server"):
        given_server(url, keys)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"access_key": "a"}', '{"access_key": "", "secret_key": "hush"}']
)
def test_a_file_that_holds_no_keys_is_refused_without_quoting_it(text, tmp_path):
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(InputError, match="not a file of keys") as problem:
        given_server("http://127.0.0.1:9000", path)
    assert "hush" not in str(problem.value)
    assert problem.value.__cause__ is None


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        given_server("http://127.0.0.1:9000", tmp_path / "none.json")


def test_url_and_keys_belong_together(keys):
    with pytest.raises(InputError, match="--s3-credentials"):
        given_server("http://127.0.0.1:9000", None)
    with pytest.raises(InputError, match="--s3-endpoint"):
        given_server(None, keys)


def test_a_server_that_does_not_answer_is_a_fault_of_the_host(keys):
    with pytest.raises(HostError, match=r"nothing answers at http://127\.0\.0\.1:1"):
        given_server("http://127.0.0.1:1/", keys)


@pytest.mark.minio
def test_a_minio_says_its_version_to_keys_that_may_ask(server, tmp_path, keys):
    path = tmp_path / "root.json"
    path.write_text(json.dumps({"access_key": server.access_key, "secret_key": server.secret_key}))
    assert given_server(server.endpoint, path).facts["server"] == "MinIO"
    assert given_server(f"{server.endpoint}/", path).facts["endpoint"] == server.endpoint
    assert given_server(server.endpoint, keys).facts["server"] == "S3"
