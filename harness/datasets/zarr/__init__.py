"""Our own small Zarr encoder and decoder (v2, v3, sharding) over numcodecs: builds datasets, judges writes.

It is not a Zarr library: it writes what a recipe can ask for, and reads arrays or boxes of them, strictly.
"""
