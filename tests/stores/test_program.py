"""Where a server program comes from: the first way that works, and a clear word where none does."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.host.errors import HostError
from harness.stores import program as found
from harness.stores.docker_server import Image, service
from harness.stores.program import Binary, build, cached, find, find_binary
from harness.stores.programs import MINIO, TOXIPROXY

SAYS_VERSION = 'echo "minio version RELEASE.2099-01-01"; echo "Copyright: MinIO"'
# A go that installs a minio which says its version, and counts how often it was asked.
GO = f"""echo "$@ CGO=$CGO_ENABLED GOOS=$GOOS" >> "$COUNT"
printf '#!/bin/sh\\n{SAYS_VERSION}\\n' > "$GOBIN/minio"
chmod +x "$GOBIN/minio"
"""


@pytest.fixture(autouse=True)
def empty_machine(tmp_path, monkeypatch):
    """A machine with no MinIO, no Go, no Docker and an empty cache."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("OZH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COUNT", str(tmp_path / "count"))
    monkeypatch.delenv("OZH_OFFLINE", raising=False)
    monkeypatch.setattr(found, "find_image", lambda _name, _say: "Docker is not available")
    monkeypatch.setattr(
        "shutil.which", lambda name: str(p) if (p := tmp_path / "bin" / name).exists() else None
    )


def test_the_one_on_path_comes_first(program):
    path = program("minio", SAYS_VERSION)
    program("go", GO)
    assert find(MINIO, print) == Binary(path, "RELEASE.2099-01-01", "PATH")


@pytest.mark.parametrize("body", ["exit 3", "echo hello", "kill -9 $$"])
def test_one_on_path_that_does_not_run_is_passed_over_and_said(program, body):
    program("minio", body)
    program("go", GO)
    said = []
    assert find(MINIO, said.append).how == "go install"
    assert "passing over" in said[0]


def test_go_builds_it_once_and_then_it_comes_from_the_cache(program, tmp_path):
    program("go", GO)
    assert cached(MINIO, print) is None
    built = find(MINIO, print)
    assert built.version == MINIO.version
    assert find(MINIO, print) == Binary(built.path, MINIO.version, "cache")
    assert MINIO.version in built.path.name
    assert len((tmp_path / "count").read_text().splitlines()) == 1


def test_go_is_asked_for_the_pinned_version_without_c_or_another_machine(program, tmp_path, monkeypatch):
    monkeypatch.setenv("GOOS", "plan9")
    program("go", GO)
    find(MINIO, print)
    asked = (tmp_path / "count").read_text()
    assert f"install -trimpath -ldflags -s -w github.com/minio/minio@{MINIO.version} CGO=0 GOOS=\n" == asked


def test_a_broken_one_in_the_cache_is_built_anew(program):
    program("go", GO)
    path = find(MINIO, print).path
    path.write_text("#!/bin/sh\nexit 1\n")
    assert find(MINIO, print).how == "go install"
    assert find(MINIO, print).how == "cache"


def test_two_runs_at_once_build_it_once(program, tmp_path):
    program("go", GO)
    said = []
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: find(MINIO, said.append), range(4)))
    assert len({one.path for one in found}) == 1
    assert len((tmp_path / "count").read_text().splitlines()) == 1
    assert said.count("building MinIO with go (about 3 minutes, once)") == 1


def test_what_an_interrupted_build_left_is_swept(program, tmp_path):
    left = tmp_path / "cache" / "minio" / "building-abc"
    left.mkdir(parents=True)
    program("go", GO)
    find(MINIO, print)
    assert not left.exists()
    assert [path.name[:6] for path in left.parent.iterdir() if path.name != "build.lock"] == ["minio-"]


def test_a_failed_build_shows_the_end_of_what_go_said_and_leaves_nothing(program, tmp_path):
    program("go", "echo first; echo the compiler is unhappy >&2; exit 1")
    with pytest.raises(HostError, match="first / the compiler is unhappy"):
        find(MINIO, print)
    assert not list((tmp_path / "cache" / "minio").glob("[!b]*"))


def test_docker_comes_before_go_and_after_the_cache(program, monkeypatch):
    image = Image(service("minio"), client=None)
    monkeypatch.setattr(found, "find_image", lambda _name, _say: image)
    program("go", GO)
    assert find(MINIO, print) is image
    assert find_binary(MINIO, print).how == "go install"
    assert find(MINIO, print).how == "cache"


def test_without_any_all_ways_are_named():
    with pytest.raises(HostError, match="no MinIO here: Docker is not available") as problem:
        find(MINIO, print)
    for way in ("PATH", "Docker", "Go", "--s3-endpoint", "--allow-stand-in"):
        assert way in problem.value.mend


def test_toxiproxy_is_kept_under_its_own_name_not_that_of_its_package(program, tmp_path):
    program("go", GO.replace("MinIO", "toxiproxy").replace("$GOBIN/minio", "$GOBIN/server"))

    built = find(TOXIPROXY, print)

    assert built.path.parent == tmp_path / "cache" / "toxiproxy"
    assert built.path.name.startswith(f"toxiproxy-{TOXIPROXY.version}-")
    assert f"{TOXIPROXY.module}@{TOXIPROXY.version}" in (tmp_path / "count").read_text()
    assert find(TOXIPROXY, print) == Binary(built.path, TOXIPROXY.version, "cache")


def test_offline_nothing_is_built(program, monkeypatch, tmp_path):
    monkeypatch.setenv("OZH_OFFLINE", "1")
    program("go", GO)
    with pytest.raises(HostError, match="OZH_OFFLINE"):
        build(MINIO, print, tried="nothing")
    assert not (tmp_path / "count").exists()


def test_a_build_that_hangs_is_given_up(program, monkeypatch):
    def hang(*_args, **_kwargs):
        raise subprocess.TimeoutExpired("go", 1)

    program("go", GO)
    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(HostError, match="took longer"):
        find(MINIO, print)
