"""Explains answers to a list of indices that came back in another order than was asked for."""

from dataclasses import replace

from harness.conformance.mismatch import Array, Asked, equals
from harness.conformance.verdict import Verdict, wrong
from harness.scenario.region import Pick


def explain_pick_order(got: Array, asked: Asked) -> Verdict | None:
    """Recognise picked elements in ascending order."""
    picked = [name for name, part in zip(asked.axes, asked.region, strict=True) if isinstance(part, Pick)]
    region = tuple(
        Pick(pick=tuple(sorted(along))) if isinstance(part, Pick) else part
        for part, along in zip(asked.region, asked.ranges, strict=True)
    )
    ascending = replace(asked, region=region).of(asked.stored)
    if ascending is None or not equals(ascending, got):
        return None
    sentence = f"the indices along {' and '.join(picked)} were taken in ascending order, not as asked"
    return wrong("picked", sentence, axes=picked)
