"""Predicts how long an operation of a tool takes on a network that was not tried, and how far off it may be.

A model is fitted to the times of one case on several links (`cost_curve` has its form), and checked on each
link by a fit to the others. What our links have in common is beyond it: connecting costs nothing (a cold
prediction adds the round trips of handshakes), no packet is lost, and no connection starts slowly.

Why not the plain t = trips x RTT + max(bytes / bandwidth, work): of 17 forms, this one predicted links left
out best for simulated readers (one request after another or many at once; decoding beside, between or after).
Where much is done at once, with 4 % noise and seven links, nine errors in ten were below 7 %; plain, 12 %.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from harness.performance.cost_curve import Curve, fit_curve
from harness.scenario.network import DIRECT

_Link = tuple[float, float | None]  # RTT in ms, Mbit/s

LEAST_LINKS = 4  # to fit to: one more than the curve has parameters


@dataclass(frozen=True)
class Observation:
    """How long the operation took on one network: the median over sessions."""

    network: str
    rtt_ms: float
    mbit_per_s: float | None  # None: no limit
    seconds: float


@dataclass(frozen=True)
class Check:
    """What was measured on a network, and what a fit to the others says."""

    observation: Observation
    predicted: float
    extrapolates: bool  # the others lie all on one side

    @property
    def factor(self) -> float:
        """How many times as long as the other is the longer of the two."""
        return max(self.predicted / self.observation.seconds, self.observation.seconds / self.predicted)

    @property
    def error(self) -> float:
        """The distance of the prediction, as a share of the true time."""
        return abs(self.predicted - self.observation.seconds) / self.observation.seconds


@dataclass(frozen=True)
class CostModel:
    """The cost of one operation of one tool."""

    curve: Curve
    wire_bytes: int  # bodies and heads, either way
    observations: tuple[Observation, ...]  # what the curve is fitted to
    checks: tuple[Check, ...]  # one for each of them, unless the others are too few for a fit


@dataclass(frozen=True)
class Prediction:
    """A time, and the range that it has if it is as wrong as the worst check of its model.

    A network inside of what was measured is held against those checks that were inside too, if there are any.
    """

    seconds: float
    low: float | None  # None: the model could not be checked
    high: float | None
    extrapolates: tuple[str, ...]  # what about the network lies outside of what was measured


@dataclass(frozen=True)
class Errors:
    """How well several models predicted networks that they had not seen."""

    checks: int
    median: float
    worst: float
    worst_trial: str
    worst_network: str


def refusal(observations: Sequence[Observation]) -> str | None:
    """Return why no model can be fitted to these, or None."""
    links = {_link(each) for each in _fair(observations)}
    if len(links) < LEAST_LINKS:
        return f"{LEAST_LINKS} links are needed (`{DIRECT}` is none), and it was timed on {len(links)}"
    if len({rtt_ms for rtt_ms, _ in links}) < 2:
        return "every link has the same round trip, so that trips cannot be told from work"
    return None


def fit(observations: Sequence[Observation], wire_bytes: int) -> CostModel:
    """Return the model of a case with its checks. `direct` has no part: no proxy lies on its way.

    Raises ValueError where `refusal` has a reason, or for a time that is not positive.
    """
    why = refusal(observations)
    if why:
        raise ValueError(why)
    fair = _fair(observations)
    if not all(0 < each.seconds < math.inf for each in fair):
        raise ValueError("every time must be positive and finite")
    return CostModel(_curve(fair, wire_bytes), wire_bytes, tuple(fair), tuple(_checks(fair, wire_bytes)))


def predict(
    model: CostModel, rtt_ms: float, mbit_per_s: float | None = None, handshakes: int = 0
) -> Prediction:
    """Return the time on a network; of a cold operation, with the handshakes that follow one another."""
    added = handshakes * rtt_ms / 1000
    seconds = _seconds(model.curve, model.wire_bytes, (rtt_ms, mbit_per_s))
    outside = tuple(_extrapolations(model.observations, (rtt_ms, mbit_per_s)))
    inside = [] if outside else [check.factor for check in model.checks if not check.extrapolates]
    factor = max(inside or [check.factor for check in model.checks], default=None)
    if factor is None:
        return Prediction(seconds + added, None, None, outside)
    return Prediction(seconds + added, seconds / factor + added, seconds * factor + added, outside)


def errors(models: Mapping[str, CostModel]) -> Errors | None:
    """Return the errors of all checks of these models, by trial; None if there is no check."""
    every = [(check, trial) for trial, model in models.items() for check in model.checks]
    if not every:
        return None
    worst, trial = max(every, key=lambda entry: entry[0].error)
    return Errors(
        checks=len(every),
        median=median(check.error for check, _ in every),
        worst=worst.error,
        worst_trial=trial,
        worst_network=worst.observation.network,
    )


def _fair(observations: Sequence[Observation]) -> list[Observation]:
    return [each for each in observations if each.network != DIRECT]


def _link(observation: Observation) -> _Link:
    return observation.rtt_ms, observation.mbit_per_s


def _curve(observations: Sequence[Observation], wire_bytes: int) -> Curve:
    return fit_curve(
        [each.rtt_ms / 1000 for each in observations],
        [_transfer_s(wire_bytes, each.mbit_per_s) for each in observations],
        [each.seconds for each in observations],
    )


def _checks(observations: Sequence[Observation], wire_bytes: int) -> list[Check]:
    """Leave out each link in turn, under whatever names it was measured."""
    checks = []
    for each in observations:
        others = [other for other in observations if _link(other) != _link(each)]
        if refusal(others) is None:
            predicted = _seconds(_curve(others, wire_bytes), wire_bytes, _link(each))
            checks.append(Check(each, predicted, bool(_extrapolations(others, _link(each)))))
    return checks


def _seconds(curve: Curve, wire_bytes: int, link: _Link) -> float:
    rtt_ms, mbit_per_s = link
    return curve.seconds(rtt_ms / 1000, _transfer_s(wire_bytes, mbit_per_s))


def _transfer_s(wire_bytes: int, mbit_per_s: float | None) -> float:
    return 0.0 if mbit_per_s is None else wire_bytes * 8 / (mbit_per_s * 1e6)


def _extrapolations(observations: Sequence[Observation], link: _Link) -> list[str]:
    rtt_ms, mbit_per_s = link
    rtts = [each.rtt_ms for each in observations]
    limits = [each.mbit_per_s for each in observations if each.mbit_per_s is not None]
    said = []
    if not min(rtts) <= rtt_ms <= max(rtts):
        said.append(f"RTT {rtt_ms:g} ms: measured from {min(rtts):g} to {max(rtts):g} ms")
    if mbit_per_s is None:
        if len(limits) == len(rtts):
            said.append("no limit to bandwidth: every link measured has one")
    elif not limits:
        said.append(f"bandwidth {mbit_per_s:g} Mbit/s: no link measured has a limit")
    elif not min(limits) <= mbit_per_s <= max(limits):
        tried = " and ".join(f"{limit:g}" for limit in sorted({min(limits), max(limits)}))
        said.append(f"bandwidth {mbit_per_s:g} Mbit/s: limits measured were {tried} Mbit/s")
    return said
