"""What metadata say of a compressor: checked, and put as the recipe's noun where it has one."""

from collections.abc import Mapping
from typing import Any, get_args

from harness.datasets.zarr.compression import SHUFFLES, Compression
from harness.datasets.zarr.errors import FormatError, shown
from harness.scenario.recipe import Codec

_BLOSC_CNAMES = ("lz4", "lz4hc", "blosclz", "zstd", "zlib", "snappy")


def compressor_from(
    name: object, config: Mapping[str, Any], itemsize: int, where: str
) -> tuple[Compression, Codec | None]:
    """Return the way back, and what a recipe would say for it; raises FormatError for one we don't know.

    `config` is that of Zarr v3, or a Zarr v2 compressor without its id; `itemsize` is the array's, in bytes.
    """
    if name == "blosc":
        return Compression("blosc"), _blosc(config, itemsize, where)
    if name == "gzip":
        return Compression("gzip"), Codec(name="gzip", level=_level(config, "level", 0, 9, where))
    if name == "zlib":
        return Compression("zlib"), Codec(name="zlib", level=_level(config, "level", 0, 9, where))
    if name == "lz4":
        return Compression("lz4"), None
    if name == "zstd":
        level = _level(config, "level", -131072, 22, where)
        checksum = config.get("checksum", False)
        if not isinstance(checksum, bool):
            raise FormatError(f"{where}: checksum must be true or false, not {shown(checksum)}")
        codec = Codec(name="zstd", level=level, checksum=checksum) if level >= 0 else None
        return Compression("zstd"), codec
    raise FormatError(f"{where}: unknown codec {shown(name)}")


def _level(config: Mapping[str, Any], name: str, least: int, most: int, where: str) -> int:
    level = config.get(name)
    if type(level) is not int or not least <= level <= most:
        raise FormatError(f"{where}: {name} must be from {least} to {most}, not {shown(level)}")
    return level


def _blosc(config: Mapping[str, Any], itemsize: int, where: str) -> Codec | None:
    cname, shuffle = config.get("cname"), config.get("shuffle")
    if cname not in _BLOSC_CNAMES:
        raise FormatError(f"{where}: cname must be one of blosc's compressors, not {shown(cname)}")
    level = _level(config, "clevel", 0, 9, where)
    if type(shuffle) is int and -1 <= shuffle <= 2:  # Zarr v2; -1 leaves it to numcodecs
        shuffle = SHUFFLES[shuffle] if shuffle >= 0 else "bitshuffle" if itemsize == 1 else "shuffle"
    if shuffle not in SHUFFLES:
        raise FormatError(f"{where}: shuffle must be one of {', '.join(SHUFFLES)}, not {shown(shuffle)}")
    if cname not in get_args(Codec.model_fields["cname"].annotation):
        return None
    return Codec(name="blosc", level=level, cname=cname, shuffle=shuffle)
