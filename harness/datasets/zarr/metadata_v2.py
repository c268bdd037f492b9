"""Zarr v2 metadata: `.zarray`, both ways (Zarr v2 specification, "Metadata")."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from harness.datasets.zarr.codecs import (
    ArrayStep,
    ByteStep,
    Chain,
    Chunk,
    Json,
    Plain,
    Serializer,
    Transpose,
    Utf8,
)
from harness.datasets.zarr.compression import SHUFFLES
from harness.datasets.zarr.compressors import compressor_from
from harness.datasets.zarr.dtypes import OBJECT, STRING, DataType, from_v2, to_v2
from harness.datasets.zarr.errors import FormatError, shown
from harness.datasets.zarr.fields import as_object, exactly, lengths, required, separator
from harness.datasets.zarr.fills import fill_from_v2, fill_to_json, no_value
from harness.datasets.zarr.filters import filter_from
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.stored import StoredArray
from harness.scenario.recipe import Codec


def array_document(spec: ArraySpec) -> dict[str, Any]:
    """Return the content of `.zarray`."""
    return {
        "zarr_format": 2,
        "shape": list(spec.shape),
        "chunks": list(spec.chunks),
        "dtype": to_v2(spec.dtype),
        "compressor": _compressor_document(spec.codec),
        "fill_value": fill_to_json(spec.dtype, spec.fill_value),
        "order": "C",
        "filters": None,
        "dimension_separator": spec.separator,
    }


def _compressor_document(codec: Codec) -> dict[str, Any] | None:
    if codec.name == "none":
        return None
    if codec.name != "blosc":
        checksum = {"checksum": True} if codec.checksum else {}
        return {"id": codec.name, "level": codec.level, **checksum}
    shuffle = SHUFFLES.index(codec.shuffle)
    return {"id": "blosc", "cname": codec.cname, "clevel": codec.level, "shuffle": shuffle, "blocksize": 0}


def stored_array(
    path: str, key: str, fields: Mapping[str, Any], attributes: Mapping[str, Any]
) -> StoredArray:
    """Return the array that a `.zarray`, found under `key`, describes; raises FormatError."""
    exactly(required(fields, "zarr_format", key), 2, f"{key}: zarr_format")
    shape = lengths(required(fields, "shape", key), f"{key}: shape", 0)
    chunks = lengths(required(fields, "chunks", key), f"{key}: chunks", 1, len(shape))
    dtype, stored, serializer, byte_steps, codec = _codecs(fields, key)
    # It must be there, but old arrays lack it, and all readers take that as null.
    fill_value = fill_from_v2(dtype, stored, fields.get("fill_value"), f"{key}: fill_value")
    fill = no_value(dtype) if fill_value is None else fill_value
    order = required(fields, "order", key)
    if order not in ("C", "F"):
        raise FormatError(f"{key}: order must be 'C' or 'F', not {shown(order)}")
    reversed_axes = Transpose(tuple(reversed(range(len(shape)))))
    array_steps: tuple[ArrayStep, ...] = (reversed_axes,) if order == "F" else ()
    return StoredArray(
        path=path,
        zarr_format=2,
        shape=shape,
        chunks=chunks,
        shards=None,
        dtype=dtype.name,
        fill_value=fill_value,
        separator=separator(fields.get("dimension_separator", "."), f"{key}: dimension_separator"),
        codec=codec,
        attributes=attributes,
        dimension_names=None,
        key_prefix="",
        chain=Chain(array_steps, serializer, byte_steps),
        chunk=Chunk(chunks, dtype, fill),
    )


def _codecs(
    fields: Mapping[str, Any], key: str
) -> tuple[DataType, np.dtype[Any], Serializer, tuple[ByteStep, ...], Codec | None]:
    dtype, stored = from_v2(required(fields, "dtype", key), f"{key}: dtype")
    filters = required(fields, "filters", key)
    if filters is None:
        filters = []
    if not isinstance(filters, list):
        raise FormatError(f"{key}: filters must be a list or null, not {shown(filters)}")
    where = f"{key}: filters"
    configs = [as_object(config, where) for config in filters]
    serializer: Serializer = Plain(stored)
    if dtype is STRING:
        dtype, serializer = _object_codec(configs, where, stored)
        configs = configs[1:]
    byte_steps: list[ByteStep] = []
    item = stored if isinstance(serializer, Plain) else np.dtype("u1")
    for config in configs:
        step = filter_from(config, item, where)
        item = item if step.name == "shuffle" else step.stored
        byte_steps.append(step)
    codec: Codec | None = Codec(name="none")
    compressor = required(fields, "compressor", key)
    if compressor is not None:
        config = as_object(compressor, f"{key}: compressor")
        compression, codec = compressor_from(config.get("id"), config, stored.itemsize, f"{key}: compressor")
        byte_steps.append(compression)
    return dtype, stored, serializer, tuple(byte_steps), None if filters else codec


def _object_codec(
    configs: list[dict[str, Any]], where: str, stored: np.dtype[Any]
) -> tuple[DataType, Serializer]:
    name = configs[0].get("id") if configs else None
    if name == "vlen-utf8":
        return STRING, Utf8()
    if name == "json2" and configs[0].get("encoding", "utf-8") == "utf-8":
        return OBJECT, Json()
    raise FormatError(
        f"{where} must begin with vlen-utf8 or json2 for data type {stored.str}, not {shown(name)}"
    )
