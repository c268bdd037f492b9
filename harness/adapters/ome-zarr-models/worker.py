"""ome-zarr-models as its users validate with it: what its command `validate` does, with the reasons kept."""

import importlib
import warnings

import ome_zarr_models
import zarr
from ome_zarr_models.exceptions import ValidationWarning
from ozh_worker import Unsupported, serve
from ozh_zarr3 import store_of

# By kind: the module, its model of attributes, and its group.
MODELS = {
    "image": ("image", "ImageAttrs", "Image"),
    "label": ("image_label", "ImageLabelAttrs", "ImageLabel"),
    "plate": ("hcs", "HCSAttrs", "HCS"),
    "well": ("well", "WellAttrs", "Well"),
    "bioformats2raw": ("bioformats2raw", "BioFormats2RawAttrs", "BioFormats2Raw"),
}


def validate(store, scope, kind):
    if kind not in MODELS:
        raise Unsupported(f"ome-zarr-models has no model of {kind}")
    # Its command takes its own warnings for errors, too.
    with warnings.catch_warnings(action="error", category=ValidationWarning):
        try:
            group = zarr.open_group(store_of(store, read_only=True), mode="r")
            if scope == "attributes":
                validate_attributes(group, kind)
                return True, []
            found = type(ome_zarr_models.open_ome_zarr(group)).__name__
        # pydantic's errors and those of malformed JSON are ValueErrors; open_ome_zarr gathers all into one.
        except (ValueError, RuntimeError, ValidationWarning) as problem:
            return False, [str(problem)]
    wanted = MODELS[kind][2]
    return found == wanted, [] if found == wanted else [f"it is valid as {found}, but not as {wanted}"]


def validate_attributes(group, kind):
    module, attributes_model, _ = MODELS[kind]
    attributes = group.attrs.asdict()
    if group.metadata.zarr_format == 2:
        package = "v04"
    else:
        if "ome" not in attributes:
            raise ValueError("the attributes have no key 'ome'")
        attributes = attributes["ome"]
        package = "v05"
    models = importlib.import_module(f"ome_zarr_models.{package}.{module}")
    getattr(models, attributes_model).model_validate(attributes)


serve(
    "ome-zarr-models",
    packages=["ome-zarr-models", "pydantic-zarr", "pydantic", "zarr", "fsspec", "s3fs", "aiohttp"],
    operations={"validate": validate},
)
