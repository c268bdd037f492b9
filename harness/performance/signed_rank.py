"""Wilcoxon's signed rank, counted out exactly: how the ranks of measurements taken in pairs may fall.

It asks that the pairs are independent and their distribution symmetric, and nothing else: no normal
distribution, no common spread.
"""

import math
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from statistics import NormalDist

import numpy as np

EXACT = 60  # pairs up to which the distribution is counted out


def p_above(values: Sequence[float], threshold: float) -> float:
    """Return how likely values at least so far above the threshold are, if their true centre is on it.

    One-sided: small where they lie above. Values on the threshold itself count for neither side (Wilcoxon's
    own rule); among equal distances the mean rank is rounded against finding anything.
    """
    distances = np.asarray(values, np.float64) - threshold
    distances = distances[distances != 0]
    pairs = len(distances)
    if pairs == 0:
        return 1.0
    sizes = np.abs(distances)
    _, place, count = np.unique(sizes, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    below = math.ceil(float(ranks[distances < 0].sum()) - 1e-9)
    if pairs <= EXACT:
        return cumulative_signed_rank(pairs)[below]
    middle, spread = moments(pairs)
    return NormalDist(middle, spread).cdf(below + 0.5)


@cache
def cumulative_signed_rank(pairs: int) -> tuple[float, ...]:
    """Return P(W <= w) for every w: the share of the subsets of 1..pairs whose sum is at most w."""
    ways = [1] + [0] * (pairs * (pairs + 1) // 2)
    for rank in range(1, pairs + 1):
        for total in range(len(ways) - 1, rank - 1, -1):
            ways[total] += ways[total - rank]
    return tuple(count / 2**pairs for count in accumulate(ways))


def moments(pairs: int) -> tuple[float, float]:
    """Return mean and standard deviation of the rank sum, where the centre is on the threshold."""
    return pairs * (pairs + 1) / 4, math.sqrt(pairs * (pairs + 1) * (2 * pairs + 1) / 24)


def centre(values: Sequence[float]) -> float:
    """Return the Hodges-Lehmann estimate: the median of the means of every two values, each with itself too.

    Raises ValueError where there is no value.
    """
    return float(np.median(walsh_averages(np.asarray(values, np.float64))))


def walsh_averages(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the means of every two values, each paired with itself too, in ascending order."""
    if len(values) == 0:
        raise ValueError("there is no value")
    rows, columns = np.triu_indices(len(values))
    return np.sort((values[rows] + values[columns]) / 2)
