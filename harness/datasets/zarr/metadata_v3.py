"""Zarr v3 metadata: an array's `zarr.json`, both ways (Zarr v3 core specification, "Array metadata")."""

from collections.abc import Mapping
from typing import Any

from harness.datasets.zarr.chains import chain_from, endian_of
from harness.datasets.zarr.codecs import Chunk
from harness.datasets.zarr.dtypes import from_v3
from harness.datasets.zarr.errors import FormatError, shown
from harness.datasets.zarr.fields import as_object, exactly, extension, lengths, only, required, separator
from harness.datasets.zarr.fills import fill_from_v3, fill_to_json
from harness.datasets.zarr.spec import ArraySpec
from harness.datasets.zarr.stored import StoredArray

_FIELDS = {
    "zarr_format",
    "node_type",
    "shape",
    "data_type",
    "chunk_grid",
    "chunk_key_encoding",
    "fill_value",
    "codecs",
    "attributes",
    "storage_transformers",
    "dimension_names",
}
_LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}
_CRC32C = {"name": "crc32c"}


def array_document(spec: ArraySpec, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of `zarr.json`."""
    codecs = [_LITTLE, *_compressor_documents(spec), *([_CRC32C] if spec.codec.crc32c else [])]
    if spec.shards is not None:
        configuration = {
            "chunk_shape": list(spec.chunks),
            "codecs": codecs,
            "index_codecs": [_LITTLE, _CRC32C],
            "index_location": "end",
        }
        codecs = [{"name": "sharding_indexed", "configuration": configuration}]
    names = {} if spec.dimension_names is None else {"dimension_names": list(spec.dimension_names)}
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(spec.shape),
        "data_type": spec.dtype,
        "chunk_grid": {
            "name": "regular",
            "configuration": {"chunk_shape": list(spec.chunks if spec.shards is None else spec.shards)},
        },
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": spec.separator}},
        "fill_value": fill_to_json(spec.dtype, spec.fill_value),
        "codecs": codecs,
        "attributes": dict(attributes),
        **names,
    }


def _compressor_documents(spec: ArraySpec) -> list[dict[str, Any]]:
    codec = spec.codec
    if codec.name == "none":
        return []
    configuration: dict[str, Any] = {"level": codec.level}
    if codec.name == "zstd":
        configuration["checksum"] = codec.checksum
    if codec.name == "blosc":
        configuration = {
            "cname": codec.cname,
            "clevel": codec.level,
            "shuffle": codec.shuffle,
            "typesize": spec.itemsize,
            "blocksize": 0,
        }
    return [{"name": codec.name, "configuration": configuration}]


def stored_array(path: str, key: str, fields: Mapping[str, Any]) -> StoredArray:
    """Return the array that a `zarr.json`, found under `key`, describes; raises FormatError."""
    exactly(required(fields, "zarr_format", key), 3, f"{key}: zarr_format")
    exactly(required(fields, "node_type", key), "array", f"{key}: node_type")
    _understood(fields, key)
    shape = lengths(required(fields, "shape", key), f"{key}: shape", 0)
    definition = extension(required(fields, "data_type", key), f"{key}: data_type")
    dtype = from_v3(*definition, f"{key}: data_type")
    codecs = required(fields, "codecs", key)
    fill = fill_from_v3(dtype, required(fields, "fill_value", key), f"{key}: fill_value", endian_of(codecs))
    chunk = Chunk(_grid(required(fields, "chunk_grid", key), f"{key}: chunk_grid", len(shape)), dtype, fill)
    prefix, between = _key_encoding(required(fields, "chunk_key_encoding", key), f"{key}: chunk_key_encoding")
    coded = chain_from(codecs, chunk, f"{key}: codecs")
    return StoredArray(
        path=path,
        zarr_format=3,
        shape=shape,
        chunks=chunk.shape if coded.inner is None else coded.inner,
        shards=None if coded.inner is None else chunk.shape,
        dtype=dtype.name,
        fill_value=fill,
        separator=separator(between, f"{key}: separator"),
        codec=coded.codec,
        attributes=as_object(fields.get("attributes", {}), f"{key}: attributes"),
        dimension_names=_names(fields.get("dimension_names"), f"{key}: dimension_names", len(shape)),
        key_prefix=prefix,
        chain=coded.chain,
        chunk=chunk,
    )


def _understood(fields: Mapping[str, Any], key: str) -> None:
    for name in fields.keys() - _FIELDS:
        value = fields[name]
        if not (isinstance(value, dict) and value.get("must_understand") is False):
            raise FormatError(f"{key}: unknown field {shown(name)}")
    if fields.get("storage_transformers", []) != []:
        raise FormatError(f"{key}: storage_transformers must be empty, we know none")


def _grid(value: object, where: str, rank: int) -> tuple[int, ...]:
    name, config = extension(value, where)
    exactly(name, "regular", where)
    only(config, {"chunk_shape"}, where)
    return lengths(required(config, "chunk_shape", where), f"{where}.chunk_shape", 1, rank)


def _key_encoding(value: object, where: str) -> tuple[str, object]:
    name, config = extension(value, where)
    only(config, {"separator"}, where)
    if name == "default":
        return "c", config.get("separator", "/")
    exactly(name, "v2", where)
    return "", config.get("separator", ".")


def _names(value: object, where: str, rank: int) -> tuple[str | None, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != rank:
        raise FormatError(f"{where} must be a list of {rank} names, not {shown(value)}")
    if not all(name is None or isinstance(name, str) for name in value):
        raise FormatError(f"{where}: a name must be a string or null, not {shown(value)}")
    return tuple(value)
