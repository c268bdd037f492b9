"""What the operations of a run would cost on another network: seconds, and money. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.performance.cost_model import Prediction, predict
from harness.performance.price import Price, price
from harness.report.model import Report
from harness.report.nouns import CaseKey, ToolLine
from harness.report.wire_model import CostLine, RequestsPart
from harness.report.words import TimedStep
from harness.results.wire import KeyKind


@dataclass(frozen=True)
class Link:
    """The network that is asked for, and what a store on it charges."""

    rtt_ms: float
    mbit_per_s: float | None
    per_1000_gets: float | None


@dataclass(frozen=True)
class Predicted:
    """One step of one tool in one case; without a prediction, `why` says why there is none."""

    key: CaseKey
    tool: ToolLine
    step: TimedStep
    prediction: Prediction | None
    price: Price | None
    why: str


def predictions(report: Report, link: Link) -> Iterator[Predicted]:
    """Yield what each operation that was timed on several networks would cost on this one."""
    if report.costs is None:
        return
    for case in report.costs.cases:
        for line in case.lines:
            yield _predicted(case.key, line, link, _by_kind(report.requests, case.key, line))


def _predicted(
    key: CaseKey, line: CostLine, link: Link, by_kind: tuple[tuple[str, KeyKind, float], ...] | None
) -> Predicted:
    prediction = None
    if line.model is not None:
        handshakes = int(line.handshakes.high) if line.handshakes else 0
        prediction = predict(line.model, link.rtt_ms, link.mbit_per_s, handshakes)
    charged = link.per_1000_gets is not None and by_kind is not None
    money = price(by_kind or (), link.per_1000_gets or 0) if charged else None
    return Predicted(key, line.tool, line.step, prediction, money, line.why)


def _by_kind(
    part: RequestsPart | None, key: CaseKey, line: CostLine
) -> tuple[tuple[str, KeyKind, float], ...] | None:
    """Return the requests of a step, the most of all passes; None where they were not counted."""
    wanted = "open" if line.step == "open cold" else "operation"
    for case in part.cases if part else ():
        if case.key.swept != key.swept:
            continue
        for counted in case.lines:
            if counted.tool.number == line.tool.number:
                for step in counted.steps:
                    if step.step == wanted:
                        return tuple((method, kind, span.high) for method, kind, span in step.spans.by_kind)
    return None
