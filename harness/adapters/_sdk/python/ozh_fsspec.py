"""What workers of tools that read a file share: a place as a path, or as a file of fsspec's."""

import fsspec


def file_of(store, **options):
    """Return the path of a local file, or a remote one opened by fsspec, which caches what it reads ahead.

    `options` are those of `open`, e.g. `cache_type`; without any, each file system has its own.
    """
    if store.kind == "file":
        return store.path
    if store.kind == "http":
        return fsspec.filesystem("http").open(store.url, **options)
    s3 = fsspec.filesystem(
        "s3",
        key=store.access_key,
        secret=store.secret_key,
        client_kwargs={"endpoint_url": store.endpoint, "region_name": store.region},
        config_kwargs={"s3": {"addressing_style": "path"}},
    )
    return s3.open(f"{store.bucket}/{store.key}", **options)
