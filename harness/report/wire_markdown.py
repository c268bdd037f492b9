"""The wire in Markdown: faults, requests, round trips and cost, as compact tables."""

from collections.abc import Iterator

from harness.report.escape import markdown, markdown_code, shortened
from harness.report.markdown_table import table
from harness.report.nouns import ToolLine
from harness.report.units import byte_text, duration, percent, three_digits
from harness.report.wire_figures import (
    FIGURE_STEPS,
    bytes_span,
    kinds_text,
    span_text,
    times_text,
    trips_text,
)
from harness.report.wire_model import (
    CostCase,
    CostsPart,
    CountedCase,
    FaultCell,
    FaultsPart,
    RequestsPart,
    StepFigures,
)
from harness.report.words import FAULT_CLASSES, FAULT_MEANINGS, FAULT_SYMBOLS, STEP_WORDS, SYMBOLS, WORDS

SHOWN = 200  # characters of a user agent


def faults_markdown(part: FaultsPart, tools: tuple[ToolLine, ...]) -> Iterator[str]:
    """Yield the tally and the table of faults."""
    yield "## Faults"
    yield "\n".join(f"- {FAULT_SYMBOLS[name]} {name}: {FAULT_MEANINGS[name]}" for name in FAULT_CLASSES)
    counts = [
        [
            markdown_code(tally.tool.label),
            str(tally.met),
            *(str(number) for _, number in tally.made),
            str(tally.not_allowed),
            str(tally.not_met),
            str(tally.untold),
        ]
        for tally in part.tallies
    ]
    yield table(["tool", "met", *FAULT_CLASSES, "not allowed", "not met", "otherwise"], counts)
    rows = [
        [markdown_code(row.key.case), ", ".join(row.allowed), *(_fault_cell(cell) for cell in row.cells)]
        for group in part.groups
        for row in group.rows
    ]
    yield table(["case", "allowed", *(markdown_code(tool.label) for tool in tools)], rows)


def requests_markdown(part: RequestsPart) -> Iterator[str]:
    """Yield the notes, the figures of each counted case, and the clients."""
    yield "## Requests"
    yield _list(part.notes)
    sent = ["sent"] if part.sends else []
    header = [
        "case", "tool", "step", "requests", "of which", "received", *sent, "amplification", "fetched again",
        "not found", "at once, at most", "connections",
    ]  # fmt: skip
    rows = [row for case in part.cases for row in _counted(case, sends=part.sends)]
    if rows:
        yield table(header, rows)
    if part.remarks:
        yield _list(part.remarks)
    if part.clients:
        clients = [
            [
                markdown_code(line.tool.label),
                markdown(line.client),
                f"{line.requests:,}",
                str(line.cases),
                markdown(", ".join(line.stores)),
                markdown(shortened(line.said, SHOWN)),
            ]
            for line in part.clients
        ]
        yield table(["tool", "client", "requests", "cases", "stores", "user agent in full"], clients)


def costs_markdown(part: CostsPart) -> Iterator[str]:
    """Yield the notes, the model's errors, and the costs of each case."""
    yield "## Round trips and cost"
    yield _list(part.notes)
    if part.errors:
        errors = [
            [
                markdown_code(one.network.name) + (" (beyond the others)" if one.extrapolates else ""),
                str(one.errors.checks),
                percent(one.errors.median),
                percent(one.errors.worst),
                markdown(one.errors.worst_trial),
            ]
            for one in part.networks
        ]
        yield table(["network left out", "checks", "median error", "worst", "which was"], errors)
    header = [
        "case", "tool", "step", "round trips", "connecting", "model: trips", "work", "bytes", "overlap",
        "median error", "worst",
    ]  # fmt: skip
    yield table(header, [row for case in part.cases for row in _costs(case)])


def _list(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {markdown(line)}" for line in lines)


def _fault_cell(cell: FaultCell) -> str:
    if cell.seen:
        seen = cell.seen
        told = [f"{seen.attempts}x in {duration(seen.ms)}" if seen.met else "not met"]
        told += [f"left {seen.left}"] if seen.left else []
        told += [] if cell.allowed else ["**not allowed**"]
        told += [f"problem {cell.problem}"] if cell.problem else []
        return f"{FAULT_SYMBOLS[seen.made]} {seen.made} ({', '.join(told)})"
    if cell.outcome:
        return f"{SYMBOLS[cell.outcome]} {WORDS[cell.outcome]}"
    return "not run" if cell.planned else ""


def _counted(case: CountedCase, *, sends: bool) -> Iterator[list[str]]:
    name, empty = markdown_code(case.key.case), [""] * (9 if sends else 8)
    if not case.lines:
        yield [name, "", "not counted", *empty]
    for line in case.lines:
        tool = markdown_code(line.tool.label)
        for step in line.steps:
            yield [name, tool, FIGURE_STEPS[step.step], *_figures(step, sends=sends)]
        if not line.steps:
            why = WORDS[line.outcome] if line.outcome and line.outcome != "passed" else ""
            yield [name, tool, why or ("not counted" if line.outcome else "not run"), *empty]


def _figures(step: StepFigures, *, sends: bool) -> list[str]:
    spans = step.spans
    return [
        span_text(spans.requests),
        markdown(kinds_text(spans)),
        bytes_span(spans.received),
        *([bytes_span(spans.sent)] if sends else []),
        times_text(step.amplification) if step.amplification else "",
        span_text(spans.duplicates),
        span_text(spans.not_found),
        span_text(spans.in_flight_peak),
        span_text(spans.connections),
    ]


def _costs(case: CostCase) -> Iterator[list[str]]:
    for line in case.lines:
        model = ["", "", "", ""]
        if line.model:
            curve = line.model.curve
            model = [
                three_digits(curve.trips),
                duration(curve.work_seconds * 1000),
                byte_text(line.model.wire_bytes),
                f"{curve.overlap:.1f}",
            ]
        worst = (
            f"{percent(line.errors.worst)} on {markdown(line.errors.worst_network)}" if line.errors else ""
        )
        yield [
            markdown_code("/".join(case.key.swept)),
            markdown_code(line.tool.label),
            STEP_WORDS[line.step],
            trips_text(line.trips) if line.trips else "",
            span_text(line.handshakes) if line.handshakes else "",
            *model,
            percent(line.errors.median) if line.errors else markdown(line.why),
            worst,
        ]
