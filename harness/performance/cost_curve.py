"""The curve of the cost model: how waiting, transferring and working become one time.

Three things take time: round trips (trips x RTT), the transfer (bytes / bandwidth) and the work, which no
network changes. What is done one after another adds up; what is done at once takes as long as its longest:

    t = ((trips x RTT)^p + (bytes / bandwidth)^p + work^p)^(1/p)

`p`, the overlap, is fitted too: at 1 all adds up, and the larger it is, the more the longest hides the rest.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

_LEAST = 1 / 32  # of 1 / p: beyond, the longest alone counts, for all that times can tell
_NONE = 1e-12  # seconds that stand for none in logarithms
_STARTS = (0.9, 0.5, 0.15)  # of 1 / p
_STEPS = 100

# How far 1 / p is from 1, give or take. Where times are too noisy to tell, all adds up.
_SPREAD = 0.3


@dataclass(frozen=True)
class Curve:
    """What one operation of one tool needs, whatever the network."""

    trips: float  # round trips that wait for one another
    work_seconds: float  # how long it would take on a network that costs nothing
    overlap: float  # p, from 1

    def seconds(self, rtt_s: float, transfer_s: float) -> float:
        """Return the time at this round trip, over a link that alone needs `transfer_s` for the bytes."""
        parts = (self.trips * rtt_s, transfer_s, self.work_seconds)
        longest = max(parts)
        if longest <= 0:
            return 0.0
        blended: float = sum((part / longest) ** self.overlap for part in parts) ** (1 / self.overlap)
        return longest * blended


def fit_curve(rtt_s: Sequence[float], transfer_s: Sequence[float], seconds: Sequence[float]) -> Curve:
    """Return the curve with the least squares of relative errors. All times must be positive and finite."""
    time = np.asarray(seconds)
    points = _Points(np.asarray(rtt_s), np.asarray(transfer_s), np.log(time))
    trips = max(float((time / np.maximum(points.rtt, _NONE)).min()), _NONE)
    guesses = [np.array([np.log(trips / 2), np.log(time.min() / 2), share]) for share in _STARTS]
    left, at = min((_descend(guess, points, 0) for guess in guesses), key=lambda fit: fit[0])
    noise = math.sqrt(left / max(len(time) - 3, 1))
    log_trips, log_work, share = _descend(at, points, noise / _SPREAD)[1].tolist()
    return Curve(math.exp(log_trips), math.exp(log_work), 1 / share)


class _Points(NamedTuple):
    rtt: Array
    transfer: Array
    log_time: Array


def _descend(guess: Array, points: _Points, pull: float) -> tuple[float, Array]:
    """Return the squares left and the parameters (log trips, log work, 1 / p), by Levenberg and Marquardt."""
    lower, upper = np.array([np.log(_NONE), np.log(_NONE), _LEAST]), np.array([np.inf, np.inf, 1.0])
    at, damping = guess, 1e-2
    gaps, slopes = _gaps(at, points, pull)
    for _ in range(_STEPS):
        normal = slopes.T @ slopes
        brake = damping * (np.diag(np.diag(normal)) + 1e-9 * np.eye(3))
        there = np.clip(at + np.linalg.solve(normal + brake, slopes.T @ gaps), lower, upper)
        gaps_there, slopes_there = _gaps(there, points, pull)
        gain = float(gaps @ gaps - gaps_there @ gaps_there)
        if gain > 0:
            at, gaps, slopes, damping = there, gaps_there, slopes_there, max(damping / 5, 1e-12)
        else:
            damping *= 5
        if damping > 1e6 or 0 < gain < 1e-9 * float(gaps @ gaps):
            break
    return float(gaps @ gaps), at


def _gaps(at: Array, points: _Points, pull: float) -> tuple[Array, Array]:
    """Return what is missing to each time (in logarithms), and how each parameter would fill it.

    The last is no time, but what pulls p towards 1.
    """
    log_trips, log_work, share = at
    logs = np.stack(
        [
            log_trips + np.log(np.maximum(points.rtt, _NONE)),
            np.log(np.maximum(points.transfer, _NONE)),
            np.full_like(points.log_time, log_work),
        ]
    )
    longest = logs.max(axis=0)
    terms = np.exp((logs - longest) / share)
    parts = terms / terms.sum(axis=0)
    log_sum = np.log(terms.sum(axis=0))
    mixing = log_sum - (parts * (logs - longest)).sum(axis=0) / share  # the entropy of the parts
    gaps = np.append(points.log_time - longest - share * log_sum, pull * (1 - share))
    slopes = np.stack([parts[0], parts[2], mixing], axis=1)
    return gaps, np.vstack([slopes, [0, 0, pull]])
