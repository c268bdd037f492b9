"""Who is measured when: arms take turns, so that a drifting machine treats all alike."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

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
    """How a bout is measured: so many blocks of two quanta of each arm, each of so many operations."""

    operations: int
    blocks: int


def rhythm(seconds: Sequence[float]) -> Rhythm:
    """Return the rhythm for arms whose operations take about so long."""
    each = max(sum(seconds) / len(seconds), 1e-9)
    operations = min(max(round(QUANTUM_S / each), 1), MOST_OPERATIONS)
    blocks = round(BOUT_S / (4 * each * operations))
    return Rhythm(operations, min(max(blocks, FEWEST_BLOCKS), MOST_BLOCKS))


def block_orders(arms: int, blocks: int, draw: random.Random) -> list[tuple[int, ...]]:
    """Return the order of the arms in each round of quanta, two rounds a block: of two arms AB BA or BA AB.

    Whoever comes later in a round is slower by a few percent; the second round of a block is the first one
    backwards, so that within a block nobody is later than another.
    """
    orders: list[tuple[int, ...]] = []
    for _ in range(blocks):
        order = tuple(draw.sample(range(arms), arms))
        orders += [order, order[::-1]]
    return orders
