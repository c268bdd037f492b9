"""Judges reduced images: exactly as asked, as the tool documents, or within the tolerance; else wrong."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from harness.conformance.digest import digest
from harness.conformance.mismatch import Array, same
from harness.conformance.pixels import judge_pixels
from harness.conformance.values import largest_difference
from harness.conformance.verdict import Verdict, wrong
from harness.datasets.reduce import ROUNDINGS, Rounding, reduce, reduced_shape
from harness.scenario.operation import Downsample
from harness.scenario.recipe import Edge, Method
from harness.tools.protocol import Answer

EDGES: tuple[Edge, ...] = ("floor", "ceil")
METHODS: tuple[Method, ...] = ("mean", "nearest")


class Convention(Protocol):
    """How a tool documents that it reduces; None: as asked. Not `exact`: integers may be off by one."""

    @property
    def edge(self) -> Edge | None: ...  # noqa: D102
    @property
    def rounding(self) -> Rounding | None: ...  # noqa: D102
    @property
    def phase(self) -> int | None: ...  # noqa: D102
    @property
    def exact(self) -> bool: ...  # noqa: D102
    @property
    def url(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Way:
    """One way of reducing by whole blocks; `rounding` matters to means of integers, `phase` to `nearest`."""

    factor: tuple[int, ...]
    method: Method
    edge: Edge = "floor"
    rounding: Rounding = "half-even"
    phase: int = 0

    def apply(self, array: Array) -> Array:
        """Return the reduced array."""
        return reduce(array, self.factor, self.method, self.edge, self.rounding, self.phase)

    def shape(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Return the shape that this way makes of another."""
        return reduced_shape(shape, self.factor, self.edge)

    def unlike(self, other: "Way", shape: Sequence[int]) -> str:
        """Say in what this way differs from another, for an array of this shape."""
        parts: list[str] = [self.method] if self.method != other.method else []
        if self.edge != other.edge:
            sizes = ["x".join(str(n) for n in lengths) for lengths in (shape, self.shape(shape))]
            parts.append(f"edge {self.edge} ({sizes[0]} becomes {sizes[1]})")
        if self.method == "mean" and self.rounding != other.rounding:
            parts.append(f"rounding {self.rounding}")
        if self.method == "nearest" and self.phase != other.phase:
            parts.append(f"phase {self.phase}")
        return ", ".join(parts)


def ways(factor: tuple[int, ...], method: Method) -> Iterator[Way]:
    """Yield every legitimate way to reduce by whole blocks with this method."""
    for edge in EDGES:
        if method == "mean":
            yield from (Way(factor, method, edge, rounding=rounding) for rounding in ROUNDINGS)
        else:
            yield from (Way(factor, method, edge, phase=phase) for phase in range(max(factor)))


def slack(source: Array, way: Way) -> Array:
    """Return how far each mean of floats may be off by the order and the precision of summation alone."""
    blocks = way.apply(np.abs(source)).astype(np.float64)
    return blocks * (math.prod(way.factor) * float(np.finfo(source.dtype).eps))


def deviation(source: Array, way: Way, got: Array) -> float:
    """Return the largest deviation from this way of reducing; 0 where floats are only summed differently."""
    expected = way.apply(source)
    largest = largest_difference(expected, got)
    if largest > 0 and source.dtype.kind == "f" and way.method == "mean":
        with np.errstate(invalid="ignore"):
            near = np.abs(expected.astype(np.float64) - got.astype(np.float64)) <= slack(source, way)
        return 0 if bool((near | same(expected, got)).all()) else largest
    return largest


def judge_downsample(
    source: Array,
    request: Downsample,
    axes: Sequence[str],
    answer: Answer,
    convention: Convention | None = None,
    pixels: Array | None = None,
) -> Verdict:
    """Judge a reduced region; `source` is that region of level 0, with all its `axes`.

    `evidence["kind"] == "digest"` asks for the pixels, which tell whether the tolerance is kept.
    """
    asked = Way(
        factor=tuple(request.factor.get(name, 1) for name in axes),
        method=request.method,
        edge=request.edge,
        rounding=request.rounding,
        phase=request.phase,
    )
    plain = _judge(source, asked, answer)
    if plain.right or plain.evidence["kind"] in ("no-answer", "dtype"):
        return plain
    own = _documented(asked, convention)
    note = _note(own, asked, source.shape, convention)
    if _judge(source, own, answer).right:
        return Verdict(right=True, notes=note)
    legitimate = [way for way in dict.fromkeys((asked, own)) if way.shape(source.shape) == answer.shape]
    if legitimate and pixels is None:
        return plain
    if pixels is not None:
        tolerance = max(request.tolerance, 0 if convention is None or convention.exact else 1)
        for way in legitimate:
            if verdict := _within(source, way, pixels, tolerance, note if way == own else ()):
                return verdict
    return _explain(source, asked, answer, legitimate, pixels)


def _judge(source: Array, way: Way, answer: Answer) -> Verdict:
    return judge_pixels(way.apply(source), answer.dtype, answer.shape, answer.sha256)


def _documented(asked: Way, convention: Convention | None) -> Way:
    if convention is None:
        return asked
    return Way(
        factor=asked.factor,
        method=asked.method,
        edge=convention.edge or asked.edge,
        rounding=convention.rounding or asked.rounding,
        phase=asked.phase if convention.phase is None else convention.phase,
    )


def _note(own: Way, asked: Way, shape: Sequence[int], convention: Convention | None) -> tuple[str, ...]:
    unlike = own.unlike(asked, shape)
    return (f"convention: {unlike}, documented at {convention.url}",) if unlike and convention else ()


def _within(
    source: Array, way: Way, pixels: Array, tolerance: float, notes: tuple[str, ...]
) -> Verdict | None:
    largest = deviation(source, way, pixels)
    if largest > tolerance:
        return None
    said = f"deviates by at most {largest:g}" if largest else "floats differ by the order of summation only"
    return Verdict(
        right=True, evidence={"max_deviation": largest, "tolerance": tolerance}, notes=(*notes, said)
    )


def _explain(
    source: Array, asked: Way, answer: Answer, legitimate: Sequence[Way], pixels: Array | None
) -> Verdict:
    evidence: dict[str, Any] = {"asked": asdict(asked), "got_shape": list(answer.shape or ())}
    for method in (asked.method, *(other for other in METHODS if other != asked.method)):
        for way in ways(asked.factor, method):
            if way.shape(source.shape) == answer.shape and digest(way.apply(source)) == answer.sha256:
                kind = "convention" if method == asked.method else "method"
                sentence = (
                    f"this is {way.unlike(asked, source.shape)}, "
                    "which was not asked for and is not documented for this tool"
                )
                return wrong(kind, sentence, **evidence, equals=asdict(way))
    expected = asked.shape(source.shape)
    if not legitimate or pixels is None:
        sentence = f"shape {evidence['got_shape']} came back instead of {list(expected)}"
        return wrong("shape", sentence, **evidence)
    # Told against the nearest of the ways that would have been right.
    apart, way = min(
        ((int(np.count_nonzero(~same(one.apply(source), pixels))), one) for one in legitimate),
        key=lambda found: found[0],
    )
    largest = deviation(source, way, pixels)
    return wrong(
        "deviates",
        f"{apart} of {pixels.size} pixels differ from the {asked.method} of each block, by up to {largest:g}",
        **evidence,
        max_deviation=largest if math.isfinite(largest) else str(largest),
        pixels=apart,
    )
