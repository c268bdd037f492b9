"""Who is measured when: arms take turns, so that a drifting machine treats all alike."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

T = TypeVar("T")

Arm = Literal[0, 1]

QUANTUM_S = 0.015  # of one arm; the shorter, the less the machine changes within a pair
MOST_OPERATIONS = 8  # in a quantum
BOUT_S = 2.4  # of measuring, at most, where operations are not longer themselves
MOST_BLOCKS, FEWEST_BLOCKS = 20, 2


def interleave(arms: Sequence[T], sessions: int, seed: int) -> list[tuple[int, T]]:
    """Return (round, arm) for `sessions` rounds, the arms of each in an order drawn from the seed."""
    draw = random.Random(seed)  # noqa: S311 -- an order, not a secret
    return [(number, arm) for number in range(sessions) for arm in draw.sample(arms, len(arms))]


@dataclass(frozen=True)
class Rhythm:
    """How a bout is measured: so many blocks of four quanta, each of so many operations."""

    operations: int
    blocks: int


def rhythm(seconds: tuple[float, float]) -> Rhythm:
    """Return the rhythm for two arms whose operations take about so long."""
    together = max(sum(seconds), 1e-9)
    operations = min(max(round(2 * QUANTUM_S / together), 1), MOST_OPERATIONS)
    blocks = int(BOUT_S / (2 * together * operations))
    return Rhythm(operations, min(max(blocks, FEWEST_BLOCKS), MOST_BLOCKS))


def block_orders(blocks: int, draw: random.Random) -> list[Arm]:
    """Return which arm goes first in each pair of quanta: AB BA or BA AB, drawn for each block.

    Whoever comes second is slower by a few percent; within a block each arm is so once.
    """
    firsts: list[Arm] = []
    for _ in range(blocks):
        first: Arm = 1 if draw.random() < 0.5 else 0
        firsts += [first, 0 if first else 1]
    return firsts
