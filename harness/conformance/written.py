"""Judges a written image: what was asked for must be what is on disk, as our own decoder reads it."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from harness.conformance.digest import digest, v3_name
from harness.conformance.facts import ON_DISK, difference
from harness.conformance.mismatch import Array
from harness.conformance.pixels import explain_pixels, judge_pixels
from harness.conformance.pyramid import LevelFinding, judge_level, judge_transform, whole
from harness.conformance.reduced import Convention
from harness.conformance.verdict import Difference, Verdict, from_differences
from harness.datasets.written import WrittenImage
from harness.scenario.image import Image, Level
from harness.scenario.recipe import Codec
from harness.tools.protocol import AskedImage


def judge_write(
    asked: AskedImage,
    truth: Array,
    got: WrittenImage,
    schema_errors: Sequence[str] = (),
    tolerance: float | None = None,
    convention: Convention | None = None,
) -> Verdict:
    """Judge a written image; `truth` is the level 0 that was handed over.

    Every further level must be a reduction by whole blocks; which edge, rounding and phase is the tool's
    choice, and noted. `tolerance` (grey values) allows for deviations, as does an inexact convention.
    """
    allowed = max(tolerance or 0, 0 if convention is None or convention.exact else 1)
    pixels = _levels(asked, truth, got.level_arrays, allowed)
    disorder = list(_disorder(asked, truth, got.level_arrays, allowed))
    differences = [*_metadata(asked, got.facts), *_schema(schema_errors)]
    differences += disorder or [found for level in pixels for found in level.differences]
    differences += _storage(asked, v3_name(truth.dtype), got)
    shapes = [array.shape for array in got.level_arrays]
    if not disorder and all(len(shape) == len(asked.axes) for shape in shapes):
        for n in range(len(shapes)):
            differences += judge_transform(asked, got.facts.levels, shapes, n)
    notes = [note for level in pixels for note in level.notes]
    if got.facts.name != asked.name:
        notes.append(f"the image is called {got.facts.name!r}, not {asked.name!r}")
    head = "1 thing is" if len(differences) == 1 else f"{len(differences)} things are"
    return from_differences(f"{head} not as asked for", differences, tuple(notes))


def _metadata(asked: AskedImage, facts: Image) -> Iterator[Difference]:
    if facts.ome_zarr != asked.ome_zarr:
        yield difference("version", "OME-Zarr version", asked.ome_zarr, facts.ome_zarr, ON_DISK)
    names, given = tuple(axis.name for axis in asked.axes), {axis.name: axis for axis in facts.axes}
    if names != tuple(axis.name for axis in facts.axes):
        yield difference("axes", "axes", names, tuple(axis.name for axis in facts.axes), ON_DISK)
    for axis in asked.axes:
        other = given.get(axis.name)
        if other and other.type != axis.type:
            yield difference("axis-type", f"axis {axis.name} type", axis.type, other.type, ON_DISK)
        if other and other.unit != axis.unit:
            yield difference("unit", f"axis {axis.name} unit", axis.unit, other.unit, ON_DISK)
    if len(facts.levels) != asked.levels:
        yield difference("levels", "number of levels", asked.levels, len(facts.levels), ON_DISK)


def _schema(errors: Sequence[str]) -> Iterator[Difference]:
    for error in errors:
        sentence = f"the metadata break the OME-Zarr schema: {error}"
        yield Difference("schema", "schema", expected=None, got=error, sentence=sentence)


def _levels(asked: AskedImage, truth: Array, levels: Sequence[Array], allowed: float) -> list[LevelFinding]:
    reduced = (judge_level(asked, truth, levels, n, allowed) for n in range(1, len(levels)))
    return [_level_zero(asked, truth, levels), *reduced]


def _disorder(
    asked: AskedImage, truth: Array, levels: Sequence[Array], allowed: float
) -> Iterator[Difference]:
    """Yield that the levels do not go from the largest to the smallest, if that is all that is wrong.

    "multiscales" metadata: the datasets are ordered from highest to lowest resolution.
    """
    order = sorted(range(len(levels)), key=lambda n: -levels[n].size)
    ordered = [levels[n] for n in order]
    if order == sorted(order):
        return
    if not any(level.differences for level in _levels(asked, truth, ordered, allowed)):
        sentence = f"the levels are not in the order of their resolution, which would be {order}"
        yield Difference("order", "levels", expected=sorted(order), got=order, sentence=sentence)


def _level_zero(asked: AskedImage, truth: Array, levels: Sequence[Array]) -> LevelFinding:
    got = levels[0]
    if judge_pixels(truth, v3_name(got.dtype), got.shape, digest(got)).right:
        return LevelFinding()
    verdict = explain_pixels(truth, got, whole(asked, 0, [truth, *levels[1:]]))
    if verdict.right:
        return LevelFinding(notes=verdict.notes)
    sentence = f"level 0: {verdict.explanation}"
    wrong = Difference("pixels", "level 0 pixels", expected=None, got=verdict.evidence, sentence=sentence)
    return LevelFinding((wrong,))


class _Stored(NamedTuple):
    """One way in which a level is not stored as asked."""

    kind: str
    field: str
    expected: Any
    got: Any


def _storage(asked: AskedImage, dtype: str, got: WrittenImage) -> Iterator[Difference]:
    """Yield how levels are stored otherwise; what is the same for all levels is told once."""
    names = [axis.name for axis in asked.axes]
    parts = zip(got.facts.levels, got.codecs, got.separators, strict=True)
    found = [
        [*_layout(asked, dtype, level), *_encoding(asked, codec, separator)]
        for level, codec, separator in parts
    ]
    for level, given in zip(found, got.dimension_names, strict=False):
        level.extend(_dimension_names(names, given))
    for n, level in enumerate(found):
        for one in level:
            everywhere = all(one in other for other in found)
            if everywhere and n > 0:
                continue
            field = one.field if everywhere else f"level {n} {one.field}"
            axes = names if one.kind in ("chunks", "shards") else ()
            yield difference(one.kind, field, one.expected, one.got, ON_DISK, axes)


def _layout(asked: AskedImage, dtype: str, level: Level) -> Iterator[_Stored]:
    if level.dtype != dtype:
        yield _Stored("dtype", "dtype", dtype, level.dtype)
    if not _same_tiles(asked.chunks, level.chunks, level.shape):
        yield _Stored("chunks", "chunks", asked.chunks, level.chunks)
    if not _same_tiles(asked.shards, level.shards, level.shape):
        yield _Stored("shards", "shards", asked.shards, level.shards)


def _dimension_names(names: Sequence[str], given: Sequence[str | None] | None) -> Iterator[_Stored]:
    """Yield that an array names its dimensions otherwise; OME-Zarr 0.5 wants the names of the axes."""
    if given is None or list(given) != list(names):
        said = None if given is None else tuple(str(name) for name in given)
        yield _Stored("dimension-names", "dimension_names", tuple(names), said)


def _same_tiles(asked: Sequence[int] | None, got: Sequence[int] | None, shape: Sequence[int]) -> bool:
    """Tell whether chunks or shards are as asked; one that covers an axis whole may be cut to fit."""
    if asked is None or got is None:
        return asked is got
    if not len(asked) == len(got) == len(shape):
        return False
    return all(g == a or n <= g <= a for a, g, n in zip(asked, got, shape, strict=True))


def _encoding(asked: AskedImage, codec: Codec | None, separator: str) -> Iterator[_Stored]:
    if separator != asked.separator:
        yield _Stored("separator", "separator", asked.separator, separator)
    if codec is None or codec.name != asked.codec.name:
        yield _Stored("codec", "codec", asked.codec.name, codec.name if codec else "another one")
        return
    own = {"none": (), "blosc": ("level", "cname", "shuffle"), "zstd": ("level", "checksum")}
    for setting in (*own.get(codec.name, ("level",)), "crc32c"):
        expected, given = getattr(asked.codec, setting), getattr(codec, setting)
        if expected != given:
            yield _Stored("codec", f"codec {setting}", expected, given)
