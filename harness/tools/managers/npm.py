"""Environments of Node: what package-lock.json names, the Node they run on, and the worker.

Node looks for packages from the folder of the file that imports them. So the worker stands in the
environment, beside `node_modules`, and our SDK in there as the package `ozh_worker`. An environment's key has
the hashes of both.
"""

import shutil
from pathlib import Path

from harness.host.uv import Say, make_once
from harness.tools.managers import client

# Nothing is resolved, no package runs code of its own at installation, and a Node that is too old is refused.
_STRICT = ("--ignore-scripts", "--engine-strict", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")


def install(folder: Path, lock: Path, workers: list[Path], sdk: Path, say: Say) -> Path:
    """Return the Node of an environment holding what the folder `lock` names; made if absent.

    `workers` are the adapter's own files, `sdk` is the folder of ours. Raises HostError where that fails.
    """
    node = folder / "bin" / "node"

    def make(target: Path) -> None:
        shutil.copytree(lock, target)
        client.run("npm", ["ci", *_STRICT], target)
        # What is on PATH may be a version manager's, which wants its settings; the worker has no home.
        real = client.run("node", ["-p", "process.execPath"], target).strip()
        (target / "bin").mkdir()
        (target / "bin" / "node").symlink_to(real)
        shutil.copytree(sdk, target / "node_modules" / "ozh_worker")
        for worker in workers:
            shutil.copy(worker, target)

    make_once(folder, node, make, say, f"installing {lock.parent.parent.name} {lock.name}")
    return node
