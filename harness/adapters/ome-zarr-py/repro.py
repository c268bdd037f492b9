"""Read a selection of a level of an image with ome-zarr-py."""

from importlib.metadata import version

import numpy as np
import zarr
from ome_zarr import OMEZarrMultiscale

group = zarr.open_group(r"@DATA@", mode="r")
image = OMEZarrMultiscale.from_ome_zarr(group).images[@LEVEL@]
pixels = image.data[@SELECTION@].compute()

print("ome-zarr", version("ome-zarr"))
print(pixels.dtype, pixels.shape)
print(pixels)
np.save("got.npy", pixels)
