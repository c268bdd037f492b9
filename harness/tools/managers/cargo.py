"""Environments of Rust: the worker itself, compiled from the adapter's sources with what Cargo.lock names."""

import json
import shutil
from pathlib import Path

from harness.host.uv import Say, make_once
from harness.tools.managers import client

# Cargo tells in JSON which binaries it made, and what is wrong with the sources in plain text, on stderr.
_BUILD = ["build", "--release", "--locked", "--quiet", "--message-format=json-render-diagnostics"]


def install(folder: Path, lock: Path, sources: Path, say: Say) -> Path:
    """Return the folder of the binaries of the crate in the folder `lock`; compiled if absent.

    Cargo.toml names its files below `sources` as `../../src/...`. Raises HostError where that fails.
    """
    binaries = folder / "bin"

    def make(target: Path) -> None:
        # In a copy: cargo must write nothing into the adapter. All but the binaries goes with it.
        crate = target.with_name("copy") / "locks" / lock.name
        shutil.copytree(lock, crate)
        shutil.copytree(sources, crate.parent.parent / "src")
        told = client.run("cargo", _BUILD, crate, CARGO_TARGET_DIR=str(target.with_name("target")))
        messages = [json.loads(line) for line in told.splitlines()]
        (target / "bin").mkdir(parents=True)
        for path in [message["executable"] for message in messages if message.get("executable")]:
            shutil.copy(path, target / "bin")

    make_once(folder, binaries, make, say, f"compiling {lock.parent.parent.name} {lock.name}")
    return binaries
