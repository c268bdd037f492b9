"""zarr-python as its users drive it: see `ozh_zarr`, and for what differs between its versions `own`."""

import ozh_zarr
import zarr
from ozh_worker import serve

if zarr.__version__.startswith("2."):
    import with_zarr2 as own
    from with_zarr2 import configure
else:
    from ozh_zarr3 import Zarr3, configure, store_of

    own = Zarr3(store_of)

serve(
    "zarr-python",
    packages=["zarr", "numcodecs", "fsspec", "s3fs", "aiohttp", "numpy"],
    configure=configure,
    operations=ozh_zarr.operations(own),
)
