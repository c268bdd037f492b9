"""Our own small Zarr encoder and decoder (v2, v3, sharding) over numcodecs: builds datasets, judges writes.

It is not a Zarr library: it writes whole arrays, for a recipe or by a metadata document as it stands, and
reads arrays or boxes of them, strictly.
"""
