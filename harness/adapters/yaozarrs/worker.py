"""yaozarrs as its users validate with it: `validate_zarr_store`, and its models for attributes."""

import yaozarrs
from ozh_worker import Unsupported, serve
from pydantic import ValidationError
from yaozarrs import v04, v05

MODELS = {
    "image": "Image",
    "label": "LabelImage",
    "plate": "Plate",
    "well": "Well",
    "bioformats2raw": "Bf2Raw",
}


def open_group(store):
    if store.kind == "file":
        return yaozarrs.open_group(store.path)
    if store.kind == "http":
        return yaozarrs.open_group(store.url)
    options = {
        "anon": False,
        "key": store.access_key,
        "secret": store.secret_key,
        "client_kwargs": {"endpoint_url": store.endpoint, "region_name": store.region},
        "config_kwargs": {"s3": {"addressing_style": "path"}},
    }
    return yaozarrs.open_group(f"s3://{store.bucket}/{store.key}", storage_options=options)


def validate(store, scope, kind):
    if kind not in MODELS:
        raise Unsupported(f"yaozarrs has no model of {kind}")
    try:
        group = open_group(store)
        if scope == "attributes":
            validate_attributes(group, MODELS[kind])
            return True, []
        found = type(yaozarrs.validate_zarr_store(group).ome_metadata()).__name__
    except (ValidationError, ValueError) as problem:  # pydantic's, and StorageValidationError
        return False, [str(problem)]
    wanted = MODELS[kind]
    return found == wanted, [] if found == wanted else [f"it is valid as {found}, but not as {wanted}"]


def validate_attributes(group, model):
    attributes = dict(group.attrs)
    if group.zarr_format == 2:
        yaozarrs.validate_ome_object(attributes, getattr(v04, model))
    elif "ome" not in attributes:
        raise ValueError("the attributes have no key 'ome'")
    else:
        yaozarrs.validate_ome_object(attributes["ome"], getattr(v05, model))


serve(
    "yaozarrs",
    packages=["yaozarrs", "pydantic", "fsspec", "s3fs", "aiohttp"],
    operations={"validate": validate},
)
