"""Decoding chains from Zarr v3 metadata ("codecs" of the core specification, and the registered codecs)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from harness.datasets.zarr.codecs import (
    ArrayStep,
    ByteStep,
    Chain,
    Chunk,
    Differences,
    Plain,
    Serializer,
    Transpose,
    Utf8,
)
from harness.datasets.zarr.compression import Checksum
from harness.datasets.zarr.compressors import compressor_from
from harness.datasets.zarr.dtypes import DataType, to_v2
from harness.datasets.zarr.errors import FormatError, shown
from harness.datasets.zarr.fields import extension, lengths, only, required
from harness.datasets.zarr.sharding import Sharded, ShardIndex
from harness.scenario.recipe import Codec

_COMPRESSOR_FIELDS = {
    "blosc": {"cname", "clevel", "shuffle", "typesize", "blocksize"},
    "gzip": {"level"},
    "zstd": {"level", "checksum"},
}
_Entry = tuple[str, dict[str, Any], str]  # name, configuration, where it stands


@dataclass(frozen=True)
class CodedChunk:
    """How the chunks of a grid are encoded."""

    chain: Chain
    inner: tuple[int, ...] | None  # of shards: the shape of the inner chunks, by the array's axes
    codec: Codec | None  # None: compressed as no recipe can ask for


def chain_from(codecs: object, chunk: Chunk, where: str, *, in_shard: bool = False) -> CodedChunk:
    """Return how these codecs encode chunks; raises FormatError for what we don't know or what can't be."""
    if not isinstance(codecs, list):
        raise FormatError(f"{where} must be a list, not {shown(codecs)}")
    entries = [(*extension(entry, f"{where}[{n}]"), f"{where}[{n}]") for n, entry in enumerate(codecs)]
    array_steps: list[ArrayStep] = []
    shape = chunk.shape
    while entries and (step := _array_step(entries[0], shape, chunk.dtype)):
        array_steps.append(step)
        shape = step.encoded_shape(shape)
        entries = entries[1:]
    if not entries:
        raise FormatError(f"{where}: no codec turns the array into bytes")
    encoded = Chunk(shape, chunk.dtype, chunk.fill)
    serializer, inner, codec = _serializer(entries[0], encoded, in_shard=in_shard)
    byte_steps: list[ByteStep] = []
    for entry in entries[1:]:
        byte_step, codec = _byte_step(entry, chunk.dtype, codec if inner is None else None)
        byte_steps.append(byte_step)
    if any(isinstance(step, Differences) for step in array_steps):
        codec = None
    for step in reversed(array_steps):
        if inner is not None and isinstance(step, Transpose):
            inner = step.original_shape(inner)
    return CodedChunk(Chain(tuple(array_steps), serializer, tuple(byte_steps)), inner, codec)


def _array_step(entry: _Entry, shape: tuple[int, ...], dtype: DataType) -> ArrayStep | None:
    name, config, where = entry
    if name == "transpose":
        only(config, {"order"}, where)
        order = lengths(required(config, "order", where), f"{where}.order", 0, len(shape))
        if sorted(order) != list(range(len(shape))):
            raise FormatError(f"{where}.order must name each axis once, not {shown(list(order))}")
        return Transpose(order)
    if name == "numcodecs.delta":
        only(config, {"dtype", "astype"}, where)
        asked = {config.get("dtype"), config.get("astype", config.get("dtype"))}
        if dtype.numpy.kind not in "iuf" or not asked <= {dtype.name, to_v2(dtype.name)}:
            raise FormatError(f"{where}: dtype and astype must be the array's {dtype.name}")
        return Differences()
    return None


def _serializer(
    entry: _Entry, chunk: Chunk, *, in_shard: bool
) -> tuple[Serializer, tuple[int, ...] | None, Codec | None]:
    name, config, where = entry
    plain = Codec(name="none")
    if name == "bytes" and not chunk.dtype.variable:
        return Plain(_stored(config, chunk.dtype.numpy, where)), None, plain
    if name == "vlen-utf8" and chunk.dtype.variable:
        only(config, set(), where)
        return Utf8(), None, plain
    if name == "sharding_indexed":
        if in_shard:
            raise FormatError(f"{where}: we don't read shards inside shards")
        sharded, codec = _sharded(config, chunk, where)
        return sharded, sharded.chunk_shape, codec
    raise FormatError(
        f"{where}: codec {shown(name)} cannot turn {chunk.dtype.name} into bytes, or is unknown"
    )


def _stored(config: Mapping[str, Any], native: np.dtype[Any], where: str) -> np.dtype[Any]:
    only(config, {"endian"}, where)
    endian = config.get("endian")
    if endian is None and native.itemsize == 1:
        return native
    return native.newbyteorder("<" if _endian(endian, where) == "little" else ">")


def _endian(value: object, where: str) -> Literal["little", "big"]:
    if value == "little":
        return "little"
    if value == "big":
        return "big"
    raise FormatError(f"{where}.endian must be 'little' or 'big', not {shown(value)}")


def _byte_step(entry: _Entry, dtype: DataType, codec: Codec | None) -> tuple[ByteStep, Codec | None]:
    """Return the step, and what a recipe would say for it and all before it, which is `codec`."""
    name, config, where = entry
    if name == "crc32c":
        only(config, set(), where)
        if codec is None or codec.crc32c:
            return Checksum(), None
        return Checksum(), codec.model_copy(update={"crc32c": True})
    if name not in _COMPRESSOR_FIELDS:
        raise FormatError(f"{where}: unknown codec {shown(name)}, or out of place")
    only(config, _COMPRESSOR_FIELDS[name], where)
    step, by_recipe = compressor_from(name, config, dtype.numpy.itemsize, where)
    return step, by_recipe if codec == Codec(name="none") else None


def _sharded(config: Mapping[str, Any], chunk: Chunk, where: str) -> tuple[Sharded, Codec | None]:
    only(config, {"chunk_shape", "codecs", "index_codecs", "index_location"}, where)
    inner = lengths(required(config, "chunk_shape", where), f"{where}.chunk_shape", 1, len(chunk.shape))
    if any(whole % part for whole, part in zip(chunk.shape, inner, strict=True)):
        raise FormatError(
            f"{where}.chunk_shape {list(inner)} does not divide the shard's {list(chunk.shape)}"
        )
    coded = chain_from(
        required(config, "codecs", where),
        Chunk(inner, chunk.dtype, chunk.fill),
        f"{where}.codecs",
        in_shard=True,
    )
    return Sharded(inner, coded.chain, _index(config, where)), coded.codec


def _index(config: Mapping[str, Any], where: str) -> ShardIndex:
    location = config.get("index_location", "end")
    if location not in ("start", "end"):
        raise FormatError(f"{where}.index_location must be 'start' or 'end', not {shown(location)}")
    codecs = required(config, "index_codecs", where)
    if not isinstance(codecs, list):
        raise FormatError(f"{where}.index_codecs must be a list, not {shown(codecs)}")
    entries = [extension(entry, f"{where}.index_codecs") for entry in codecs]
    if [name for name, _ in entries] not in (["bytes"], ["bytes", "crc32c"]):
        raise FormatError(f"{where}.index_codecs must be bytes, or bytes and crc32c, not {shown(codecs)}")
    endian = _endian(entries[0][1].get("endian"), f"{where}.index_codecs")
    return ShardIndex("start" if location == "start" else "end", endian, checksum=len(entries) == 2)
