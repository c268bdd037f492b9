# mypy: ignore-errors
"""Times reading a plane with zarr-python, as a script of its user would: `zarr-python-plane.py IMAGE Z`.

Prints the SHA-256 of the plane; then, for each number of reads asked for on stdin, how many ns each took.
"""

import hashlib
import sys
import time

import numpy as np
import zarr

image, z = sys.argv[1], int(sys.argv[2])
group = zarr.open_group(image, mode="r")
array = group[group.attrs["multiscales"][0]["datasets"][0]["path"]]
print(hashlib.sha256(np.asarray(array[z])).hexdigest(), flush=True)

for reads in sys.stdin:
    times = []
    for _ in range(int(reads)):
        begun = time.perf_counter_ns()
        plane = np.asarray(array[z])
        times.append(time.perf_counter_ns() - begun)
        del plane  # a worker lets go of it too
    print(*times, flush=True)
