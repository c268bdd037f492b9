"""Specimens: small arrays and images, each with a corner of Zarr or OME-Zarr that tools trip over.

Corners are written by hand (`corners/*.yaml`); pairs are made so that every two properties meet once.
"""

from harness.datasets.specimens.collect import specimens

__all__ = ["specimens"]
