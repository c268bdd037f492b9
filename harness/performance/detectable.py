"""The minimal detectable change: how large a slow-down would have to be, to be found on this machine.

Two readers that take equally long by all we can see may still differ by less than what would be found; a
verdict without this number could be mistaken for more than it is.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from harness.performance.ratio import interval_rank
from harness.performance.signed_rank import walsh_averages
from harness.performance.verdict import STANDARD, Procedure

POWER = 0.95
_CONFIDENCE = 0.9  # of the interval that the spread is read from: wide enough for few bouts


def detectable(
    log_ratios: Sequence[float], bouts: int | None = None, procedure: Procedure = STANDARD
) -> float:
    """Return the share by which an arm must be slower to be called so 95 times of 100.

    Reckoned for `bouts` (default: all that the procedure allows) as scattered as these. The scatter is that
    of their centre, by the signed rank's own interval, so that a few wild bouts count as little as they do in
    the verdict. Never less than the margin, for below it "not slower" is a right answer too. Raises
    ValueError for fewer than five.
    """
    here = len(log_ratios)
    if here < 5:
        raise ValueError("five bouts are the least to tell their scatter")
    error = _error_of_centre(log_ratios) * math.sqrt(here / (bouts or procedure.looks[-1]))
    normal = NormalDist()
    surely, often = normal.inv_cdf(1 - procedure.differs_p), normal.inv_cdf(POWER)
    found = max(surely * error, math.log1p(procedure.least)) + often * error
    return math.expm1(max(found, math.log1p(procedure.margin)))


def _error_of_centre(log_ratios: Sequence[float]) -> float:
    walsh = walsh_averages(np.asarray(log_ratios, np.float64))
    rank, reached = interval_rank(len(log_ratios), _CONFIDENCE)
    half = float(walsh[-rank] - walsh[rank - 1]) / 2
    return half / NormalDist().inv_cdf((1 + reached) / 2)
