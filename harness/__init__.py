"""OME-Zarr Harness: which OME-Zarr tool reads right, which lies, which is fast, shown with evidence."""
