"""What tools make of one another in Markdown: writers by readers, and validators."""

from collections.abc import Iterator

from harness.report.agreement_model import (
    ExchangePart,
    LookShare,
    ReadCell,
    RuleCell,
    RuleRow,
    ValidatorsPart,
    Verdicts,
)
from harness.report.escape import markdown, markdown_code
from harness.report.markdown_table import table
from harness.report.words import SYMBOLS, WORDS

_WORDS = {str(outcome): word for outcome, word in WORDS.items()}  # what has no word here is one already


def exchange_markdown(part: ExchangePart) -> Iterator[str]:
    """Yield the matrix of writers and readers, summed over datasets, ways of writing and stores."""
    yield "## Who reads what whom wrote"
    yield "Rows are writers, columns are readers; *valid* is what a validator says of what was written."
    header = [
        "written by",
        "as asked",
        *(markdown_code(line.label) for line in part.readers),
        *(f"{markdown_code(line.label)} (valid)" for line in part.validators),
    ]
    rows = [
        [
            markdown_code(row.label),
            f"{row.writes.passed:,}/{row.writes.planned:,}",
            *(_read_cell(cell) for cell in (*row.readers, *row.validators)),
        ]
        for row in part.rows
    ]
    yield table(header, rows)


def validators_markdown(part: ValidatorsPart) -> Iterator[str]:
    """Yield how often each validator was right, and who notices which broken rule."""
    yield "## Which validator is right"
    heads = [
        markdown_code(line.label) + (" (baseline)" if baseline else "")
        for line, baseline in zip(part.validators, part.baseline, strict=True)
    ]
    rows = [
        [
            markdown(row.scenario),
            markdown(row.suite),
            f"{row.datasets:,}",
            *(_verdicts(cell) for cell in row.cells),
        ]
        for row in part.suites
    ]
    total = ["all", "", "", *(_verdicts(cell) for cell in part.all_of_it)]
    yield table(["scenario", "suite", "datasets", *heads], [*rows, *([total] if len(rows) > 1 else [])])
    if part.broken_rules:
        yield "### Who notices which broken rule"
        yield _rules(part.broken_rules, heads)
    if part.kept_rules:
        yield "### Who accepts what is odd but valid"
        yield _rules(part.kept_rules, heads)


def _read_cell(cell: ReadCell) -> str:
    mark = f"{SYMBOLS[cell.worst]} " if cell.worst else ""
    return mark + ", ".join(_look(one) for one in cell.looks)


def _look(one: LookShare) -> str:
    by_store = ", ".join(f"{markdown(store)} {share.text}" for store, share in one.stores)
    name = "" if one.look == "validity" else f"{one.look} "
    return f"{name}{one.text}" + (f" ({by_store})" if by_store else "")


def _verdicts(cell: Verdicts) -> str:
    told = [f"{cell.right:,}/{cell.judged:,} right"] if cell.judged else []
    told += [f"{cell.accepted:,}/{cell.valid:,} valid accepted"] if cell.valid else []
    told += [f"{cell.caught:,}/{cell.broken:,} broken caught"] if cell.broken else []
    told += [f"{number:,} {_WORDS.get(outcome, outcome)}" for outcome, number in cell.otherwise]
    return ", ".join(told)


def _rules(rows: tuple[RuleRow, ...], heads: list[str]) -> str:
    return table(
        ["rule", "in", *heads],
        [
            [markdown(row.text), markdown(", ".join(row.versions)), *(_rule_cell(cell) for cell in row.cells)]
            for row in rows
        ],
    )


def _rule_cell(cell: RuleCell) -> str:
    if cell.worst is None:
        return ""
    said = f"{cell.right:,}/{cell.cases:,}" if cell.judged else WORDS[cell.worst]
    problem = f" (problem {cell.problem})" if cell.problem else ""
    return f"{SYMBOLS[cell.worst]} {said}{problem}"
