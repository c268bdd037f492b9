"""zarr-python over obstore, as its users drive it: see `ozh_zarr`; here is how its stores are made."""

import ozh_zarr
from obstore.store import HTTPStore, LocalStore, S3Store
from ozh_worker import serve
from ozh_zarr3 import Zarr3, configure
from zarr.storage import ObjectStore


def store_of(store, *, read_only):
    """Return the zarr store of a place; obstore wants to be told that plain http is meant."""
    plain = {"allow_http": True}
    if store.kind == "file":
        place = LocalStore(store.path, mkdir=not read_only)
    elif store.kind == "http":
        place = HTTPStore(store.url, client_options=plain)
    else:
        place = S3Store(
            store.bucket,
            prefix=store.key,
            endpoint=store.endpoint,
            region=store.region,
            access_key_id=store.access_key,
            secret_access_key=store.secret_key,
            virtual_hosted_style_request=False,
            client_options=plain,
        )
    return ObjectStore(place, read_only=read_only)


serve(
    "zarr-python-obstore",
    packages=["zarr", "obstore", "numcodecs", "numpy"],
    configure=configure,
    operations=ozh_zarr.operations(Zarr3(store_of)),
)
