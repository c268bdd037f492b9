"""ngff-zarr as its users validate with it: `validate=True` when reading, and its schemas for attributes."""

import jsonschema
import ngff_zarr
import zarr
from ngff_zarr.structural_validation import ValidationError
from ozh_worker import Unsupported, serve

SCHEMAS = ("image", "label", "plate", "well")


def validate(store, scope, kind):
    model = kind.removeprefix("strict_")
    if model not in SCHEMAS:
        raise Unsupported(f"ngff-zarr does not validate as {kind}")
    place = store.path if store.kind == "file" else store.url
    try:
        if scope == "attributes":
            validate_attributes(place, model, strict=kind != model)
        else:
            validate_hierarchy(place, kind)
    # those of the schemas, of its rules about structure, and of its reader
    except (jsonschema.ValidationError, ValidationError, ValueError) as problem:
        return False, [getattr(problem, "message", None) or str(problem)]
    return True, []


def validate_attributes(place, model, *, strict):
    group = zarr.open_group(place, mode="r")
    attributes = group.attrs.asdict()
    version = "0.4" if group.metadata.zarr_format == 2 else attributes.get("ome", {}).get("version", "0.5")
    ngff_zarr.validate(attributes, version=str(version), model=model, strict=strict)


def validate_hierarchy(place, kind):
    if kind == "plate":
        plate = ngff_zarr.from_hcs_zarr(place, validate=True)
        for well in plate.wells:  # each is validated as it is loaded
            row, _, column = well.path.partition("/")
            plate.get_well(row, column)
    elif kind == "image":
        ngff_zarr.from_ome_zarr(place, validate=True)
    elif kind == "label":  # read as an image, so what makes it a label image is left to the schema
        validate_attributes(place, kind, strict=False)
        ngff_zarr.from_ome_zarr(place, validate=True)
    else:
        raise Unsupported(f"ngff-zarr reads no {kind} by itself")


serve(
    "ngff-zarr",
    packages=["ngff-zarr", "jsonschema", "zarr", "zarrista"],
    operations={"validate": validate},
)
