"""The exact interval of a share that was counted (Clopper and Pearson, Biometrika 1934)."""

import math
from collections.abc import Callable


def exact_interval(hits: int, tries: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the least and the greatest share that go with so many hits; raises ValueError for no tries.

    Beyond either, so many (or so few) hits would be seen with less than half of what `confidence` leaves.
    """
    if not 0 <= hits <= tries or tries == 0:
        raise ValueError(f"{hits} of {tries} is no share")
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _where(lambda share: 1 - _at_most(hits - 1, tries, share) > tail)
    high = 1.0 if hits == tries else _where(lambda share: _at_most(hits, tries, share) < tail)
    return low, high


def _where(turns: Callable[[float], bool]) -> float:
    """Return where a condition that holds for large shares begins to."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if turns(middle) else (middle, high)
    return (low + high) / 2


def _at_most(hits: int, tries: int, share: float) -> float:
    if share <= 0:
        return 1.0
    if share >= 1:
        return float(hits >= tries)
    logs = (
        math.lgamma(tries + 1) - math.lgamma(k + 1) - math.lgamma(tries - k + 1)
        + k * math.log(share) + (tries - k) * math.log1p(-share)
        for k in range(hits + 1)
    )  # fmt: skip
    return min(1.0, math.fsum(math.exp(one) for one in logs))
