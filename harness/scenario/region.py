"""Regions: from axis names to one selection per stored axis. Half-open; an integer drops its axis."""

from collections.abc import Sequence

from harness.scenario.operation import RegionByName
from harness.scenario.strict import Strict


class Pick(Strict):
    """These indices of an axis, in this order ("fancy" selection)."""

    pick: tuple[int, ...]


# One entry per stored axis: an index, (start, stop, step), or a list of indices.
Part = int | tuple[int, int, int] | Pick
Region = tuple[Part, ...]


def resolve(region: RegionByName, axes: Sequence[str], shape: Sequence[int]) -> Region:
    """Return the selection per stored axis of an image with these axes and shape.

    Raises ValueError, saying which axis and why, for an axis the image lacks or a region outside the image.
    """
    for name in region:
        if name not in axes:
            raise ValueError(f"axis '{name}' is not an axis of this image (axes '{''.join(axes)}')")
    return tuple(_one(name, region.get(name), length) for name, length in zip(axes, shape, strict=True))


def _one(name: str, part: int | tuple[int, ...] | None, length: int) -> int | tuple[int, int, int]:
    if part is None:
        return (0, length, 1)
    if isinstance(part, int):
        if not 0 <= part < length:
            raise ValueError(f"{name}: {part} is outside the image (0 to {length - 1})")
        return part
    start, stop, step = (*part, 1)[:3]
    if step < 1:
        raise ValueError(f"{name}: the step must be at least 1, not {step}")
    if not 0 <= start < stop <= length:
        raise ValueError(f"{name}: [{start}, {stop}] is not inside the image (0 to {length})")
    return (start, stop, step)


def indices(part: Part) -> Sequence[int]:
    """Return the indices of an axis that a part selects; a dropped axis has one."""
    if isinstance(part, Pick):
        return part.pick
    return range(part, part + 1) if isinstance(part, int) else range(*part)


def index(region: Region) -> tuple[int | slice | list[int], ...]:
    """Return the region as a numpy index."""
    return tuple(
        list(part.pick) if isinstance(part, Pick) else part if isinstance(part, int) else slice(*part)
        for part in region
    )


def shape_of(region: Region) -> tuple[int, ...]:
    """Return the shape of what the region selects."""
    return tuple(
        len(part.pick) if isinstance(part, Pick) else len(range(*part))
        for part in region
        if not isinstance(part, int)
    )
