"""Checks attributes against the official OME-NGFF JSON schemas, data files of a published package."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from harness.datasets.packages import package_file
from harness.host.uv import Say
from harness.scenario.image import OmeZarrVersion

Kind = Literal[
    "image", "label", "plate", "well", "strict_image", "strict_label", "strict_plate", "strict_well"
]
_LONGEST = 240


def check_schema(
    attributes: Mapping[str, Any],
    ome_zarr: OmeZarrVersion,
    kind: Kind = "image",
    *,
    say: Say = lambda _: None,
) -> list[str]:
    """Return one sentence for each way in which a group's attributes break the schema; none if it is obeyed.

    `attributes` are those of .zattrs (0.4), or "attributes" of zarr.json (0.5). Raises HostError where the
    schemas can't be fetched.
    """
    folder = str(package_file("ngff-zarr", f"ngff_zarr/spec/{ome_zarr}/schemas", say))
    errors = _validator(folder, kind).iter_errors(attributes)
    return [_sentence(error) for error in sorted(errors, key=lambda error: error.json_path)]


@cache
def _validator(folder: str, kind: Kind) -> Draft202012Validator:
    """Return the validator of one schema; references lead to files of the folder, never elsewhere."""
    schemas = {path.stem: json.loads(path.read_text()) for path in Path(folder).glob("*.schema")}
    resources = (DRAFT202012.create_resource(schema) for schema in schemas.values())
    registry: Registry[Any] = Registry().with_resources((str(one.id()), one) for one in resources)
    return Draft202012Validator(schemas[kind], registry=registry)


def _sentence(error: ValidationError) -> str:
    """Return where and what; of alternatives that all fail, the one that comes closest."""
    closest = best_match([error]) or error
    message = closest.message
    if len(message) > _LONGEST:  # it repeats the value it is about
        message = f"{message[: _LONGEST // 2]} ... {message[-_LONGEST // 2 :]}"
    return f"{closest.json_path}: {message}"
