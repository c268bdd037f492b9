"""Read a selection of an array with zarr-python, version 2 or 3."""

import numpy as np
import zarr

array = zarr.open_array(r"@DATA@", path="@ARRAY@", mode="r")
# Lists of indices are for orthogonal indexing.
indexed = array.oindex if "[" in "@SELECTION@" else array
pixels = np.asarray(indexed[@SELECTION@])

print("zarr", zarr.__version__)
print(pixels.dtype, pixels.shape)
print(pixels)
np.save("got.npy", pixels)
