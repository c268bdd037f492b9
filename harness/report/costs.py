"""What times on several networks tell: dependent round trips, and the cost model with its errors."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from harness.performance.cost_model import CostModel, Errors, Observation, errors, fit, refusal
from harness.performance.round_trips import LEAST_MS, MOST_MS, round_trips
from harness.report.clients import Passes
from harness.report.grid import Grid
from harness.report.nouns import CaseKey, ToolLine
from harness.report.requests import figures_of
from harness.report.timings import Measured
from harness.report.units import percent
from harness.report.wire_model import CostCase, CostLine, CostsPart, FigureStep, NetworkError, StepFigures
from harness.report.words import STEP_WORDS, STEPS, TimedStep, tool_label
from harness.results.model import Manifest, NetworkUsed
from harness.scenario.network import DIRECT

Networks = Mapping[tuple[str, str], NetworkUsed]  # by scenario and name


@dataclass(frozen=True)
class Timed:
    """What the costs rest on: the cells of a run, the times that may be shown, and the requests."""

    grid: Grid
    shown: Measured
    each: Passes
    networks: Networks


def costs_part(
    grid: Grid, tools: tuple[ToolLine, ...], shown: Measured, each: Passes, manifest: Manifest
) -> CostsPart | None:
    """Return what several networks tell, or None where no case was timed on more than one link."""
    networks = {(used.name, one.name): one for used in manifest.scenarios for one in used.networks}
    timed = Timed(grid, shown, each, networks)
    swept: dict[tuple[str, ...], list[CaseKey]] = {}
    for key in grid.plain:
        if (key.scenario, key.network) in networks:
            swept.setdefault(key.swept, []).append(key)
    cases = [
        CostCase(keys[0], lines)
        for keys in swept.values()
        if sum(key.network != DIRECT for key in keys) > 1 and (lines := tuple(_lines(timed, keys, tools)))
    ]
    if not cases:
        return None
    models = _models(cases)
    return CostsPart((_TRIPS, _CONNECTING, _MODEL), tuple(cases), errors(models), tuple(_by_network(models)))


def cost_sentences(part: CostsPart) -> tuple[str, ...]:
    """Return how far off the model was, and where most."""
    if part.errors is None:
        return ()
    one = part.errors
    where = f"{one.worst_trial} on {one.worst_network}"
    said = (
        "The cost model predicted networks that it had not seen with a median error of "
        f"{percent(one.median)} in {one.checks:,} checks; the worst was {percent(one.worst)}: {where}."
    )
    return (said,)


_TRIPS = (
    "Dependent round trips wait for one another. Their number is the slope of time over added latency, from "
    f"{LEAST_MS} to {MOST_MS} ms, with its interval; overlapped means that all of it lies below one: work "
    "went on meanwhile."
)
_CONNECTING = (
    "The proxy does not delay connecting, so it is not among these round trips. On a real network add one "
    "each time that a cold step had to connect anew (column connecting)."
)
_MODEL = (
    "The cost model: t = ((trips x RTT)^p + (bytes / bandwidth)^p + work^p)^(1/p). With an overlap p of 1 "
    "all adds up; the larger it is, the more the longest hides the rest. Bytes are all that crossed the "
    "wire, and a warm operation is taken to move those of a cold one. Its error is that on each network in "
    "turn, when it is fitted to the others alone."
)


def _lines(timed: Timed, keys: list[CaseKey], tools: tuple[ToolLine, ...]) -> Iterator[CostLine]:
    for tool in tools:
        wire = _counted(timed, keys, tool)
        for step in STEPS:
            sessions = {key: _sessions(timed.shown, key, tool, step) for key in keys}
            found = {key: each for key, each in sessions.items() if each}
            if len(found) > 1:
                yield _line(
                    timed.networks,
                    tool,
                    step,
                    found,
                    wire.get("open" if step == "open cold" else "operation"),
                )


def _line(
    networks: Networks,
    tool: ToolLine,
    step: TimedStep,
    sessions: dict[CaseKey, list[float]],
    wire: StepFigures | None,
) -> CostLine:
    points: list[tuple[float, float]] = []
    observed: list[Observation] = []
    for key, seconds in sessions.items():
        network = networks[key.scenario, key.network]
        observed.append(Observation(network.name, network.rtt_ms, network.mbit_per_s, median(seconds)))
        if key.network != DIRECT and network.mbit_per_s is None:
            points += [(network.rtt_ms, each) for each in seconds]
    line = CostLine(
        tool=tool,
        step=step,
        observations=tuple(observed),
        trips=round_trips(points),
        handshakes=wire.spans.handshakes if wire and step != "operation warm" else None,
        model=None,
        errors=None,
    )
    why = refusal(observed) or ("" if wire else "its requests were not counted")
    why = why or ("" if min(one.seconds for one in observed) > 0 else "a time of 0 was measured")
    if why or wire is None:
        return replace(line, why=why)
    spans = wire.spans
    model = fit(observed, int(spans.received.high + spans.sent.high + spans.head.high))
    return replace(line, model=model, errors=errors({"": model}))


def _counted(timed: Timed, keys: list[CaseKey], tool: ToolLine) -> dict[FigureStep, StepFigures]:
    """Return the figures of the steps, by name, of the case that was counted."""
    for key in keys:
        record = timed.grid.record(key, tool.id)
        if record and record.wire:
            return dict(figures_of(record, timed.each))
    return {}


def _sessions(shown: Measured, key: CaseKey, tool: ToolLine, step: TimedStep) -> list[float]:
    """Return the time of each session in seconds: of several repeats in one, their median."""
    name, phase = step.split()
    each: dict[int, list[float]] = defaultdict(list)
    for sample in shown.of(key, tool.id):
        if (sample.step, sample.phase, sample.metric) == (name, phase, "wall"):
            each[sample.session].append(sample.value / 1e9)
    return [median(values) for values in each.values()]


def line_name(key: CaseKey, line: CostLine) -> str:
    """Return how a line is called in a sentence: tool, case and step."""
    case = "/".join(key.swept)
    return f"{tool_label(line.tool.id)} in {case} ({STEP_WORDS[line.step]})"


def _models(cases: Sequence[CostCase]) -> dict[str, CostModel]:
    return {line_name(case.key, line): line.model for case in cases for line in case.lines if line.model}


def _by_network(models: dict[str, CostModel]) -> Iterator[NetworkError]:
    """Yield the errors of the checks on each network, the quick networks first."""
    checked: dict[tuple[float, float, str], dict[str, CostModel]] = {}
    for name, model in models.items():
        for check in model.checks:
            one = check.observation
            place = (one.rtt_ms, -(one.mbit_per_s or math.inf), one.network)
            checked.setdefault(place, {})[name] = replace(model, checks=(check,))
    for _, several in sorted(checked.items()):
        found: Errors | None = errors(several)
        checks = [check for model in several.values() for check in model.checks]
        one = checks[0].observation
        used = NetworkUsed(name=one.network, rtt_ms=one.rtt_ms, mbit_per_s=one.mbit_per_s)
        if found:
            yield NetworkError(used, found, any(check.extrapolates for check in checks))
