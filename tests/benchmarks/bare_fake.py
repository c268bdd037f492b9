"""The fake tool without its worker, like the scripts in benchmarks/bare: `bare_fake.py IMAGE Z`."""

import hashlib
import sys
import time
from pathlib import Path

from harness.datasets.zarr.decode import open_array, read_array
from harness.datasets.zarr.tree import FolderTree

tree = FolderTree(Path(sys.argv[1]))
array = read_array(tree, open_array(tree, "0"))
z = int(sys.argv[2])


def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


say(hashlib.sha256(array[z].copy()).hexdigest())

for reads in sys.stdin:
    times = []
    for _ in range(int(reads)):
        begun = time.perf_counter_ns()
        plane = array[z].copy()
        times.append(time.perf_counter_ns() - begun)
    say(*times)
