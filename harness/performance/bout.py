"""One bout: two sessions measured by turns, and what it says about how much longer the second one takes.

The machine's level drifts by a quarter from bout to bout, and whoever comes second in a pair of quanta is
slower. So quanta are compared only with those beside them, in blocks whose order is AB BA or BA AB.
"""

import math
from dataclasses import dataclass

import numpy as np

from harness.performance.signed_rank import centre

Times = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True)
class BoutRatio:
    """Natural logarithms of how many times as long the second arm took.

    `fastest` compares the shortest operation of each quantum, which a busy machine disturbs least: the
    verdict rests on it. `total` compares whole quanta, and so sees what is slow only now and then.
    """

    fastest: float
    total: float


def bout_ratio(a: Times, b: Times) -> BoutRatio:
    """Return what a bout says. Shape of both: (quantum, operation), in ns; two quanta make a block.

    Raises ValueError where the shapes differ, a block is torn, or a time is not positive.
    """
    if a.shape != b.shape or a.ndim != 2 or 0 in a.shape or len(a) % 2:
        raise ValueError(f"blocks of two quanta are needed, alike for both arms, not {a.shape} and {b.shape}")
    if (a <= 0).any() or (b <= 0).any():
        raise ValueError("every time must be positive")
    return BoutRatio(
        fastest=_centre_of_blocks(a.min(axis=1), b.min(axis=1)),
        total=_centre_of_blocks(a.sum(axis=1), b.sum(axis=1)),
    )


def log_ratio_of_totals(a: Times, b: Times) -> float:
    """Return the logarithm of the ratio of all of b to all of a, for clocks too coarse for quanta."""
    return math.log(max(int(b.sum()), 1) / max(int(a.sum()), 1))


def _centre_of_blocks(a: Times, b: Times) -> float:
    blocks = np.log(b / a).reshape(-1, 2).mean(axis=1)
    return centre(blocks.tolist())
