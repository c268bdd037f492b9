"""The report as Markdown, for an issue, a README or a notebook."""

from collections.abc import Iterable, Iterator

from harness.report.agreement_markdown import exchange_markdown, validators_markdown
from harness.report.escape import markdown, markdown_block, markdown_code, plain, shortened
from harness.report.markdown_table import table
from harness.report.model import Cell, ProblemEntry, Report, ScenarioRows, TimedCase, TimingCell
from harness.report.nouns import Counts, Fact, ToolLine
from harness.report.units import in_full, with_unit
from harness.report.verdicts_markdown import verdicts_markdown
from harness.report.wire_markdown import costs_markdown, faults_markdown, requests_markdown
from harness.report.words import STEP_WORDS, SYMBOLS, WORDS, plural, several
from harness.results.model import OUTCOMES

SHOWN_CASES = 6  # of one problem; the matrix has all
SHOWN = 400  # characters of one piece of evidence
STDERR = 2000  # characters of its end


def render_markdown(report: Report) -> str:
    """Return the document, with every text from tools and datasets escaped."""
    parts = [
        _head(report),
        *(("## Comparison", verdicts_markdown(report.verdicts)) if report.verdicts else ()),
        _tools(report),
        *_matrix(report),
        *(exchange_markdown(report.exchange) if report.exchange else ()),
        *(validators_markdown(report.validators) if report.validators else ()),
        *(faults_markdown(report.faults, report.tools) if report.faults else ()),
        *_problems(report),
        *_fixed(report),
        *_remarks(report),
        *(requests_markdown(report.requests) if report.requests else ()),
        *_timings(report),
        *(costs_markdown(report.costs) if report.costs else ()),
        _details(report),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(report: Report) -> str:
    head = report.head
    banners = [f"> **{markdown(banner.title)}.** {markdown(banner.text)}" for banner in head.banners]
    sentences = [f"- {markdown(sentence)}" for sentence in report.sentences]
    return "\n\n".join(
        [f"# Run {markdown_code(head.run)}", *banners, "\n".join(sentences), _facts(head.facts)]
    )


def _facts(facts: Iterable[Fact]) -> str:
    rows = [[markdown(fact.name), markdown(shortened(fact.value, SHOWN))] for fact in facts]
    return table(["", ""], rows) if rows else ""


def _tools(report: Report) -> str:
    if not report.tools:
        return ""
    used = [outcome for outcome in OUTCOMES if any(outcome in dict(t.counts.outcomes) for t in report.tools)]
    header = [
        "tool",
        *(WORDS[outcome] for outcome in used),
        "unexpected",
        "not run",
        "start-up",
        "peak memory",
    ]
    rows = [
        [
            markdown_code(tool.label),
            *(str(dict(tool.counts.outcomes).get(outcome, 0)) for outcome in used),
            str(tool.counts.unexpected),
            str(tool.counts.missing),
            in_full(tool.start) if tool.start else "",
            with_unit(tool.peak, "bytes") if tool.peak is not None else "",
        ]
        for tool in report.tools
    ]
    return "## Tools\n\n" + table(header, rows)


def _matrix(report: Report) -> Iterator[str]:
    if report.matrix:
        yield "## Conformance"
    for scenario in report.matrix:
        title = f": {markdown(scenario.title)}" if scenario.title else ""
        yield f"### {markdown_code(scenario.scenario)}{title}"
        if scenario.left_out:
            yield markdown(scenario.left_out_text)
        yield _scenario_table(scenario, tuple(report.tools[number] for number in scenario.tools))


def _scenario_table(scenario: ScenarioRows, tools: tuple[ToolLine, ...]) -> str:
    rows = (
        [["", "right in all", "", *(_tally(counts) for counts in scenario.counts)]]
        if scenario.left_out
        else []
    )
    rows += [
        [
            markdown(dataset.dataset),
            markdown(title),
            markdown(row.places),
            *(_cell(row.cells[tool.number]) for tool in tools),
        ]
        for dataset in scenario.datasets
        for title, of_operation in dataset.operations
        for row in of_operation
    ]
    return table(["dataset", "operation", "store", *(markdown_code(tool.label) for tool in tools)], rows)


def _tally(counts: Counts) -> str:
    return f"{counts.passed:,} of {counts.planned:,}"


def _cell(cell: Cell) -> str:
    if cell.outcome is None:
        return "not run" if cell.planned else ""
    text = f"{SYMBOLS[cell.outcome]} {WORDS[cell.outcome]}"
    marks = [] if cell.expected else ["**unexpected**"]
    marks += [f"problem {cell.problem}"] if cell.problem else []
    return f"{text} ({', '.join(marks)})" if marks else text


def _problems(report: Report) -> Iterator[str]:
    if report.problems:
        yield "## Problems"
    for problem in report.problems:
        yield _problem(problem)


def _problem(problem: ProblemEntry) -> str:
    mark = "" if problem.expected else ", unexpected"
    title = f"{markdown_code(problem.tool.label)} {WORDS[problem.outcome]}{mark}"
    others = markdown(shortened("; ".join(problem.others), SHOWN))
    lines = [
        _where(problem),
        markdown(problem.explanation),
        f"Others like it: {others}" if others else "",
        f"Error: {markdown(problem.problem)}" if problem.problem else "",
        *(f"Note: {markdown(note)}" for note in problem.notes),
        *(f"The tool warned: {markdown(warning)}" for warning in problem.warnings),
        *(f"{markdown(fact.name)}: {markdown(shortened(fact.value, SHOWN))}" for fact in problem.evidence),
        f"Expected and got: {' and '.join(map(markdown_code, problem.arrays))}" if problem.arrays else "",
        f"Do it again: {markdown_code(problem.again)}" if problem.again else "",
        f"See <{problem.url}>" if problem.url else "",
    ]
    listed = "\n".join(f"- {line}" for line in lines if line)
    stderr = markdown_block(problem.stderr[-STDERR:]) if plain(problem.stderr).strip() else ""
    return "\n\n".join(filter(None, [f"### {problem.number}. {title}", listed, stderr]))


def _where(problem: ProblemEntry) -> str:
    """Return the cases; of many the datasets, and the example."""
    number = plural(len(problem.cases), "case")
    if len(problem.cases) <= SHOWN_CASES:
        return f"In {number}: {', '.join(markdown_code(key.case) for key in problem.cases)}."
    datasets = markdown(several(problem.datasets, SHOWN_CASES))
    of = plural(len(problem.datasets), "dataset")
    return f"In {number} of {of} ({datasets}), for example {markdown_code(problem.example.case)}."


def _fixed(report: Report) -> Iterator[str]:
    if report.fixed:
        rows = [
            [
                markdown_code(one.tool.label),
                str(len(one.cases)),
                markdown(one.text) + (f" <{one.url}>" if one.url else ""),
                markdown(several(one.datasets, SHOWN_CASES)),
            ]
            for one in report.fixed
        ]
        yield "## Fixed?\n\nKnown issues that did not appear where the tool's manifest says that they would."
        yield table(["tool", "did not appear in", "known issue", "datasets"], rows)


def _remarks(report: Report) -> Iterator[str]:
    if report.remarks:
        rows = [
            [
                markdown_code(remark.tool.label),
                WORDS[remark.outcome],
                str(remark.cases),
                markdown(remark.text)
                + (f" (and {remark.others:,} like it)" if remark.others else "")
                + (f" <{remark.url}>" if remark.url else ""),
            ]
            for remark in report.remarks
        ]
        yield "## Reasons and notes\n\n" + table(["tool", "outcome", "cases", "said"], rows)


def _timings(report: Report) -> Iterator[str]:
    if report.timings or report.timing_notes:
        yield "## Times"
        yield "\n".join(f"- {markdown(note)}" for note in report.timing_notes)
    if report.timings:
        rows = [row for case in report.near_timings for row in _timing_rows(case)]
        if report.far_timings:
            yield "Times on other networks are in `timings.csv` and in the HTML report."
        yield table(["case", "step", *(markdown_code(tool.label) for tool in report.tools)], rows)


def _timing_rows(case: TimedCase) -> Iterator[list[str]]:
    name = markdown_code(case.key.case)
    for row in case.rows:
        yield [name, STEP_WORDS[row.step], *(_timing(cell) for cell in row.cells)]
    if not case.rows:
        yield [name, "", *(_timing(TimingCell(outcome)) for outcome in case.outcomes)]
    if any(peak is not None for peak in case.peaks):
        peaks = ["" if peak is None else with_unit(peak, "bytes") for peak in case.peaks]
        yield [name, "peak memory", *peaks]


def _timing(cell: TimingCell) -> str:
    if cell.summary:
        return in_full(cell.summary) + (" **fastest**" if cell.fastest else "")
    if cell.outcome is None or cell.outcome == "passed":
        return ""
    return f"{SYMBOLS[cell.outcome]} {WORDS[cell.outcome]}"


def _details(report: Report) -> str:
    tools = [
        Fact(tool.label, "; ".join(f"{fact.name} {fact.value}" for fact in (*tool.packages, *tool.settings)))
        for tool in report.tools
        if tool.packages or tool.settings
    ]
    return "## Details\n\n" + _facts([*report.head.more, *tools])
