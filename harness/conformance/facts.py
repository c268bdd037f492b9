"""Compares what is said about an image with what is true, field by field."""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from harness.conformance.verdict import Difference, Verdict, from_differences
from harness.scenario.image import Channel, Image, Level, Window

RELATIVE = 1e-9  # of scales, translations and windows: what a detour through text may cost


@dataclass(frozen=True)
class Wording:
    """How a difference is told: of what a tool says, or of what it wrote."""

    wanted: str = "was expected"
    found: str = "is there"


SAID = Wording()
ON_DISK = Wording("was asked for", "is on disk")

# Optional in the metadata, and a tool may fill in a default: not compared where the truth says nothing.
_DEFAULTED = {"name", "axis-type", "channel-label", "channel-color", "channel-active", "channel-window"}


class _Field(NamedTuple):
    kind: str
    field: str
    expected: Any
    given: Any
    axes: Sequence[str] = ()  # of a value with one entry per axis


def judge_inspect(truth: Image, got: Image | None, cannot: Collection[str] = ()) -> Verdict:
    """Judge what a tool says about an image.

    `cannot` lists kinds of fields (`unit`, `channel-window`) that the tool is documented not to give: saying
    nothing of them is noted, not held against it. A wrong value is wrong nevertheless.
    """
    if got is None:
        return Verdict(
            right=False, explanation="nothing was said about the image", evidence={"kind": "no-answer"}
        )
    every = compare_images(truth, got)
    excused = [one for one in every if one.kind in cannot and _is_silent(one.got)]
    differences = [one for one in every if one not in excused]
    notes = tuple(f"the tool does not say {one.field}" for one in excused)
    total = sum(_is_compared(field) for field in _fields(truth, truth))
    return from_differences(f"{len(differences)} of {total} fields differ", differences, notes)


def compare_images(truth: Image, got: Image) -> list[Difference]:
    """Return every field in which `got` differs from the truth, silence included.

    A missing translation equals one of zeros; the order of labels does not matter; numbers may differ by 1e-9
    of their size.
    """
    return [
        difference(field.kind, field.field, field.expected, field.given, axes=field.axes)
        for field in _fields(truth, got)
        if _is_compared(field) and not agree(field.kind, field.expected, field.given)
    ]


def agree(kind: str, expected: Any, given: Any) -> bool:  # noqa: ANN401 -- any JSON
    """Tell whether two values of one kind of field say the same."""
    if kind == "translation":
        expected, given = expected or (), given or ()
        size = max(len(expected), len(given))
        expected, given = (value or (0.0,) * size for value in (expected, given))
    if kind == "labels":
        return sorted(expected) == sorted(given)
    if kind == "channel-color" and expected and given:
        return bool(expected.lower() == given.lower())
    if kind == "channel-window" and expected and given:
        return _close(_window(expected), _window(given))
    if kind in ("scale", "translation") and expected and given:
        return _close(expected, given)
    return bool(expected == given) or (_is_silent(expected) and _is_silent(given))


def difference(
    kind: str,
    field: str,
    expected: Any,  # noqa: ANN401 -- any JSON
    got: Any,  # noqa: ANN401 -- any JSON
    wording: Wording = SAID,
    axes: Sequence[str] = (),
) -> Difference:
    """Return a difference with its sentence; of values per axis it names only the axes that differ."""
    shown: tuple[Any, ...] = (expected, got)
    name = field
    if axes and expected and got and len(expected) == len(got) == len(axes):
        apart = [i for i in range(len(axes)) if not agree(kind, (expected[i],), (got[i],))]
        name = f"{field} {', '.join(axes[i] for i in apart)}"
        shown = tuple(tuple(value[i] for i in apart) for value in shown)
    sentence = f"{name}: {_show(shown[0])} {wording.wanted}, {_show(shown[1])} {wording.found}"
    return Difference(kind, field, _plain(expected), _plain(got), sentence)


def _fields(truth: Image, got: Image) -> Iterator[_Field]:
    yield _Field("version", "OME-Zarr version", truth.ome_zarr, got.ome_zarr)
    yield _Field("name", "name", truth.name, got.name)
    names = tuple(axis.name for axis in truth.axes)
    yield _Field("axes", "axes", names, tuple(axis.name for axis in got.axes))
    given = {axis.name: axis for axis in got.axes}
    for axis in truth.axes:
        if axis.name in given:
            yield _Field("axis-type", f"axis {axis.name} type", axis.type, given[axis.name].type)
            yield _Field("unit", f"axis {axis.name} unit", axis.unit, given[axis.name].unit)
    yield _Field("levels", "number of levels", len(truth.levels), len(got.levels))
    for i, (level, other) in enumerate(zip(truth.levels, got.levels, strict=False)):
        yield from _level_fields(f"level {i}", level, other, names)
    yield _Field("channels", "number of channels", len(truth.channels), len(got.channels))
    for i, (channel, its) in enumerate(zip(truth.channels, got.channels, strict=False)):
        yield from _channel_fields(f"channel {i}", channel, its)
    yield _Field("labels", "labels", truth.labels, got.labels)


def _level_fields(name: str, truth: Level, got: Level, axes: Sequence[str]) -> Iterator[_Field]:
    yield _Field("path", f"{name} path", truth.path, got.path)
    yield _Field("shape", f"{name} shape", truth.shape, got.shape, axes)
    yield _Field("chunks", f"{name} chunks", truth.chunks, got.chunks, axes)
    yield _Field("shards", f"{name} shards", truth.shards, got.shards, axes)
    yield _Field("dtype", f"{name} dtype", truth.dtype, got.dtype)
    yield _Field("scale", f"{name} scale", truth.scale, got.scale, axes)
    yield _Field("translation", f"{name} translation", truth.translation, got.translation, axes)


def _channel_fields(name: str, truth: Channel, got: Channel) -> Iterator[_Field]:
    yield _Field("channel-label", f"{name} label", truth.label, got.label)
    yield _Field("channel-color", f"{name} color", truth.color, got.color)
    yield _Field("channel-active", f"{name} active", truth.active, got.active)
    yield _Field("channel-window", f"{name} window", truth.window, got.window)


def _is_compared(field: _Field) -> bool:
    return not (field.kind in _DEFAULTED and _is_silent(field.expected))


def _is_silent(value: Any) -> bool:  # noqa: ANN401 -- any JSON
    return value is None or value in ("", ())


def _close(expected: Sequence[float], given: Sequence[float]) -> bool:
    return len(expected) == len(given) and all(
        math.isclose(a, b, rel_tol=RELATIVE, abs_tol=1e-12) for a, b in zip(expected, given, strict=True)
    )


def _window(window: Window) -> tuple[float, ...]:
    return (window.start, window.end, window.min, window.max)


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    """Return the value as JSON can carry it."""
    if isinstance(value, Window):
        return value.model_dump()
    return list(value) if isinstance(value, tuple) else value


def _show(value: Any) -> str:  # noqa: ANN401 -- any JSON
    if _is_silent(value):
        return "none"
    if isinstance(value, Window):
        return f"{value.start:g} to {value.end:g} (of {value.min:g} to {value.max:g})"
    if isinstance(value, tuple):
        return f"[{', '.join(str(part) for part in value)}]" if len(value) > 1 else str(value[0])
    return f"'{value}'" if isinstance(value, str) else str(value)
