"""What a run makes on an S3 server: buckets, objects, keys of sessions; and how it takes them away again."""

import hashlib
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from minio import Minio
from minio.deleteobjects import DeleteObject
from minio.minioadmin import MinioAdmin

from harness.host.errors import HostError
from harness.stores.server import CONNECTIONS, store_errors

_LONGEST_RUN = 48  # leaves room for "ozh-" and "-w9999999" in the 63 characters of a bucket's name


def bucket_name(run_id: str, what: str) -> str:
    """Return `ozh-<run>-<what>`, as a bucket may be called; a long run id is cut and keeps a digest."""
    run = re.sub(r"[^a-z0-9]+", "-", run_id.lower()).strip("-")
    if len(run) > _LONGEST_RUN:
        run = f"{run[: _LONGEST_RUN - 9]}-{hashlib.sha256(run_id.encode()).hexdigest()[:8]}"
    return f"ozh-{run}-{what}"


def make_bucket(client: Minio, bucket: str) -> None:
    """Make a bucket that is not there yet; raises HostError."""
    with store_errors(f"making the bucket {bucket}"):
        client.make_bucket(bucket)


def allow_anonymous_reading(client: Minio, bucket: str) -> None:
    """Let everybody read the objects of a bucket and nobody list them; raises HostError."""
    policy = _policy(_allow(["s3:GetObject"], [f"{bucket}/*"], Principal={"AWS": ["*"]}))
    with store_errors(
        f"allowing anonymous reading of {bucket}", "leave the http store out if your server forbids it"
    ):
        client.set_bucket_policy(bucket, json.dumps(policy))


def upload(client: Minio, bucket: str, prefix: str, place: Path) -> None:
    """Upload all files below a folder, under `prefix/`, or a file as `prefix` itself; raises HostError."""
    files = {path: f"{prefix}/{path.relative_to(place).as_posix()}" for path in sorted(place.rglob("*"))}
    if place.is_file():
        files = {place: prefix}

    def put(path: Path) -> None:
        client.fput_object(bucket, files[path], str(path))

    with store_errors(f"uploading {place.name}"):
        _all_of(put, [path for path in files if path.is_file()])


def remove_bucket(client: Minio, bucket: str) -> None:
    """Remove a bucket with all that is in it; raises HostError."""
    mend = f"remove {bucket} by hand"
    with store_errors(f"removing the bucket {bucket}", mend):
        objects = (DeleteObject(item.object_name) for item in client.list_objects(bucket, recursive=True))
        for problem in client.remove_objects(bucket, objects):
            raise HostError(f"the store did not remove {problem.name}: {problem.message}", mend)
        client.remove_bucket(bucket)


def add_key(admin: MinioAdmin, keys: tuple[str, str], data: str, own: str) -> None:
    """Let a new key read and list the bucket `data`, and do all in the bucket `own`; raises HostError."""
    policy = _policy(
        _allow(["s3:GetObject"], [f"{data}/*"]),
        _allow(["s3:ListBucket", "s3:GetBucketLocation"], [data]),
        _allow(["s3:*"], [own, f"{own}/*"]),
    )
    with store_errors("giving a session its key"):
        admin.add_service_account(access_key=keys[0], secret_key=keys[1], policy=policy)


def remove_key(admin: MinioAdmin, access_key: str) -> None:
    """Take a session's key back; raises HostError."""
    with store_errors("taking a session's key back"):
        admin.delete_service_account(access_key)


def _allow(actions: list[str], resources: list[str], **more: object) -> dict[str, Any]:
    arns = [f"arn:aws:s3:::{resource}" for resource in resources]
    return {"Effect": "Allow", "Action": actions, "Resource": arns, **more}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _all_of(work: Callable[[Path], None], items: list[Path]) -> None:
    """Do the work on every item, many at a time; on a failure what has not begun is dropped."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        try:
            for _ in pool.map(work, items):
                pass
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
