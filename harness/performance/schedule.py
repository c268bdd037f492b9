"""The order of timed sessions: every arm once a round, so that a drifting machine treats all alike."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def interleave(arms: Sequence[T], sessions: int, seed: int) -> list[tuple[int, T]]:
    """Return (round, arm) for `sessions` rounds, the arms of each in an order drawn from the seed."""
    draw = random.Random(seed)  # noqa: S311 -- an order, not a secret
    return [(number, arm) for number in range(sessions) for arm in draw.sample(arms, len(arms))]
