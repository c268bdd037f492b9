# mypy: ignore-errors
"""Times reading a plane with tensorstore, as a script of its user would: `tensorstore-plane.py IMAGE Z`.

Prints the SHA-256 of the plane; then, for each number of reads asked for on stdin, how many ns each took.
"""

import hashlib
import json
import sys
import time

import tensorstore as ts

image, z = sys.argv[1], int(sys.argv[2])
files = ts.KvStore.open({"driver": "file", "path": f"{image}/"}).result()
level = json.loads(files[".zattrs"])["multiscales"][0]["datasets"][0]["path"]
kvstore = {"driver": "file", "path": f"{image}/{level}/"}
array = ts.open({"driver": "zarr", "kvstore": kvstore}, read=True).result()
print(hashlib.sha256(array[z].read().result()).hexdigest(), flush=True)

for reads in sys.stdin:
    times = []
    for _ in range(int(reads)):
        begun = time.perf_counter_ns()
        plane = array[z].read().result()
        times.append(time.perf_counter_ns() - begun)
        del plane  # a worker lets go of it too
    print(*times, flush=True)
