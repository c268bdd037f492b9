"""Explains reduced levels whose blocks do not begin where the level before begins."""

import itertools
from collections.abc import Sequence

from harness.conformance.mismatch import Array, varies
from harness.conformance.reduced import deviation, ways
from harness.conformance.verdict import Difference
from harness.tools.protocol import AskedImage


def explain_late_blocks(asked: AskedImage, levels: Sequence[Array], n: int) -> Difference | None:
    """Recognise a level that is reduced as asked, but from blocks that begin some elements too late."""
    before, got = levels[n - 1], levels[n]
    for late in itertools.product(*(range(f) for f in asked.factor)):
        if any(late) and _begins(asked, before, got, late):
            named = {axis.name: by for axis, by in zip(asked.axes, late, strict=True) if by}
            steps = " and ".join(f"{by} along {name}" for name, by in named.items())
            sentence = (
                f"level {n} is the {asked.method} of blocks that begin too late in level {n - 1}, "
                f"in elements: {steps}"
            )
            evidence = {"kind": "late-blocks", "late": named}
            return Difference("pixels", f"level {n} pixels", expected=None, got=evidence, sentence=sentence)
    return None


def _begins(asked: AskedImage, before: Array, got: Array, late: tuple[int, ...]) -> bool:
    """Tell whether the blocks begin so late, as far as whole blocks are left."""
    parts = zip(late, asked.factor, got.shape, strict=True)
    source = before[tuple(slice(by, by + f * n) for by, f, n in parts)]
    for way in ways(asked.factor, asked.method):
        told = got[tuple(map(slice, way.shape(source.shape)))]
        if varies(told) and deviation(source, way, told) == 0:
            return True
    return False
