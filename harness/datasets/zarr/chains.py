"""Chains of codecs from Zarr v3 metadata ("codecs" of the core specification, and the registered codecs)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from harness.datasets.zarr.codecs import (
    ArrayStep,
    ByteStep,
    Chain,
    Chunk,
    Plain,
    Serializer,
    Sums,
    Transpose,
    Utf8,
)
from harness.datasets.zarr.compression import Checksum
from harness.datasets.zarr.compressors import compressor_from
from harness.datasets.zarr.dtypes import DataType, has_byte_order, to_v2
from harness.datasets.zarr.errors import FormatError, shown
from harness.datasets.zarr.fields import extension, lengths, only, required
from harness.datasets.zarr.filters import filter_from
from harness.datasets.zarr.sharding import Sharded, ShardIndex
from harness.scenario.recipe import Codec

_COMPRESSOR_FIELDS = {
    "blosc": {"cname", "clevel", "shuffle", "typesize", "blocksize"},
    "gzip": {"level"},
    "zstd": {"level", "checksum"},
    "numcodecs.blosc": {"cname", "clevel", "shuffle", "typesize", "blocksize"},
    "numcodecs.bz2": {"level"},
    "numcodecs.gzip": {"level"},
    "numcodecs.lz4": {"acceleration"},
    "numcodecs.zlib": {"level"},
    "numcodecs.zstd": {"level", "checksum"},
}
_SUMS_FIELDS = {
    "numcodecs.bitround": {"keepbits"},
    "numcodecs.delta": {"dtype", "astype"},
    "numcodecs.fixedscaleoffset": {"dtype", "astype", "scale", "offset"},
}
_KNOWN = {"transpose", "bytes", "vlen-utf8", "sharding_indexed", "crc32c", "numcodecs.shuffle"}
_KNOWN |= _COMPRESSOR_FIELDS.keys() | _SUMS_FIELDS.keys()
_NUMBERS = [f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)]
_NUMBERS += ["float16", "float32", "float64"]
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
    entries = [
        entry for entry, codec in zip(entries, codecs, strict=True) if not _may_be_ignored(entry, codec)
    ]
    array_steps: list[ArrayStep] = []
    encoded = chunk
    while entries and (step := _array_step(entries[0], encoded)):
        array_steps.append(step)
        encoded = step.encoded(encoded)
        entries = entries[1:]
    if not entries:
        raise FormatError(f"{where}: no codec turns the array into bytes")
    if encoded.dtype != chunk.dtype and entries[0][0] == "sharding_indexed":  # what are absent chunks then?
        raise FormatError(f"{where}: we don't read shards of another data type than the array's")
    serializer, inner, codec = _serializer(entries[0], encoded, in_shard=in_shard)
    byte_steps: list[ByteStep] = []
    for entry in entries[1:]:
        byte_step, codec = _byte_step(entry, encoded.dtype, codec if inner is None else None)
        byte_steps.append(byte_step)
    if any(isinstance(step, Sums) for step in array_steps):
        codec = None
    for step in reversed(array_steps):
        if inner is not None and isinstance(step, Transpose):
            inner = step.original_shape(inner)
    return CodedChunk(Chain(tuple(array_steps), serializer, tuple(byte_steps)), inner, codec)


def _may_be_ignored(entry: _Entry, codec: object) -> bool:
    """Tell whether a codec is unknown and says itself that this does no harm ("must_understand")."""
    return isinstance(codec, dict) and codec.get("must_understand") is False and entry[0] not in _KNOWN


def _array_step(entry: _Entry, chunk: Chunk) -> ArrayStep | None:
    name, config, where = entry
    rank = len(chunk.shape)
    if name == "transpose":
        only(config, {"order"}, where)
        order = lengths(required(config, "order", where), f"{where}.order", 0, rank)
        if sorted(order) != list(range(rank)):
            raise FormatError(f"{where}.order must name each axis once, not {shown(list(order))}")
        return Transpose(order)
    return _sums(name, config, chunk.dtype, where) if name in _SUMS_FIELDS else None


def _sums(name: str, config: Mapping[str, Any], dtype: DataType, where: str) -> Sums:
    """Return the filter of numcodecs: of the chunk's own type, and to a type of numbers by either name."""
    only(config, _SUMS_FIELDS[name], where)
    if dtype.numpy.kind not in "iuf":
        raise FormatError(f"{where}: {name} needs numbers, not {dtype.name}")
    if name != "numcodecs.bitround" and config.get("dtype") not in (dtype.name, to_v2(dtype.name)):
        raise FormatError(
            f"{where}: dtype must be the array's {dtype.name}, not {shown(config.get('dtype'))}"
        )
    astype = dtype
    if (said := config.get("astype")) is not None:
        numbers = [DataType(name, np.dtype(name)) for name in _NUMBERS]
        named = [number for number in numbers if said in (number.name, to_v2(number.name))]
        if not named:
            raise FormatError(f"{where}: astype must be a little-endian type of numbers, not {shown(said)}")
        astype = named[0]
    types = {} if name == "numcodecs.bitround" else {"dtype": dtype.numpy.str, "astype": astype.numpy.str}
    own = {**config, **types, "id": name.removeprefix("numcodecs.")}
    return Sums(filter_from(own, dtype.numpy, where), astype)


def _serializer(
    entry: _Entry, chunk: Chunk, *, in_shard: bool
) -> tuple[Serializer, tuple[int, ...] | None, Codec | None]:
    name, config, where = entry
    plain = Codec(name="none")
    if name == "bytes" and not chunk.dtype.variable:
        return Plain(_stored(config, chunk.dtype, where)), None, plain
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


def _stored(config: Mapping[str, Any], dtype: DataType, where: str) -> np.dtype[Any]:
    only(config, {"endian"}, where)
    endian = config.get("endian")
    if endian is None and dtype.little_unless_said:
        endian = "little"
    if endian is None and not has_byte_order(dtype.numpy):
        return dtype.numpy
    return dtype.numpy.newbyteorder("<" if _endian(endian, where) == "little" else ">")


def _endian(value: object, where: str) -> Literal["little", "big"]:
    if value == "little":
        return "little"
    if value == "big":
        return "big"
    raise FormatError(f"{where}.endian must be 'little' or 'big', not {shown(value)}")


def _byte_step(entry: _Entry, dtype: DataType, codec: Codec | None) -> tuple[ByteStep, Codec | None]:
    """Return the step, and what a recipe would say for it and all before it, which is `codec`."""
    name, config, where = entry
    if name == "numcodecs.shuffle":
        only(config, {"elementsize"}, where)
        size = config.get("elementsize") or dtype.numpy.itemsize  # zarr-python writes null for it
        return filter_from({"id": "shuffle", "elementsize": size}, dtype.numpy, where), None
    if name == "crc32c":
        only(config, set(), where)
        if codec is None or codec.crc32c:
            return Checksum(), None
        return Checksum(), codec.model_copy(update={"crc32c": True})
    if name not in _COMPRESSOR_FIELDS:
        raise FormatError(f"{where}: unknown codec {shown(name)}, or out of place")
    only(config, _COMPRESSOR_FIELDS[name], where)
    step, by_recipe = compressor_from(name.removeprefix("numcodecs."), config, dtype.numpy.itemsize, where)
    recipes_say_so = codec == Codec(name="none") and not name.startswith("numcodecs.")
    return step, by_recipe if recipes_say_so else None


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


def endian_of(codecs: object) -> Literal["little", "big"]:
    """Return the byte order that these codecs, not yet looked at, give to elements."""
    for entry in codecs if isinstance(codecs, list) else []:
        config = entry.get("configuration") if isinstance(entry, dict) else None
        if not isinstance(config, dict):
            continue
        if entry.get("name") == "sharding_indexed":
            return endian_of(config.get("codecs"))
        if entry.get("name") == "bytes" and config.get("endian") == "big":
            return "big"
    return "little"
