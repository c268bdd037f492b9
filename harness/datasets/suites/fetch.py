"""Fetches the suites: archives of pinned commits, unpacked into the cache, each file's hash checked."""

import hashlib
import io
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import requests

from harness.datasets.cached import made_once
from harness.host.errors import HostError
from harness.host.places import cache, offline
from harness.host.uv import Say

_MAX_BYTES = 200 * 2**20
_SECONDS = 60


class Source(NamedTuple):
    """Folders of a repository at a commit, and where they go.

    `digest` is the SHA-256 of the `sha256sum` lines of the files that are kept, sorted by path.
    """

    repository: str
    commit: str
    folders: tuple[str, ...]
    suffixes: tuple[str, ...]  # of the files that are kept; of none: all
    target: str
    digest: str


_NGFF = "ome/ngff-spec"
_KEPT = (("schemas", "tests"), (".json", ".schema"))
SOURCES = (
    Source(
        _NGFF,
        "c38936e37020815c56e1f8dd520958f305f24be3",
        *_KEPT,
        "ngff-spec/0.4",
        "b10b7f4f74e71d25aacdc7dbc694bebae1877a5b98ca6dd6e57288ec58bbe51c",
    ),
    Source(
        _NGFF,
        "707c13121c2ef66e9927672d4a508d1c77107a1e",
        *_KEPT,
        "ngff-spec/0.5",
        "c45ddddeaa1bfdf0aedac02dcb05e49c606f9d00afc7a0d76618787b5264f631",
    ),
    Source(
        _NGFF,
        "277f209d805803bb153da5868985b07602d9108b",
        *_KEPT,
        "ngff-spec/0.6rc0",
        "d4d5abc4c9dcc2dc67ead3c4d2402e84d3b891213bdf89e984fc7511c0997cc9",
    ),
    Source(
        "manzt/zarrita.js",
        "c5d7a7df397f7e953cbacd1868a94519ba37e4a7",
        ("fixtures",),
        (),
        "zarrita-fixtures",
        "d3315fbfc0d8aebda7dc223383146c38007aabf2c3520c56f5def70717ea0350",
    ),
)


def download(url: str) -> bytes:
    """Return what is at an address; raises HostError where it can't be had, or is too large."""
    body = bytearray()
    try:
        with requests.get(url, timeout=_SECONDS, stream=True) as answer:
            answer.raise_for_status()
            for part in answer.iter_content(2**20):
                body += part
                if len(body) > _MAX_BYTES:
                    raise HostError(f"{url} is larger than {_MAX_BYTES} bytes")
    except (requests.RequestException, OSError) as problem:
        raise HostError(
            f"{url} cannot be fetched ({problem})", "say where the suites are with OZH_SUITES"
        ) from None
    return bytes(body)


def fetch_suites(
    say: Say, sources: tuple[Source, ...] = SOURCES, get: Callable[[str], bytes] = download
) -> Path:
    """Return a folder with all suites, which are fetched if they aren't in the cache.

    Raises HostError where they can't be fetched, or are not what they were when they were pinned.
    """

    def load(folder: Path) -> Path | None:
        return folder if folder.is_dir() else None

    def make(folder: Path) -> None:
        if offline():
            raise HostError("the suites are not in the cache, and OZH_OFFLINE forbids to fetch them")
        for source in sources:
            say(f"fetching {source.repository} at {source.commit[:7]}")
            url = f"https://github.com/{source.repository}/archive/{source.commit}.tar.gz"
            _put(source, get(url), folder)

    return made_once(_folder(sources), load, make)


def fetched_suites() -> Path | None:
    """Return the folder with the suites that were fetched; None where they were not."""
    folder = _folder(SOURCES)
    return folder if folder.is_dir() else None


def _folder(sources: tuple[Source, ...]) -> Path:
    digest = hashlib.sha256("".join(source.digest for source in sources).encode()).hexdigest()[:12]
    return cache("suites") / digest


def _put(source: Source, archive: bytes, root: Path) -> None:
    """Unpack what is kept of an archive below `root`, and check it."""
    aside = root / "aside"
    aside.mkdir()
    try:
        _unpack(archive, aside)
    except (tarfile.TarError, EOFError, OSError) as problem:
        raise HostError(f"the archive of {source.repository} cannot be unpacked ({problem})") from None
    top = next(aside.iterdir(), aside)
    for path in _kept(source, top):
        target = root / source.target / _place(source, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(top / path, target)
    shutil.rmtree(aside)
    found = digest_of(root / source.target)
    if found != source.digest:
        raise HostError(
            f"{source.repository} at {source.commit[:7]} is not what it was: its files' digest is {found}"
        )


def _unpack(archive: bytes, folder: Path) -> None:
    """Unpack a tarball; raises TarError for links and paths that lead out, devices, and more than is sane."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        total = 0
        for member in tar:
            total += member.size
            if total > _MAX_BYTES:
                raise tarfile.TarError(f"it holds more than {_MAX_BYTES} bytes")
        tar.extractall(folder, filter="data")


def _kept(source: Source, top: Path) -> list[str]:
    return [
        path.relative_to(top).as_posix()
        for folder in source.folders
        for path in (top / folder).rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and (not source.suffixes or path.suffix in source.suffixes)
    ]


def _place(source: Source, path: str) -> str:
    """Return where a file goes: of several folders, each below its name; of one, its contents."""
    return path if len(source.folders) > 1 else path.removeprefix(f"{source.folders[0]}/")


def digest_of(folder: Path) -> str:
    """Return the SHA-256 of the `sha256sum` lines of a folder's files, sorted by path."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256((folder / path).read_bytes()).hexdigest()}  {path}\n" for path in paths]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
