"""Truth: pixel sources, our own Zarr encoder and decoder, built datasets."""
