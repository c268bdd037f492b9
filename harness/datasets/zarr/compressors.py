"""What metadata say of a compressor: checked, and put as the recipe's noun where it has one."""

import gzip
from collections.abc import Mapping
from typing import Any, get_args

import numcodecs
import numpy as np

from harness.datasets.zarr.compression import SHUFFLES, Compression
from harness.datasets.zarr.errors import FormatError, shown
from harness.scenario.recipe import Codec

_BLOSC_CNAMES = ("lz4", "lz4hc", "blosclz", "zstd", "zlib", "snappy")


def compressor_from(
    name: object, config: Mapping[str, Any], itemsize: int, where: str
) -> tuple[Compression, Codec | None]:
    """Return the compressor, and what a recipe would say for it; raises FormatError for one we don't know.

    `config` is that of Zarr v3, or a Zarr v2 compressor without its id; `itemsize` is the array's, in bytes.
    """
    if name == "blosc":
        return _blosc(config, itemsize, where)
    if name == "gzip":
        level = _level(config, "level", 0, 9, where)
        # numcodecs would write the time of day into it
        return Compression("gzip", lambda data: gzip.compress(data, level, mtime=0)), Codec(
            name="gzip", level=level
        )
    if name == "zlib":
        level = _level(config, "level", 0, 9, where)
        return _by_library("zlib", numcodecs.Zlib(level=level)), Codec(name="zlib", level=level)
    if name == "lz4":
        acceleration = config.get("acceleration", 1)
        if type(acceleration) is not int or not -(2**31) <= acceleration < 2**31:
            raise FormatError(f"{where}: acceleration must be an integer, not {shown(acceleration)}")
        return _by_library("lz4", numcodecs.LZ4(acceleration=acceleration)), None
    if name == "bz2":
        return _by_library("bz2", numcodecs.BZ2(level=_level(config, "level", 1, 9, where))), None
    if name == "zstd":
        return _zstd(config, where)
    raise FormatError(f"{where}: unknown codec {shown(name)}")


def _by_library(name: Any, library: Any) -> Compression:  # noqa: ANN401 -- numcodecs has no types
    return Compression(name, lambda data: bytes(library.encode(data)))


def _level(config: Mapping[str, Any], name: str, least: int, most: int, where: str) -> int:
    level = config.get(name)
    if type(level) is not int or not least <= level <= most:
        raise FormatError(f"{where}: {name} must be from {least} to {most}, not {shown(level)}")
    return level


def _zstd(config: Mapping[str, Any], where: str) -> tuple[Compression, Codec | None]:
    level = _level(config, "level", -131072, 22, where)
    checksum = config.get("checksum", False)
    if not isinstance(checksum, bool):
        raise FormatError(f"{where}: checksum must be true or false, not {shown(checksum)}")
    codec = Codec(name="zstd", level=level, checksum=checksum) if level >= 0 else None
    return _by_library("zstd", numcodecs.Zstd(level=level, checksum=checksum)), codec


def _blosc(config: Mapping[str, Any], itemsize: int, where: str) -> tuple[Compression, Codec | None]:
    cname, shuffle = config.get("cname"), config.get("shuffle")
    if cname not in _BLOSC_CNAMES:
        raise FormatError(f"{where}: cname must be one of blosc's compressors, not {shown(cname)}")
    level = _level(config, "clevel", 0, 9, where)
    if type(shuffle) is int and -1 <= shuffle <= 2:  # Zarr v2; -1 leaves it to numcodecs
        shuffle = SHUFFLES[shuffle] if shuffle >= 0 else "bitshuffle" if itemsize == 1 else "shuffle"
    if shuffle not in SHUFFLES:
        raise FormatError(f"{where}: shuffle must be one of {', '.join(SHUFFLES)}, not {shown(shuffle)}")
    library = numcodecs.Blosc(
        cname=cname,
        clevel=level,
        shuffle=SHUFFLES.index(shuffle),
        blocksize=_positive(config, "blocksize", 0),
    )
    typesize = _positive(config, "typesize", itemsize)

    def compress(data: bytes) -> bytes:
        # numcodecs takes the length of an element from what it is given.
        whole = len(data) % typesize == 0
        return bytes(library.encode(np.frombuffer(data, f"V{typesize}") if whole else data))

    codec = None
    if cname in get_args(Codec.model_fields["cname"].annotation):
        codec = Codec(name="blosc", level=level, cname=cname, shuffle=shuffle)
    return Compression("blosc", compress), codec


def _positive(config: Mapping[str, Any], name: str, default: int) -> int:
    """Return what only matters for encoding, so that it is never a reason not to decode."""
    value = config.get(name)
    return value if type(value) is int and 0 < value < 2**24 else default
