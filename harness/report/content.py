"""Builds the content of a report from a run. Pure: the same run gives the same report."""

from harness.performance.wire import passes
from harness.report.costs import cost_sentences, costs_part
from harness.report.escape import web_address
from harness.report.exchange import exchange_part, exchange_sentences
from harness.report.faults import fault_sentences, faults_part
from harness.report.fixed import fixed_of, fixed_sentences
from harness.report.forms import form_sentences
from harness.report.grid import Grid, count, grid_of
from harness.report.head import flat, head_of, untimed_stores
from harness.report.matrix import matrix_of
from harness.report.model import Report
from harness.report.nouns import CaseKey, Counts, Fact, ToolLine
from harness.report.problems import problem_numbers, problems_of
from harness.report.remarks import remarks_of
from harness.report.requests import counted_sentences, requests_part
from harness.report.sentences import sentences_of, timing_notes
from harness.report.timings import Measured, measured, peak_memory, start_up, timed_cases
from harness.report.validators import only_validates, validator_sentences, validators_part
from harness.report.verdicts import verdicts_part
from harness.report.words import store_order
from harness.results.load import Run
from harness.results.model import ToolId, ToolUsed


def build_report(run: Run) -> Report:
    """Return all that a report of this run says."""
    grid = grid_of(run)
    counts = count(grid, grid.cases, grid.tools)
    untimed = untimed_stores(run)
    shown = measured(grid, run.samples, untimed)
    used = {str(one.tool): one for one in (*run.manifest.tools, *(run.footer.tools if run.footer else ()))}
    tools = tuple(
        _tool_line(grid, number, tool, used.get(str(tool)), shown) for number, tool in enumerate(grid.tools)
    )
    problems = problems_of(grid, tools)
    remarks = remarks_of(grid, tools)
    timings = timed_cases(grid, tools, shown)
    each = passes(run.requests)
    numbers = problem_numbers(problems, grid)
    exchange = exchange_part(grid, tools, numbers)
    validators = validators_part(grid, tools, numbers)
    fixed = fixed_of(grid, tools)
    faults = faults_part(grid, tools, numbers, each)
    requests = requests_part(grid, tools, each)
    costs = costs_part(grid, tools, shown, each, run.manifest)
    only_verdicts = frozenset(line.number for line in tools if only_validates(grid, line))
    apart = (
        *(exchange_sentences(exchange) if exchange else ()),
        *(validator_sentences(validators) if validators else ()),
        *form_sentences(used.values()),
        *fixed_sentences(fixed),
        *(fault_sentences(faults) if faults else ()),
        *(counted_sentences(requests) if requests else ()),
    )
    return Report(
        head=head_of(run, counts),
        sentences=(
            *sentences_of(tools, counts, remarks, timings, apart, only_verdicts),
            *(cost_sentences(costs) if costs else ()),
        ),
        tools=tools,
        stores=tuple(sorted({key.store for key in grid.plain}, key=store_order)),
        counts=counts,
        matrix=matrix_of(grid, run.manifest.scenarios, numbers),
        problems=problems,
        remarks=remarks,
        timings=timings,
        timing_notes=timing_notes(timings, untimed & {key.store for key in grid.cases}),
        requests=requests,
        faults=faults,
        costs=costs,
        fixed=fixed,
        exchange=exchange,
        validators=validators,
        verdicts=verdicts_part(run.verdicts) if run.verdicts else None,
    )


def _tool_line(grid: Grid, number: int, tool: ToolId, used: ToolUsed | None, shown: Measured) -> ToolLine:
    samples = [sample for key in grid.plain for sample in shown.of(key, tool)]
    records = [record for key in grid.cases if (record := grid.record(key, tool))]
    locks = [record.lock_hash for record in records if record.lock_hash]
    return ToolLine(
        number=number,
        id=tool,
        label=str(tool),
        counts=count(grid, grid.plain, (tool,)),
        stores=_counts_by(grid, tool, "store"),
        scenarios=_counts_by(grid, tool, "scenario"),
        title=used.title if used else "",
        homepage=web_address(used.homepage) if used else None,
        language=used.language if used else None,
        packages=tuple(Fact(*package) for package in sorted(used.packages.items())) if used else (),
        settings=tuple(flat(used.settings)) if used else (),
        lock_hash=(used.lock_hash if used else None) or next(iter(locks), None),
        not_built=used.not_built if used else None,
        start=start_up(grid, tool, shown),
        peak=peak_memory(samples),
    )


def _counts_by(grid: Grid, tool: ToolId, part: str) -> tuple[tuple[str, Counts], ...]:
    groups: dict[str, list[CaseKey]] = {}
    for key in grid.plain:
        if grid.is_planned(key, tool):
            groups.setdefault(getattr(key, part), []).append(key)
    names = sorted(groups, key=store_order) if part == "store" else list(groups)
    return tuple((name, count(grid, tuple(groups[name]), (tool,))) for name in names)
