"""Which validator is right: its verdicts on datasets that are known to be valid, and on broken ones."""

import re
from collections.abc import Sequence

from harness.report.agreement_model import RuleCell, RuleRow, SuiteRow, ValidatorsPart, Verdicts
from harness.report.grid import Grid
from harness.report.nouns import CaseKey, ToolLine
from harness.report.validity import BASELINE, gave_a_verdict, is_unjudged, is_valid
from harness.report.words import PROBLEMATIC, plural, tool_label
from harness.results.model import OUTCOMES, Record

# How datasets of suites, and our own ones about OME-Zarr's rules, are called.
_SUITE = re.compile(r"((?:ngff|ngff-tree|ome)-\d+\.\d+)-.+")
_OWN = re.compile(r"ome-(\d+\.\d+)-(.+)")
_RULE = "accepts what breaks a rule: "

_Truth = dict[CaseKey, bool | None]


def validators_part(
    grid: Grid, tools: tuple[ToolLine, ...], problems: dict[str, int]
) -> ValidatorsPart | None:
    """Return what validators said; None where none was asked. The baseline comes first."""
    keys = grid.validated
    asked = [line for line in tools if any(grid.is_planned(key, line.id) for key in keys)]
    if not asked:
        return None
    validators = sorted(asked, key=lambda line: line.id.name != BASELINE)
    truth = {key: is_valid(grid, key) for key in keys}
    suites: dict[tuple[str, str], list[CaseKey]] = {}
    for key in keys:
        suites.setdefault((key.scenario, suite_of(key.dataset)), []).append(key)
    return ValidatorsPart(
        validators=tuple(validators),
        baseline=tuple(line.id.name == BASELINE for line in validators),
        suites=tuple(
            SuiteRow(
                scenario,
                suite,
                len({key.dataset for key in same}),
                tuple(_verdicts(grid, same, line, truth) for line in validators),
            )
            for (scenario, suite), same in suites.items()
        ),
        all_of_it=tuple(_verdicts(grid, keys, line, truth) for line in validators),
        rules=tuple(_rules(grid, validators, truth, problems)),
    )


def only_validates(grid: Grid, line: ToolLine) -> bool:
    """Tell whether a tool was asked for nothing but verdicts."""
    planned = [key for key in grid.plain if grid.is_planned(key, line.id)]
    return all(key.operation == "validate" for key in planned)


def suite_of(dataset: str) -> str:
    """Return the suite that a dataset is of, by its name; '' for any other."""
    found = _SUITE.fullmatch(dataset)
    return found[1] if found else ""


def validator_sentences(part: ValidatorsPart) -> tuple[str, ...]:
    """Return how often each validator was right, with the numbers."""
    said = []
    for line, baseline, verdicts in zip(part.validators, part.baseline, part.all_of_it, strict=True):
        if not verdicts.judged:
            continue
        head = (
            f"{tool_label(line.id)} was right in {verdicts.right:,} of {plural(verdicts.judged, 'verdict')}"
        )
        if baseline:
            said.append(f"To compare: {head}, as it calls everything valid.")
            continue
        told = [
            f"{verdicts.accepted:,} of {verdicts.valid:,} valid ones accepted" if verdicts.valid else "",
            f"{verdicts.caught:,} of {verdicts.broken:,} broken ones caught" if verdicts.broken else "",
        ]
        said.append(f"{': '.join(filter(None, [head, ', '.join(filter(None, told))]))}.")
    return tuple(said)


def _verdicts(grid: Grid, keys: Sequence[CaseKey], line: ToolLine, truth: _Truth) -> Verdicts:
    planned = [key for key in keys if grid.is_planned(key, line.id)]
    records = [(key, grid.record(key, line.id)) for key in planned]
    given = [(key, record) for key, record in records if record and gave_a_verdict(record)]
    right = [key for key, record in given if record.outcome == "passed"]
    rest = [record for _, record in records if record and not gave_a_verdict(record)]
    unjudged = sum(is_unjudged(record) for record in rest)
    others = [record.outcome for record in rest if not is_unjudged(record)]
    missing = sum(record is None for _, record in records)
    return Verdicts(
        accepted=sum(truth[key] is True for key in right),
        valid=sum(truth[key] is True for key, _ in given),
        caught=sum(truth[key] is False for key in right),
        broken=sum(truth[key] is False for key, _ in given),
        right=len(right),
        judged=len(given),
        otherwise=(
            *((outcome, others.count(outcome)) for outcome in OUTCOMES if outcome in others),
            *((("not judged", unjudged),) if unjudged else ()),
            *((("not run", missing),) if missing else ()),
        ),
    )


def _rules(
    grid: Grid, validators: Sequence[ToolLine], truth: _Truth, problems: dict[str, int]
) -> list[RuleRow]:
    """Return a row for each rule of OME-Zarr that images of ours break or keep, all versions together."""
    rules: dict[tuple[str, bool | None], list[tuple[str, CaseKey]]] = {}
    for key in grid.validated:
        if own := _OWN.fullmatch(key.dataset):
            rules.setdefault((own[2], truth[key]), []).append((own[1], key))
    return [
        RuleRow(
            rule=rule,
            text=_text(grid, [key for _, key in several]) or rule.replace("-", " "),
            versions=tuple(dict.fromkeys(version for version, _ in several)),
            valid=valid,
            cells=tuple(_rule_cell(grid, [key for _, key in several], line, problems) for line in validators),
        )
        for (rule, valid), several in rules.items()
    ]


def _text(grid: Grid, keys: Sequence[CaseKey]) -> str:
    """Return the rule as whoever overlooked it was told."""
    records = (grid.record(key, tool) for key in keys for tool in grid.tools)
    said = (record.explanation for record in records if record)
    return next((one.removeprefix(_RULE) for one in said if one.startswith(_RULE)), "")


def _rule_cell(grid: Grid, keys: Sequence[CaseKey], line: ToolLine, problems: dict[str, int]) -> RuleCell:
    records: list[Record] = [record for key in keys if (record := grid.record(key, line.id))]
    seen = {record.outcome for record in records}
    worst = next((outcome for outcome in (*PROBLEMATIC, "passed", *OUTCOMES) if outcome in seen), None)
    wrong = next((record for record in records if record.outcome == worst), None)
    return RuleCell(
        right=sum(record.outcome == "passed" for record in records),
        judged=sum(gave_a_verdict(record) for record in records),
        cases=len(records),
        worst=worst,
        problem=problems.get(wrong.trial) if wrong else None,
    )
