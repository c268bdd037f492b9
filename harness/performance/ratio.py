"""How many times as long did a take as b? Paired measurements to a centre and an exact interval.

The centre is the Hodges-Lehmann estimate of the log-ratios: the median of their Walsh averages (the means of
every two of them, each with itself too). The interval is that of Wilcoxon's signed rank test, and holds for
any symmetric distribution, provided that the pairs are independent: repeats within one process are not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from harness.performance.signed_rank import EXACT, cumulative_signed_rank, moments, walsh_averages


@dataclass(frozen=True)
class Ratio:
    """A ratio with its interval. `confidence` is what the interval truly has; few pairs give less."""

    centre: float
    low: float
    high: float
    pairs: int
    confidence: float


def paired_ratio(a: Sequence[float], b: Sequence[float], confidence: float = 0.95) -> Ratio:
    """Return the ratio a / b of measurements taken in pairs.

    Raises ValueError for unequal lengths, no pairs, or values that are not positive and finite.
    """
    if len(a) != len(b) or len(a) == 0:
        raise ValueError(f"pairs are needed, not {len(a)} and {len(b)} values")
    first, second = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if not all(bool((np.isfinite(values) & (values > 0)).all()) for values in (first, second)):
        raise ValueError("every measurement must be positive and finite")
    return ratio_of_logs(np.log(first / second).tolist(), confidence)


def ratio_of_logs(log_ratios: Sequence[float], confidence: float = 0.95) -> Ratio:
    """Return the ratio whose natural logarithm was measured so often; raises ValueError for none."""
    walsh = walsh_averages(np.asarray(log_ratios, np.float64))
    rank, reached = interval_rank(len(log_ratios), confidence)
    low, high = float(walsh[rank - 1]), float(walsh[-rank])
    return Ratio(math.exp(float(np.median(walsh))), math.exp(low), math.exp(high), len(log_ratios), reached)


def interval_rank(pairs: int, confidence: float) -> tuple[int, float]:
    """Return which Walsh average, from either end, bounds the interval, and the confidence it has.

    If no interval is that confident (fewer than 6 pairs for 0.95), the widest one is meant.
    """
    if pairs > EXACT:
        return _normal_rank(pairs, confidence), confidence
    below = 0
    tail = (1 - confidence) / 2
    shares = cumulative_signed_rank(pairs)
    while shares[below + 1] <= tail + 1e-12:
        below += 1
    # `below` is now the largest rank sum in the tail, if the tail holds even the smallest one.
    rank = below + 1 if shares[below] <= tail + 1e-12 else 1
    return rank, 1 - 2 * shares[rank - 1]


def _normal_rank(pairs: int, confidence: float) -> int:
    middle, spread = moments(pairs)
    return max(1, math.floor(middle - 0.5 - NormalDist().inv_cdf((1 + confidence) / 2) * spread) + 1)
