"""What the requests section says: the figures of each counted case, and how they were counted."""

from collections.abc import Iterable

from harness.performance.wire import Span, amplification, figures, spans
from harness.report.clients import Passes, clients_of, fallbacks
from harness.report.falls import waterfalls
from harness.report.grid import Grid
from harness.report.nouns import CaseKey, ToolLine
from harness.report.wire_figures import FIGURE_STEPS
from harness.report.wire_model import (
    CountedCase,
    FigureStep,
    RequestLine,
    RequestsPart,
    StepFigures,
)
from harness.report.words import plural
from harness.results.model import Record
from harness.scenario.network import DIRECT


def requests_part(grid: Grid, tools: tuple[ToolLine, ...], each: Passes) -> RequestsPart | None:
    """Return what was counted, and who asked; None where no request was seen."""
    counted = {record.scenario for record in grid.records.values() if record.wire}
    if not counted and not each:
        return None
    keys = [key for key in grid.plain if key.scenario in counted and key.network == DIRECT]
    cases = tuple(_case(grid, key, tools, each) for key in keys)
    return RequestsPart(
        notes=tuple(_notes(grid, cases)),
        cases=cases,
        clients=clients_of(grid, tools, each),
        remarks=fallbacks(grid, tools, each),
        waterfalls=waterfalls(
            (key, tool, each.get((record.trial, 0), ()))
            for key in keys
            for tool in tools
            if (record := grid.record(key, tool.id)) and record.wire
        ),
    )


def figures_of(record: Record, each: Passes) -> dict[FigureStep, StepFigures]:
    """Return the figures of either step, and of both together.

    Raises ValueError for a trial that was not counted.
    """
    wire = record.wire
    if wire is None:
        raise ValueError("only a trial that was counted has figures")
    passed = [each.get((record.trial, repeat), ()) for repeat in range(wire.repeats)]

    def step_figures(step: FigureStep) -> StepFigures:
        found = spans([figures(one, None if step == "both" else step) for one in passed])
        return StepFigures(step, found, _amplified(found.received, wire.needed_bytes, step))

    return {step: step_figures(step) for step in FIGURE_STEPS}


def _amplified(received: Span, needed: int | None, step: FigureStep) -> Span | None:
    low, high = amplification(int(received.low), needed), amplification(int(received.high), needed)
    return Span(low, high) if step == "operation" and low is not None and high is not None else None


def _case(grid: Grid, key: CaseKey, tools: tuple[ToolLine, ...], each: Passes) -> CountedCase:
    if key.store == "file":
        return CountedCase(key, None)
    lines: list[RequestLine] = []
    needed: list[int] = []
    for tool in tools:
        record = grid.record(key, tool.id)
        if record and record.wire:
            figures = figures_of(record, each)
            steps = [figures["operation"]]
            steps = [figures["open"], *steps] if figures["open"].spans.requests.high else steps
            lines.append(RequestLine(tool, record.outcome, tuple(steps), figures["both"]))
            needed += [] if record.wire.needed_bytes is None else [record.wire.needed_bytes]
        elif grid.is_planned(key, tool.id):
            lines.append(RequestLine(tool, record.outcome if record else None))
    return CountedCase(key, max(needed, default=None), tuple(lines))


def _notes(grid: Grid, cases: tuple[CountedCase, ...]) -> Iterable[str]:
    """Yield what a reader of the tables must know."""
    wires = [record.wire for record in grid.records.values() if record.wire]
    if not wires:
        yield "Nothing was counted in this run; these are the requests of trials with a fault."
        return
    by = {wire.by for wire in wires}
    repeats = sorted({wire.repeats for wire in wires})
    passes_each = " or ".join("1 pass" if number == 1 else f"{number} passes" for number in repeats)
    own = "its" if repeats == [1] else "their"
    if by == {"gateway"}:
        yield (
            "Requests were counted by the gateway alone, without the store's own trace to compare with, "
            f"in {passes_each} of {own} own for each trial."
        )
    else:
        some = "" if len(by) == 1 else " (some trials by the gateway alone)"
        yield (
            "Requests were counted by MinIO's own trace and by the gateway, which agreed request by request"
            f"{some}, in {passes_each} of {own} own for each trial: what was timed was not counted."
        )
    if repeats[-1] > 1:
        yield "One number is the same in every pass; two are the least and the most of all passes."
    yield (
        "Opening is what comes before the operation itself. Bytes are those of bodies. Amplification is what "
        "the operation received for each byte that it needs: the stored size of the chunks that it touches."
    )
    if any(not case.lines for case in cases):
        yield (
            "Requests are counted on http and s3 only: on store file nothing was counted, and nothing is "
            "guessed."
        )


def counted_sentences(part: RequestsPart) -> tuple[str, ...]:
    """Return how much was counted, and whose requests came from another client than usual."""
    both = [line.both for case in part.cases for line in case.lines if line.both]
    if not both:
        return part.remarks
    cases = sum(any(line.both for line in case.lines) for case in part.cases)
    same = sum(one.spans.requests.same and one.spans.received.same for one in both)
    repeated = any(one.spans.passes > 1 for one in both)
    alike = f"; requests and bytes were the same in every pass in {same:,} of them" if repeated else ""
    return (
        f"Requests were counted in {plural(len(both), 'trial')} of {plural(cases, 'case')}{alike}.",
        *part.remarks,
    )
