"""A tool's environment: where it is, when it changes, and what happens where there is none."""

import hashlib
import subprocess

import pytest

from harness.host.errors import HostError, InputError
from harness.host.interpreters import Interpreter
from harness.tools import environment
from harness.tools.environment import build, folder_of, is_built, lock_hash, remove
from harness.tools.manifest import load_adapter
from harness.tools.process import bare_environment
from harness.tools.registry import SDK, ToolVersion

MANIFEST = """
default = "1"
configurations = {{ default = {{}} }}
environment = {{ manager = "{manager}" }}
versions = {{ "1" = {{ python = ">=3.12" }} }}
tool = {{ name = "thing", title = "Thing", language = "Python", homepage = "https://example.org/", licence = "MIT", kind = "cli" }}
run = {{ command = ["{command}", "{{adapter}}/worker.py"], env = {{ PYTHONPATH = "{{sdk}}/python" }} }}
capabilities = {{ operations = ["null"], stores = ["file"], ome_zarr = ["0.5"] }}
"""  # noqa: E501


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("OZH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def tool(tmp_path):
    """Return a tool whose manifest is written as told; its lock holds one line."""

    def make(manager="uv", command="{env}/bin/python", lock="six==1.17.0\n"):
        folder = tmp_path / "thing"
        (folder / "locks").mkdir(parents=True, exist_ok=True)
        (folder / "adapter.toml").write_text(MANIFEST.format(manager=manager, command=command))
        (folder / "locks" / "1.txt").write_text(lock)
        return ToolVersion(load_adapter(folder), "1")

    return make


@pytest.fixture
def installs(monkeypatch):
    """Stand in for the installing itself; what it was asked for is returned."""
    asked = []

    def ensure_venv(folder, python, lock, say):
        asked.append((python, lock))
        say("installing")
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").touch()

    monkeypatch.setattr(environment, "ensure_venv", ensure_venv)
    return asked


def test_the_folder_changes_with_the_manifest_the_lock_and_the_platform(tool, monkeypatch, cache):
    folders = [
        folder_of(tool()),
        folder_of(tool(lock="six==1.16.0\n")),
        folder_of(tool(command="{env}/bin/python3")),
    ]
    monkeypatch.setattr("platform.platform", lambda: "another")
    folders.append(folder_of(tool()))

    assert len(set(folders)) == 4
    assert {folder.parent for folder in folders} == {cache / "environments"}
    assert all(folder.name.startswith("thing-1-") for folder in folders)


def test_the_folder_stays_while_nothing_changes(tool):
    assert folder_of(tool()) == folder_of(tool())


def test_the_lock_hash_is_that_of_the_file(tool):
    assert lock_hash(tool()) == hashlib.sha256(b"six==1.17.0\n").hexdigest()


def test_the_lock_hash_of_a_tool_without_lock_is_that_of_its_manifest(tool):
    one = tool("path", "sh")
    manifest = (one.adapter.folder / "adapter.toml").read_bytes()

    assert lock_hash(one) == hashlib.sha256(manifest).hexdigest()


def test_a_missing_lock_is_named(tool):
    one = tool()
    one.adapter.lock("1").unlink()

    with pytest.raises(InputError, match=r"thing@1 has no lock: .*locks/1\.txt is missing"):
        build(one, lambda _: None)


def test_an_environment_is_built_once_and_its_places_are_filled_in(tool, installs):
    one, said = tool(), []
    assert not is_built(one)

    first, second = build(one, said.append), build(one, said.append)

    assert is_built(one)
    assert said == ["installing"]
    assert installs[0][1] == one.adapter.lock("1")
    assert first == second
    assert first.command == (f"{folder_of(one)}/bin/python", f"{one.adapter.folder}/worker.py")
    assert first.variables == {"PYTHONPATH": f"{SDK}/python"}
    assert first.lock_hash == lock_hash(one)


def test_a_command_of_the_users_is_found_on_path(tool, tmp_path, monkeypatch, installs):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "thing").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "thing").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    one = tool("path", "thing")

    assert build(one, lambda _: None).command[0] == str(tmp_path / "bin" / "thing")
    assert is_built(one)
    assert installs == []


def test_a_command_that_is_not_on_path_says_where_to_get_it(tool):
    with pytest.raises(HostError) as caught:
        build(tool("path", "no-such-command"), lambda _: None)

    said = "thing@1: 'no-such-command' is not on PATH -- install it: https://example.org/"
    assert str(caught.value) == said


def test_an_interpreter_of_this_machine_is_handed_over_by_its_path(tool, installs, monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "choose", lambda _: Interpreter(tmp_path / "python", None))

    build(tool(), lambda _: None)

    assert installs[0][0] == str(tmp_path / "python")


def test_where_no_interpreter_fits_uv_may_get_one_unless_that_is_forbidden(tool, installs, monkeypatch):
    monkeypatch.setattr(environment, "choose", lambda _: None)
    monkeypatch.setenv("OZH_OFFLINE", "1")
    with pytest.raises(HostError, match=r"thing@1 needs Python >=3\.12, and this machine has none"):
        build(tool(), lambda _: None)

    monkeypatch.delenv("OZH_OFFLINE")
    build(tool(), lambda _: None)
    assert installs[0][0] == ">=3.12"


@pytest.mark.usefixtures("installs")
def test_an_environment_can_be_removed(tool, cache):
    one = tool()
    build(one, lambda _: None)

    assert remove(one)
    assert not is_built(one)
    assert list((cache / "environments").iterdir()) == []
    assert not remove(one)


# Does what npm and cargo do as far as files go, and notes each call; fails where a file says so.
FAKE_CLIENT = """#!/bin/sh
here=$(dirname "$0")
echo "$(basename "$0") $*" >> "$here/calls"
if [ -f "$here/fails" ]; then cat "$here/fails" >&2; exit 1; fi
case "$1" in
  ci) mkdir node_modules;;
  -p) echo "$here/node";;
  build) mkdir "$CARGO_TARGET_DIR"; cp ../../src/main.rs "$CARGO_TARGET_DIR/thing"
         echo '{"reason":"compiler-artifact","executable":null}'
         echo '{"reason":"compiler-artifact","executable":"'"$CARGO_TARGET_DIR"'/thing"}';;
esac
"""


@pytest.fixture
def clients(tmp_path, monkeypatch):
    """An npm, a Node and a cargo that do nothing much; their folder is returned."""
    folder = tmp_path / "clients"
    folder.mkdir()
    for name in ("npm", "node", "cargo"):
        (folder / name).write_text(FAKE_CLIENT)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


@pytest.fixture
def other(tool):
    """Return a tool of npm or cargo, with a lock that is a folder, and a worker."""

    def make(manager):
        one = tool(manager, {"npm": "{env}/bin/node", "cargo": "{env}/bin/thing"}[manager])
        folder = one.adapter.folder
        for name in ("locks/1/package.json", "locks/1/package-lock.json", "locks/1/Cargo.toml"):
            write(folder / name, "{}")
        for name in ("locks/1/Cargo.lock", "worker.mjs", "src/main.rs"):
            write(folder / name, name)
        return one

    return make


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_an_environment_of_node_holds_packages_node_the_worker_and_our_sdk(other, clients, cache):
    one, said = other("npm"), []
    assert not is_built(one)

    first, second = build(one, said.append), build(one, said.append)

    assert is_built(one)
    assert first == second
    assert said == ["installing thing 1"]
    env = folder_of(one)
    assert first.command[0] == f"{env}/bin/node"
    assert (env / "bin" / "node").resolve() == clients / "node"
    assert (env / "worker.mjs").read_text() == "worker.mjs"
    assert (env / "node_modules" / "ozh_worker" / "ozh_worker.mjs").is_file()
    npm, _ = (clients / "calls").read_text().splitlines()
    assert npm.startswith("npm ci ")
    assert "--ignore-scripts" in npm
    assert {path.suffix for path in (cache / "environments").iterdir() if path != env} <= {".lock"}
    assert remove(one)
    assert not is_built(one)


@pytest.mark.usefixtures("clients")
def test_an_environment_whose_node_was_removed_is_made_anew(other):
    one = other("npm")
    build(one, lambda _: None)
    (folder_of(one) / "bin" / "node").unlink()
    (folder_of(one) / "bin" / "node").symlink_to("/nowhere/node")
    assert not is_built(one)

    build(one, lambda _: None)

    assert is_built(one)


@pytest.mark.usefixtures("clients")
def test_a_worker_is_compiled_in_a_copy_and_only_the_binary_stays(other):
    one, said = other("cargo"), []
    before = sorted(one.adapter.folder.rglob("*"))

    built = build(one, said.append)

    assert said == ["compiling thing 1"]
    assert is_built(one)
    assert built.command[0] == f"{folder_of(one)}/bin/thing"
    names = [str(path.relative_to(folder_of(one))) for path in sorted(folder_of(one).rglob("*"))]
    assert names == ["bin", "bin/thing"]
    assert (folder_of(one) / "bin" / "thing").read_text() == "src/main.rs"
    assert sorted(one.adapter.folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("manager", "file", "lock_changes", "folder_changes"),
    [
        ("npm", "locks/1/package-lock.json", True, True),
        ("npm", "worker.mjs", False, True),
        ("npm", "src/main.rs", False, False),
        ("npm", "adapter.toml", False, False),
        ("cargo", "locks/1/Cargo.toml", True, True),
        ("cargo", "src/main.rs", True, True),
        ("cargo", "worker.mjs", False, False),
        ("cargo", "adapter.toml", False, False),
    ],
)
def test_an_environment_changes_with_what_stands_in_it(other, manager, file, lock_changes, folder_changes):
    one = other(manager)
    lock, folder = lock_hash(one), folder_of(one)

    (one.adapter.folder / file).write_text("changed")

    assert (lock_hash(one) != lock) == lock_changes
    assert (folder_of(one) != folder) == folder_changes


@pytest.mark.parametrize(("manager", "missing"), [("npm", "package-lock.json"), ("cargo", "Cargo.lock")])
def test_a_missing_lock_in_a_folder_is_named(other, manager, missing):
    one = other(manager)
    (one.adapter.lock("1") / missing).unlink()

    with pytest.raises(InputError, match=rf"thing@1 has no lock: .*locks/1/{missing} is missing"):
        build(one, lambda _: None)


@pytest.mark.parametrize(("manager", "brought_by"), [("npm", "Node.js"), ("cargo", "Rust")])
def test_a_client_that_is_not_on_path_says_what_to_install(other, monkeypatch, manager, brought_by):
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(HostError) as caught:
        build(other(manager), lambda _: None)

    assert str(caught.value) == f"{manager} is not on PATH -- install {brought_by}, which brings it"


NO_NAME = "npm error code EAI_AGAIN\nnpm error request to a registry failed, reason: getaddrinfo EAI_AGAIN\n"
NO_SERVER = "error: failed to get `itoa`\n\nCaused by:\n  [7] Could not connect to server\n"
LOG = "npm error code EBADENGINE\nnpm error Not compatible with your version of node\nnpm error A complete log of this run can be found in: /x\n"  # noqa: E501


@pytest.mark.parametrize(
    ("manager", "stderr", "said"),
    [
        (
            "npm",
            NO_NAME,
            "the package registry cannot be reached: npm: code EAI_AGAIN; request to a registry",
        ),
        (
            "cargo",
            NO_SERVER,
            "the package registry cannot be reached: cargo: error: failed to get `itoa`; Caused",
        ),
        (
            "npm",
            LOG,
            "npm: code EBADENGINE; Not compatible with your version of node -- see the message above",
        ),
        (
            "cargo",
            "No space left on device (os error 28)",
            "the disk is full: cargo: No space left on device",
        ),
        ("npm", "", "npm: it ended with an error and said nothing"),
        ("cargo", "warning: x\n" * 99 + "error: no such function", "cargo: warning: x; "),
    ],
    ids=["no name", "no server", "too old", "disk full", "silent", "long"],
)
def test_a_client_that_fails_says_why_and_leaves_nothing_behind(other, clients, cache, manager, stderr, said):
    (clients / "fails").write_text(stderr)

    with pytest.raises(HostError) as caught:
        build(other(manager), lambda _: None)

    assert str(caught.value).startswith(said)
    assert len(str(caught.value)) < 600
    assert [path for path in (cache / "environments").iterdir() if path.suffix != ".lock"] == []


LEFT_PAD = """{"name": "1", "lockfileVersion": 3, "requires": true, "packages": {
  "": {"dependencies": {"left-pad": "1.3.0"}},
  "node_modules/left-pad": {"version": "1.3.0", "integrity":
    "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="}}}"""


@pytest.mark.tools
def test_a_real_npm_installs_what_the_lock_names_and_the_worker_finds_it(other, tmp_path):
    one = other("npm")
    write(one.adapter.lock("1") / "package.json", '{"dependencies": {"left-pad": "1.3.0"}}')
    write(one.adapter.lock("1") / "package-lock.json", LEFT_PAD)
    write(one.adapter.folder / "worker.mjs", "import pad from 'left-pad'; console.log(pad('x', 3))")

    node = build(one, lambda _: None).command[0]

    done = subprocess.run(
        [node, str(folder_of(one) / "worker.mjs")],
        env=bare_environment(node, tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "  x\n"
