"""The stored forms of an image: OME-Zarr, and for reference those that were there before it."""

from collections.abc import Sequence
from typing import Literal

from harness.scenario.recipe import Recipe

Form = Literal["ome-zarr", "ome-tiff", "hdf5"]
OME_ZARR: Form = "ome-zarr"
TITLES: dict[Form, str] = {"ome-zarr": "OME-Zarr", "ome-tiff": "OME-TIFF", "hdf5": "HDF5"}

# One codec family in each form, or none at all: with another one, codecs would be compared and not forms.
_CODECS = {"none": False, "gzip": True, "zlib": True}  # whether it is deflate
# OME-TIFF has names for these alone, and for bit, whose pixels are no bytes.
_OF_OME_TIFF = frozenset({"int8", "int16", "int32", "uint8", "uint16", "uint32", "float32", "float64"})
_TILE = 16  # TIFF: the length and width of a tile are multiples of it


def is_deflated(recipe: Recipe) -> bool:
    """Tell whether OME-TIFF and HDF5 compress a recipe that `why_not` lets pass; if so, it is by deflate."""
    return _CODECS[recipe.codec.name]


def tile_of(recipe: Recipe) -> tuple[int, int]:
    """Return the length and width of a tile: those of a chunk, each the next multiple of 16."""
    length, width = (-(-edge // _TILE) * _TILE for edge in recipe.chunks[-2:])
    return length, width


def why_not(recipe: Recipe, form: Form) -> str | None:
    """Return why an image cannot be stored in this form, None where it can."""
    if form == OME_ZARR:
        return None
    if recipe.plate:
        return f"{form} has no place for a plate"
    if recipe.labels:
        return f"{form} has no place for label images"
    if recipe.codec.name not in _CODECS or recipe.codec.crc32c:
        return f"{form} has only the codecs gzip (zlib) and none, without crc32c, in common with OME-Zarr"
    return _why_no_tiff(recipe) if form == "ome-tiff" else None


def _why_no_tiff(recipe: Recipe) -> str | None:
    if recipe.dtype not in _OF_OME_TIFF:
        return f"OME-TIFF has no data type {recipe.dtype}"
    if 1 in recipe.shape:
        return "OME-TIFF always has five axes, so that one of length 1 is not told from one that is not there"
    reduced = _reduced(recipe)
    if set(reduced) - {"y", "x"}:
        return f"levels of an OME-TIFF are smaller along y and x only, not along {' and '.join(reduced)}"
    return None


def _reduced(recipe: Recipe) -> Sequence[str]:
    """Return the axes along which levels get smaller."""
    if recipe.levels == 1:
        return ()
    return [name for name, factor in zip(recipe.axes, recipe.factors, strict=True) if factor > 1]
