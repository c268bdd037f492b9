"""Read a selection of an array with zarr-python over obstore."""

import numpy as np
import obstore
import zarr
from zarr.storage import ObjectStore

store = ObjectStore(obstore.store.LocalStore(r"@DATA@"), read_only=True)
array = zarr.open_array(store, path="@ARRAY@", mode="r")
# Lists of indices are for orthogonal indexing.
indexed = array.oindex if "[" in "@SELECTION@" else array
pixels = np.asarray(indexed[@SELECTION@])

print("zarr", zarr.__version__, "obstore", obstore.__version__)
print(pixels.dtype, pixels.shape)
print(pixels)
np.save("got.npy", pixels)
