"""How many round trips of an operation wait for one another: the slope of its time over injected latency.

The slope is Theil and Sen's, the median of the slopes between every two sessions at different latencies, so
that a session in which the machine hiccuped does not move it. Its interval is Sen's, which counts out
Kendall's statistic for sessions that share latencies: it holds whatever the noise is like, provided that
sessions are independent and equally noisy.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from statistics import median

LEAST_MS, MOST_MS = 50, 150  # where the network dominates: below, work hides waiting
CONFIDENCE = 0.95


@dataclass(frozen=True)
class RoundTrips:
    """The number of dependent round trips, and how well a straight line describes the times."""

    trips: float  # never below 0, nor is `low` or `high`
    low: float
    high: float
    confidence: float  # what the interval truly has; few sessions give less than 0.95
    rtts_ms: tuple[float, ...]  # latencies that it is fitted to
    sessions: int
    misfit: float  # of a network's median time, the largest distance from the line, as a share of that time
    network_share: float  # how much of the time at the lowest of these latencies is spent on these trips

    @property
    def overlapped(self) -> bool:
        """Whether the whole interval lies below one.

        What asks at all waits for one answer at least, so below one means that work went on meanwhile. An
        estimate of 0.98 in an interval around one is but an operation of one round trip.
        """
        return self.high < 1


def round_trips(points: Iterable[tuple[float, float]]) -> RoundTrips | None:
    """Return the round trips behind (RTT in ms, seconds) of each session, or None for fewer than two RTTs.

    Give sessions on links without a limit to bandwidth only; those outside of 50 to 150 ms have no part.
    """
    by_rtt: dict[float, list[float]] = defaultdict(list)
    for rtt_ms, seconds in points:
        if LEAST_MS <= rtt_ms <= MOST_MS:
            by_rtt[rtt_ms].append(seconds)
    if len(by_rtt) < 2:
        return None
    rtts = sorted(by_rtt)
    slopes = _slopes([(rtt_ms / 1000, by_rtt[rtt_ms]) for rtt_ms in rtts])
    rank, confidence = _interval_rank([len(by_rtt[rtt_ms]) for rtt_ms in rtts])
    slope = median(slopes)
    start = median(seconds - slope * rtt_ms / 1000 for rtt_ms in rtts for seconds in by_rtt[rtt_ms])
    middles = {rtt_ms: median(by_rtt[rtt_ms]) for rtt_ms in rtts}
    trips = max(slope, 0.0)
    return RoundTrips(
        trips=trips,
        low=max(slopes[rank - 1], 0.0),
        high=max(slopes[-rank], 0.0),
        confidence=confidence,
        rtts_ms=tuple(rtts),
        sessions=sum(len(each) for each in by_rtt.values()),
        misfit=max(abs(start + slope * rtt / 1000 - middle) / middle for rtt, middle in middles.items()),
        network_share=min(trips * rtts[0] / 1000 / middles[rtts[0]], 1.0),
    )


def _slopes(networks: Sequence[tuple[float, Sequence[float]]]) -> list[float]:
    return sorted(
        (later - earlier) / (far - near)
        for (near, before), (far, after) in combinations(networks, 2)
        for earlier in before
        for later in after
    )


def _interval_rank(sizes: Sequence[int]) -> tuple[int, float]:
    """Return which slope, from either end, bounds the interval, and the confidence that it has.

    Below the true slope lie as many of them as pairs of sessions that noise has put in the wrong order.
    """
    ways = _disorders(sizes)
    total = sum(ways)
    tails = [count / total for count in accumulate(ways)]
    rank = 1
    while tails[rank] <= (1 - CONFIDENCE) / 2:
        rank += 1
    return rank, 1 - 2 * tails[rank - 1]


def _disorders(sizes: Sequence[int]) -> list[int]:
    """Return how many orders of all sessions have 0, 1, 2... pairs wrong; sessions of one group are equal.

    These are the coefficients of Gauss's multinomial: the product of (1 - q^n) / (1 - q^m) over all
    sessions, where n counts all that were placed so far, and m those of its own group.
    """
    ways, placed = [1], 0
    for size in sizes:
        for member in range(1, size + 1):
            placed += 1
            ways = _divided(_times(ways, placed), member)
    return ways


def _times(polynomial: list[int], power: int) -> list[int]:
    """Return the product with 1 - q^power."""
    wide = polynomial + [0] * power
    return [value - (wide[at - power] if at >= power else 0) for at, value in enumerate(wide)]


def _divided(polynomial: list[int], power: int) -> list[int]:
    """Return what, times 1 - q^power, gives this polynomial."""
    quotient = polynomial[: len(polynomial) - power]
    for at in range(power, len(quotient)):
        quotient[at] += quotient[at - power]
    return quotient
