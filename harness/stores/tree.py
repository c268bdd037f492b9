"""What was written to a place, as the judge looks at it: keys and bytes, in a folder or in a bucket."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from minio import Minio
from minio.error import S3Error

from harness.stores.server import store_errors


@dataclass(frozen=True)
class FolderTree:
    """The files below a folder; one that is not there has none."""

    folder: Path

    def get(self, key: str) -> bytes | None:
        """Return the bytes of a key, or None where there is none."""
        path = self.folder / key
        return path.read_bytes() if path.is_file() else None

    def keys(self) -> Iterator[str]:
        """Yield all keys, sorted."""
        yield from sorted(
            path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()
        )


@dataclass(frozen=True)
class BucketTree:
    """The objects below a prefix of a bucket; raises HostError where the store fails."""

    client: Minio
    bucket: str
    prefix: str  # no slash at its ends

    def get(self, key: str) -> bytes | None:
        """Return the bytes of a key, or None where there is none."""
        name = f"{self.prefix}/{key}"
        with store_errors(f"reading {name}"):
            try:
                response = self.client.get_object(self.bucket, name)
            except S3Error as problem:
                if problem.code == "NoSuchKey":
                    return None
                raise
            try:
                return bytes(response.read())
            finally:
                response.close()
                response.release_conn()

    def keys(self) -> Iterator[str]:
        """Yield all keys, sorted."""
        start = f"{self.prefix}/"
        with store_errors(f"listing {self.prefix}"):
            for item in self.client.list_objects(self.bucket, prefix=start, recursive=True):
                yield str(item.object_name).removeprefix(start)
