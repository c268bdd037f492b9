"""Selections that fit any array: worked out from its shape and chunks, for all to be read alike."""

from collections.abc import Sequence

from harness.scenario.operation import SelectionName
from harness.scenario.region import Part, Pick, Region

# A tool may refuse these; if it answers, then rightly.
MAY_REFUSE: frozenset[SelectionName] = frozenset({"negative", "outside"})


def selected(name: SelectionName, shape: Sequence[int], chunks: Sequence[int]) -> Region | None:
    """Return the region that a selection is in an array of this shape; None where it makes no sense there.

    - whole: everything
    - slab: from the middle of the first chunk to the middle of the second, so that no chunk's edge is met
    - element: one element, the last but one of each axis where there are two, all axes dropped
    - strided: every other element but the first, along each axis
    - negative: the last index of the first axis, counted from its end
    - outside: an index just beyond the end of the first axis
    - empty: no element of the first axis, all of the others
    - list: the last, the first and the middle index of the first axis, in this order
    """
    whole: Region = tuple((0, length, 1) for length in shape)
    if name == "whole":
        return whole
    if not shape or 0 in shape:
        return None
    if name == "slab":
        return tuple(_slab(length, chunk) for length, chunk in zip(shape, chunks, strict=True))
    if name == "element":
        return tuple(max(0, length - 2) for length in shape)
    if name == "strided":
        return tuple((1, length, 2) if length > 1 else (0, 1, 2) for length in shape)
    length = shape[0]
    first: dict[SelectionName, Part] = {
        "negative": -1,
        "outside": length,
        "empty": (length // 2, length // 2, 1),
        "list": Pick(pick=tuple(dict.fromkeys((length - 1, 0, length // 2)))),
    }
    return (first[name], *whole[1:])


def _slab(length: int, chunk: int) -> tuple[int, int, int]:
    start = min(chunk // 2, length - 1)
    return (start, max(start + 1, min(length, start + chunk)), 1)
