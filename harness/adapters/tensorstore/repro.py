"""Read a selection of an array with tensorstore."""

from pathlib import Path

import numpy as np
import tensorstore as ts

folder = Path(r"@DATA@", "@ARRAY@").absolute()
driver = "zarr3" if (folder / "zarr.json").exists() else "zarr"
spec = {"driver": driver, "kvstore": {"driver": "file", "path": f"{folder}/"}}
array = ts.open(spec, open=True, read=True).result()
# Lists of indices are for outer indexing.
indexed = array.oindex if "[" in "@SELECTION@" else array
pixels = indexed[@SELECTION@].read().result()

print(pixels.dtype, pixels.shape)
print(pixels)
np.save("got.npy", pixels)
