"""Judges the reduced levels of a written image: their pixels, and the transforms that place them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.conformance.digest import v3_name
from harness.conformance.facts import ON_DISK, agree, difference
from harness.conformance.late_blocks import explain_late_blocks
from harness.conformance.mismatch import Array, Asked
from harness.conformance.pixels import explain_pixels
from harness.conformance.reduced import METHODS, Way, deviation, ways
from harness.conformance.verdict import Difference
from harness.scenario.image import Level
from harness.scenario.recipe import Method
from harness.tools.protocol import AskedImage

VAGUE = {"other", "chunks-differ"}  # kinds of explanation that another reduction may better


@dataclass(frozen=True)
class LevelFinding:
    """What is wrong with one level's pixels, and what is worth knowing."""

    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()


def whole(asked: AskedImage, level: int, levels: Sequence[Array]) -> Asked:
    """Return the asking for all of one level, for the explainers."""
    region = tuple((0, n, 1) for n in levels[level].shape)
    names = [axis.name for axis in asked.axes]
    return Asked(axes=names, level=level, region=region, chunks=asked.chunks, levels=levels)


def judge_level(
    asked: AskedImage, truth: Array, levels: Sequence[Array], n: int, allowed: float
) -> LevelFinding:
    """Judge the pixels of level `n` on disk; `allowed` grey values of deviation pass, with a note.

    Any edge, rounding and phase is legitimate, from the level before or from level 0.
    """
    array = levels[n]
    if v3_name(array.dtype) != v3_name(truth.dtype):
        return LevelFinding()  # the dtype is told of elsewhere
    nearest: float | None = None
    for source, way in _fitting(asked, truth, levels, n, asked.method):
        apart = deviation(source, way, array)
        if apart == 0:
            return LevelFinding(notes=_choice(asked, way, levels[n - 1].shape, n))
        nearest = apart if nearest is None else min(nearest, apart)
    if nearest is None:
        return LevelFinding((_wrong_shape(asked, levels, n),))
    if nearest <= allowed:
        return LevelFinding(notes=(f"level {n} deviates from the {asked.method} by at most {nearest:g}",))
    for other in METHODS:
        if any(
            deviation(source, way, array) == 0 for source, way in _fitting(asked, truth, levels, n, other)
        ):
            field = f"level {n} method"
            return LevelFinding((difference("method", field, asked.method, other, ON_DISK),))
    late = explain_late_blocks(asked, levels, n)
    return LevelFinding((late or _wrong_pixels(asked, truth, levels, n),))


def judge_transform(
    asked: AskedImage, levels: Sequence[Level], shapes: Sequence[tuple[int, ...]], n: int
) -> Iterator[Difference]:
    """Yield what is wrong with scale and translation of level `n`.

    Right are the asked scale times the factor, or times the ratio of the shapes; and no translation, or that
    of the centre (or of the sampled element) of a block. A level that follows a wrong level 0 is not blamed.
    """
    names = [axis.name for axis in asked.axes]
    level = levels[n]
    expected = tuple(s * f**n for s, f in zip(asked.scale, asked.factor, strict=True))
    bases = [asked.scale, *([levels[0].scale] if n and levels[0].scale else [])]
    if level.scale is None or not any(_scale_fits(asked, base, level.scale, shapes, n) for base in bases):
        yield difference("scale", f"level {n} scale", expected, level.scale, ON_DISK, names)
    if level.translation is not None and not any(
        _translation_fits(asked, base, level.translation, shapes, n) for base in bases
    ):
        zeros = (0.0,) * len(names)
        yield difference("translation", f"level {n} translation", zeros, level.translation, ON_DISK, names)


def _fitting(
    asked: AskedImage, truth: Array, levels: Sequence[Array], n: int, method: Method
) -> Iterator[tuple[Array, Way]]:
    """Yield the arrays that level n may come from, each with the ways that make its shape.

    Last come levels that were never written, so that a wrong level before it is not blamed on this one too.
    """
    if levels[n - 1].dtype == truth.dtype and levels[n - 1].ndim == truth.ndim:
        yield from _shaped(levels[n - 1], asked.factor, method, levels[n].shape)
    yield from _shaped(truth, tuple(f**n for f in asked.factor), method, levels[n].shape)
    for way in ways(asked.factor, method):
        source = truth
        for _ in range(n - 1):
            source = way.apply(source)
        if way.shape(source.shape) == levels[n].shape:
            yield source, way


def _shaped(
    source: Array, factor: tuple[int, ...], method: Method, shape: tuple[int, ...]
) -> Iterator[tuple[Array, Way]]:
    yield from ((source, way) for way in ways(factor, method) if way.shape(source.shape) == shape)


def _choice(asked: AskedImage, way: Way, shape: Sequence[int], n: int) -> tuple[str, ...]:
    plain = Way(asked.factor, asked.method)
    unlike = Way(asked.factor, asked.method, way.edge, way.rounding, way.phase).unlike(plain, shape)
    return (f"level {n} is reduced with {unlike}",) if unlike else ()


def _wrong_shape(asked: AskedImage, levels: Sequence[Array], n: int) -> Difference:
    names = [axis.name for axis in asked.axes]
    before, shape = levels[n - 1].shape, levels[n].shape
    factors = zip(before, asked.factor, strict=True) if len(before) == len(names) else ()
    expected = tuple(length // f for length, f in factors)
    return difference("shape", f"level {n} shape", expected, shape, ON_DISK, names)


def _wrong_pixels(asked: AskedImage, truth: Array, levels: Sequence[Array], n: int) -> Difference:
    """Explain against every legitimate reduction, and keep the most telling explanation."""
    got, told = levels[n], []
    for source, way in _fitting(asked, truth, levels, n, asked.method):
        expected = way.apply(source)
        told.append(explain_pixels(expected, got, whole(asked, n, [*levels[:n], expected])))
        if told[-1].evidence["kind"] not in VAGUE:
            break
    verdict = told[-1] if told[-1].evidence["kind"] not in VAGUE else told[0]
    sentence = f"level {n} is not the {asked.method} of level {n - 1}: {verdict.explanation}"
    return Difference("pixels", f"level {n} pixels", expected=None, got=verdict.evidence, sentence=sentence)


def _ratios(
    asked: AskedImage, shapes: Sequence[tuple[int, ...]], n: int
) -> Iterator[tuple[int, tuple[float, ...]]]:
    """Yield per axis the factor of one step, and how many elements of level 0 one of level n is worth."""
    for f, full, reduced in zip(asked.factor, shapes[0], shapes[n], strict=True):
        yield f, (float(f**n), full / max(reduced, 1))


def _scale_fits(
    asked: AskedImage,
    base: Sequence[float],
    scale: Sequence[float],
    shapes: Sequence[tuple[int, ...]],
    n: int,
) -> bool:
    parts = zip(base, scale, _ratios(asked, shapes, n), strict=True)
    return all(any(agree("scale", (s * r,), (its,)) for r in ratios) for s, its, (_, ratios) in parts)


def _translation_fits(
    asked: AskedImage,
    base: Sequence[float],
    moved: Sequence[float],
    shapes: Sequence[tuple[int, ...]],
    n: int,
) -> bool:
    return all(
        any(agree("translation", (s * offset,), (its,)) for offset in _offsets(f, ratios, n))
        for s, its, (f, ratios) in zip(base, moved, _ratios(asked, shapes, n), strict=True)
    )


def _offsets(f: int, ratios: Sequence[float], n: int) -> Iterator[float]:
    """Yield where in level 0 an element of level n may lie: at a block's centre, or at a sample of it."""
    yield from ((r - 1) / 2 for r in ratios)
    yield from (float(phase * sum(f**step for step in range(n))) for phase in range(f))
