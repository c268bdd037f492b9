# mypy: ignore-errors
"""Times reading a plane with ome-zarr-py, as a script of its user would: `ome-zarr-py-plane.py IMAGE Z`.

Prints the SHA-256 of the plane; then, for each number of reads asked for on stdin, how many ns each took.
"""

import hashlib
import sys
import time

import zarr
from ome_zarr import OMEZarrMultiscale

path, z = sys.argv[1], int(sys.argv[2])
image = OMEZarrMultiscale.from_ome_zarr(zarr.open_group(path, mode="r")).images[0]
print(hashlib.sha256(image.data[z].compute()).hexdigest(), flush=True)

for reads in sys.stdin:
    times = []
    for _ in range(int(reads)):
        begun = time.perf_counter_ns()
        plane = image.data[z].compute()
        times.append(time.perf_counter_ns() - begun)
        del plane  # a worker lets go of it too
    print(*times, flush=True)
