"""The stores of a run: what a session may see and do, and what is left when it ends."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import urllib3
from minio import Minio
from minio.error import S3Error

from harness.host.errors import HostError, InputError
from harness.scenario.location import FileLocation, HttpLocation
from harness.stores import open as door
from harness.stores.open import StoreChoice, Stores, open_stores
from harness.stores.server import Server, store_errors


def client(place):
    return Minio(
        urlsplit(place.endpoint).netloc,
        access_key=place.access_key,
        secret_key=place.secret_key,
        region=place.region,
        secure=False,
    )


def put(place, key, value):
    client(place).put_object(place.bucket, f"{place.key}/{key}", io.BytesIO(value), len(value))


def code_of(action):
    with pytest.raises(S3Error) as problem:
        action()
    return problem.value.code


def get(url):
    with urllib3.PoolManager(retries=False) as http:
        answer = http.request("GET", url)
        return answer.status, answer.data


# file, without any server


def test_file_alone_starts_no_server(guard, image, monkeypatch):
    monkeypatch.setattr(door, "find", None)
    with (
        open_stores({"file"}, StoreChoice(), guard, "r", print) as stores,
        stores.session(stores.kinds) as session,
    ):
        stores.publish("image.zarr", image)
        assert stores.location("file", "image.zarr", session) == FileLocation(path=str(image))
        assert stores.healthy("file")
        assert stores.facts == {"file": {}}
        with pytest.raises(ValueError, match="only"):
            stores.location("s3", "image.zarr", session)


def test_a_session_writes_to_a_new_folder_each_time_and_it_goes_at_the_end(guard):
    stores = Stores({"file"}, guard, None)
    with stores.session(stores.kinds) as session:
        first, second = (stores.write_location("file", "out.zarr", session) for _ in range(2))
        assert first.path != second.path
        assert first.path.endswith("/out.zarr")
        tree = stores.written(first)
        assert list(tree.keys()) == []
        assert tree.get("zarr.json") is None
        (tree.folder / "0").mkdir(parents=True)
        (tree.folder / "0" / "zarr.json").write_text("{}")
        assert list(tree.keys()) == ["0/zarr.json"]
        assert tree.get("0/zarr.json") == b"{}"
        assert tree.get("0") is None
    assert not tree.folder.parent.parent.exists()


def test_nothing_is_written_over_http(guard):
    stores = Stores({"file"}, guard, None)
    with (
        stores.session(stores.kinds) as session,
        pytest.raises(ValueError, match="nothing is written over http"),
    ):
        stores.write_location("http", "out.zarr", session)
    with pytest.raises(ValueError, match="nothing is written over http"):
        stores.written(HttpLocation(url="http://127.0.0.1"))


# which server


def test_no_minio_and_no_stand_in_allowed_is_a_fault_of_the_host(guard, monkeypatch):
    def none(_program, _say):
        raise HostError("no MinIO here", "get one")

    monkeypatch.setattr(door, "find", none)
    with (
        pytest.raises(HostError, match="no MinIO here"),
        open_stores({"s3"}, StoreChoice(), guard, "r", print),
    ):
        pass


def test_keys_without_an_endpoint_are_refused(guard, tmp_path):
    choice = StoreChoice(credentials_file=tmp_path / "keys.json")
    with pytest.raises(InputError, match="--s3-endpoint"), open_stores({"s3"}, choice, guard, "r", print):
        pass


@pytest.mark.tools
def test_moto_stands_in_if_allowed_and_says_so(guard, image, files, monkeypatch):
    def none(_program, _say):
        raise HostError("no MinIO here", "get one")

    monkeypatch.setattr(door, "find", none)
    said = []
    choice = StoreChoice(allow_stand_in=True)
    with (
        open_stores({"http", "s3"}, choice, guard, "r", said.append) as stores,
        stores.session(stores.kinds) as session,
    ):
        stores.publish("image.zarr", image)
        assert "no MinIO here; moto stands in, for conformance only" in said
        assert stores.facts["s3"]["stand_in"] is True
        url = stores.location("http", "image.zarr", session).url
        assert get(f"{url}/0/c/0/0") == (200, files["0/c/0/0"])
        place = stores.write_location("s3", "out.zarr", session)
        put(place, "zarr.json", b"{}")
        assert list(stores.written(place).keys()) == ["zarr.json"]
        assert stores.healthy("s3")


# a real MinIO


@pytest.mark.minio
def test_everybody_may_read_a_dataset_over_http_and_nobody_may_list_it(stores, image, files):
    stores.publish("image.zarr", image)
    with stores.session(stores.kinds) as session:
        url = stores.location("http", "image.zarr", session).url
    assert get(f"{url}/0/c/0/0") == (200, files["0/c/0/0"])
    assert get(f"{url}/0/c/0/1") == (200, b"")
    assert get(f"{url}/0/c/9/9")[0] == 404
    bucket = url.rpartition("/")[0]
    assert get(bucket)[0] == get(f"{bucket}?list-type=2&prefix=image.zarr/")[0] == 403


@pytest.mark.minio
def test_a_session_reads_and_lists_datasets_with_its_own_key(stores, image, files):
    stores.publish("image.zarr", image)
    with stores.session(stores.kinds) as session:
        place = stores.location("s3", "image.zarr", session)
        listed = client(place).list_objects(place.bucket, prefix="image.zarr/", recursive=True)
        assert {item.object_name.removeprefix("image.zarr/") for item in listed} == set(files)
        answer = client(place).get_object(place.bucket, "image.zarr/0/c/0/0")
        assert answer.read() == files["0/c/0/0"]
        answer.close()


@pytest.mark.minio
def test_a_session_may_not_change_datasets(stores, image):
    stores.publish("image.zarr", image)
    with stores.session(stores.kinds) as session:
        place = stores.location("s3", "image.zarr", session)
        assert code_of(lambda: put(place, "new", b"x")) == "AccessDenied"
        assert (
            code_of(lambda: client(place).remove_object(place.bucket, "image.zarr/zarr.json"))
            == "AccessDenied"
        )
        assert code_of(lambda: client(place).delete_bucket_policy(place.bucket)) == "AccessDenied"


@pytest.mark.minio
def test_a_session_may_not_touch_what_another_writes(stores):
    with stores.session(stores.kinds) as one, stores.session(stores.kinds) as other:
        mine = stores.write_location("s3", "out.zarr", one)
        theirs = stores.write_location("s3", "out.zarr", other)
        put(theirs, "zarr.json", b"secret")
        trespasser = client(mine)
        name = f"{theirs.key}/zarr.json"
        assert mine.bucket != theirs.bucket
        assert code_of(lambda: trespasser.get_object(theirs.bucket, name)) == "AccessDenied"
        assert code_of(lambda: list(trespasser.list_objects(theirs.bucket))) == "AccessDenied"
        assert code_of(lambda: trespasser.remove_object(theirs.bucket, name)) == "AccessDenied"
        assert get(f"{theirs.endpoint}/{theirs.bucket}/{name}")[0] == 403


@pytest.mark.minio
def test_what_a_session_wrote_is_seen_and_goes_with_it(stores):
    with stores.session(stores.kinds) as session:
        place = stores.write_location("s3", "out.zarr", session)
        again = stores.write_location("s3", "out.zarr", session)
        for key in ("zarr.json", "0/c/0/0", "0/c/1 +ä"):
            put(place, key, key.encode())
        tree = stores.written(place)
        assert list(tree.keys()) == ["0/c/0/0", "0/c/1 +ä", "zarr.json"]
        assert tree.get("0/c/1 +ä") == "0/c/1 +ä".encode()
        assert tree.get("0/c/0") is None
        assert list(stores.written(again).keys()) == []
    assert not stores._buckets.client.bucket_exists(place.bucket)
    assert code_of(lambda: client(place).list_buckets()) == "InvalidAccessKeyId"
    with pytest.raises(HostError, match="NoSuchBucket"):
        tree.get("zarr.json")


@pytest.mark.minio
def test_a_dataset_is_uploaded_once_even_if_many_ask(stores, image, monkeypatch):
    calls = []
    upload = stores._buckets.upload
    monkeypatch.setattr(stores._buckets, "upload", lambda *what: (calls.append(what), upload(*what)))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: stores.publish("image.zarr", image), range(8)))
    assert calls == [("image.zarr", image)]


@pytest.mark.minio
def test_many_sessions_may_be_open_at_once(stores):
    def one(number):
        with stores.session(stores.kinds) as session:
            place = stores.write_location("s3", "out.zarr", session)
            put(place, "zarr.json", str(number).encode())
            return session.access_key, stores.written(place).get("zarr.json")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one, range(8)))
    assert len({key for key, _ in found}) == 8
    assert [value for _, value in found] == [str(number).encode() for number in range(8)]


@pytest.mark.minio
def test_a_session_shows_no_key(stores):
    with stores.session(stores.kinds) as session:
        place = stores.write_location("s3", "out.zarr", session)
        shown = repr(session) + repr(place) + repr(stores._buckets.server) + json.dumps(stores.facts)
        assert session.secret_key not in shown
        assert session.access_key not in shown
        assert stores._buckets.server.secret_key not in shown


@pytest.mark.minio
def test_an_upload_that_fails_is_a_fault_of_the_host_and_may_be_tried_again(stores, image):
    stores._buckets.client.remove_bucket(stores._buckets.data)
    with pytest.raises(HostError, match=r"the store failed while uploading image\.zarr: NoSuchBucket"):
        stores.publish("image.zarr", image)
    stores._buckets.client.make_bucket(stores._buckets.data)
    stores.publish("image.zarr", image)


@pytest.mark.minio
def test_the_log_is_saved_where_the_caller_wants_it(stores, tmp_path):
    stores.save_log(tmp_path / "minio.log")
    assert "MinIO" in (tmp_path / "minio.log").read_text()


@pytest.mark.minio
def test_on_a_server_of_the_users_only_our_own_buckets_come_and_go(server, guard, image, tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"access_key": server.access_key, "secret_key": server.secret_key}))
    user = server.client()
    user.make_bucket("ozh-precious")
    before = {bucket.name for bucket in user.list_buckets()}
    choice = StoreChoice(server.endpoint, keys)
    with (
        open_stores({"http", "s3"}, choice, guard, "given", print) as stores,
        stores.session(stores.kinds) as session,
    ):
        stores.publish("image.zarr", image)
        put(stores.write_location("s3", "out.zarr", session), "zarr.json", b"{}")
        ours = {bucket.name for bucket in user.list_buckets()} - before
        assert ours == {"ozh-given-data", "ozh-given-w0"}
        assert session.access_key == server.access_key
        stores.save_log(tmp_path / "log")
        assert not (tmp_path / "log").exists()
    assert {bucket.name for bucket in user.list_buckets()} == before
    user.remove_bucket("ozh-precious")


@pytest.mark.minio
def test_a_bucket_that_was_there_before_is_never_removed(server, guard, tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"access_key": server.access_key, "secret_key": server.secret_key}))
    user = server.client()
    user.make_bucket("ozh-again-data")
    choice = StoreChoice(server.endpoint, keys)
    with pytest.raises(HostError, match="BucketAlready"), open_stores({"s3"}, choice, guard, "again", print):
        pass
    assert user.bucket_exists("ozh-again-data")
    user.remove_bucket("ozh-again-data")


@pytest.mark.minio
def test_s3_alone_opens_nothing_to_everybody(server, image):
    with door.open_buckets(server, "closed", anonymous=False) as buckets:
        buckets.upload("image.zarr", image)
        assert get(f"{server.endpoint}/{buckets.data}/image.zarr/zarr.json")[0] == 403
        buckets.remove_all()


# errors


def test_what_a_client_raises_is_said_in_one_sentence():
    with pytest.raises(HostError, match="the store failed while looking: gone"), store_errors("looking"):
        raise ConnectionError("gone")


def test_a_server_shows_no_keys():
    server = Server("http://127.0.0.1:1", "user", "hush", "own", {})
    assert "hush" not in repr(server)
    assert "user" not in repr(server)
    assert not server.healthy()


@pytest.mark.minio
def test_an_image_that_is_one_file_is_at_just_the_place_that_is_named(stores, tmp_path):
    file = tmp_path / "image.h5"
    file.write_bytes(b"one file")
    stores.publish("image-1.h5", file)
    with stores.session(stores.kinds) as session:
        local = stores.location("file", "image-1.h5", session)
        place = stores.location("s3", "image-1.h5", session)
        answer = client(place).get_object(place.bucket, place.key)
        assert answer.read() == b"one file"
        answer.close()
        assert get(stores.location("http", "image-1.h5", session).url) == (200, b"one file")
    assert local.path == str(file)
