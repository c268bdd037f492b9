"""Corners: specimens written by hand, each a change to a plain array. `Corner` is what a case may say."""

import itertools
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import Field, model_validator

from harness.datasets.specimens.wrap import Document, axes_of, can_be_image, wrapped
from harness.scenario.specimen import Specimen
from harness.scenario.strict import Strict

_FOLDER = Path(__file__).with_name("corners")

# Uneven on purpose, so that axes that are swapped and chunks that are misplaced show.
_PLAIN_V2: Document = {
    "zarr_format": 2,
    "shape": [7, 10],
    "chunks": [4, 5],
    "dtype": "<u2",
    "compressor": None,
    "fill_value": 0,
    "order": "C",
    "filters": None,
    "dimension_separator": "/",
}
_PLAIN_V3: Document = {
    "zarr_format": 3,
    "node_type": "array",
    "shape": [7, 10],
    "data_type": "uint16",
    "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 5]}},
    "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
    "fill_value": 0,
    "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
    "attributes": {},
}


class Corner(Strict):
    """One case of `corners/*.yaml`, once `each` is resolved.

    `each` gives values for `$names` in the case and in its name, by the words for them: one case per choice.
    A `$name` that stands alone is replaced by the value, one inside a text by the word; in a plain list of
    values, each is its own word.
    """

    title: str
    urls: tuple[str, ...] = ()
    v2: Document | None = Field(default=None, description="What `.zarray` has other than the plain one")
    v3: Document | None = Field(
        default=None, description="What `zarr.json` has other than the plain one; `chunks` is its chunk_shape"
    )
    without: tuple[str, ...] = Field(default=(), description="What the document lacks")
    node: Document = Field(default={}, description="Other fields of the array's node")
    specimen: Document = Field(default={}, description="Other fields of the specimen")
    path: str = "0"
    image: bool = Field(default=True, description="Whether it is an image too, if it can be one")
    must: Literal["read", "refuse", "either"] = "read"

    @model_validator(mode="after")
    def _has_one_document(self) -> Self:
        if (self.v2 is None) == (self.v3 is None):
            raise ValueError("a corner has either v2 or v3")
        return self


@cache
def corners() -> tuple[Specimen, ...]:
    """Return all corners, file by file; raises ValueError for a case that is none."""
    return tuple(specimen for file in sorted(_FOLDER.glob("*.yaml")) for specimen in _read(file))


def _read(file: Path) -> Iterator[Specimen]:
    """Return the corners of one file; `_parts` holds what its cases refer to by YAML's anchors."""
    cases: dict[str, Document] = yaml.safe_load(file.read_text(encoding="utf-8"))
    cases.pop("_parts", None)
    for name, case in cases.items():
        for choice in _choices(case.get("each", {})):
            filled = {key: _filled(value, choice) for key, value in case.items() if key != "each"}
            yield _specimen(_filled(f"corner-{name}", choice), Corner.model_validate(filled))


def _choices(each: dict[str, Any]) -> Iterator[dict[str, tuple[str, Any]]]:
    """Return every choice: word and value by name."""
    words = [
        list(values.items()) if isinstance(values, dict) else [(str(one).lower(), one) for one in values]
        for values in each.values()
    ]
    return (dict(zip(each, pairs, strict=True)) for pairs in itertools.product(*words))


def _filled(value: Any, choice: dict[str, tuple[str, Any]]) -> Any:  # noqa: ANN401 -- whatever YAML holds
    if isinstance(value, dict):
        return {key: _filled(entry, choice) for key, entry in value.items()}
    if isinstance(value, list):
        return [_filled(entry, choice) for entry in value]
    if isinstance(value, str):
        for name, (word, chosen) in choice.items():
            if value == f"${name}":
                return chosen
            value = value.replace(f"${name}", word)
    return value


def _specimen(name: str, corner: Corner) -> Specimen:
    metadata = _document(corner)
    image = corner.image and can_be_image(metadata)
    if image and corner.v3 is not None and "dimension_names" not in (*metadata, *corner.without):
        metadata["dimension_names"] = list(axes_of(metadata))
    return wrapped(
        2 if corner.v3 is None else 3,
        corner.path,
        {"metadata": metadata, **corner.node},
        image=image,
        name=name,
        title=corner.title,
        urls=corner.urls,
        must=corner.must,
        **corner.specimen,
    )


def _document(corner: Corner) -> Document:
    change = dict(corner.v2 or corner.v3 or {})
    if corner.v3 is not None and "chunks" in change:
        change["chunk_grid"] = {"name": "regular", "configuration": {"chunk_shape": change.pop("chunks")}}
    document = {**(_PLAIN_V3 if corner.v2 is None else _PLAIN_V2), **change}
    return {key: value for key, value in document.items() if key not in corner.without}
