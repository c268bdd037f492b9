"""The grid of a run: its cases, its tools and the record of each trial, in the order of a report."""

import math
import re
from dataclasses import dataclass, replace
from functools import cached_property

from harness.report.known import without_false_alarms
from harness.report.nouns import CaseKey, Counts
from harness.report.words import store_order, tool_order
from harness.results.load import Run
from harness.results.model import OUTCOMES, Manifest, Record, ToolId, parse_tool
from harness.scenario.network import DIRECT

# How cases that look at what a tool wrote are called, and what each of them asks for.
LOOKS = {"pixels": "read", "metadata": "inspect", "validity": "validate"}
_READ_BACK = re.compile(r"(.+?)--([^@]+@.+)--(pixels|metadata|validity)")


@dataclass(frozen=True)
class Grid:
    """Cases x tools. A trial is found by its case and its tool's name."""

    cases: tuple[CaseKey, ...]
    tools: tuple[ToolId, ...]
    records: dict[tuple[str, str], Record]
    planned: frozenset[tuple[str, str]]

    def record(self, key: CaseKey, tool: ToolId) -> Record | None:
        """Return how this trial ended, or None where it was not run."""
        return self.records.get((key.case, str(tool)))

    def is_planned(self, key: CaseKey, tool: ToolId) -> bool:
        """Tell whether the run meant to do this trial."""
        return (key.case, str(tool)) in self.planned

    @cached_property
    def plain(self) -> tuple[CaseKey, ...]:
        """The cases in which nothing was made to fail, on datasets of ours: not on what a tool wrote."""
        return tuple(key for key in self.cases if not key.fault and key.writer is None)

    @cached_property
    def validated(self) -> tuple[CaseKey, ...]:
        """Of the plain cases those that ask a validator for its verdict."""
        return tuple(key for key in self.plain if key.operation == "validate")

    @cached_property
    def read_back(self) -> tuple[CaseKey, ...]:
        """The cases that look at what a tool wrote."""
        return tuple(key for key in self.cases if key.writer is not None)

    @property
    def faulty(self) -> tuple[CaseKey, ...]:
        """The cases with a fault."""
        return tuple(key for key in self.cases if key.fault)


def grid_of(run: Run) -> Grid:
    """Return the grid of all trials that were planned or recorded."""
    links = {
        used.name: {network.name for network in used.networks if network.name != DIRECT}
        for used in run.manifest.scenarios
        if used.networks
    }
    records = without_false_alarms(run.records)
    cases = {record.case: _key(record) for record in records}
    operations = {(record.scenario, record.title): record.operation for record in records}
    tools = {str(record.tool): record.tool for record in records}
    tools |= {str(used.tool): used.tool for used in run.manifest.tools}
    planned = {(record.case, str(record.tool)) for record in records}
    for trial in run.manifest.planned:
        case, _, tool = trial.rpartition("::")
        if case not in cases:
            key = _parsed_case(case, links)
            known = operations.get((key.scenario, key.title), key.operation)
            cases[case] = replace(key, operation=known)
        tools.setdefault(tool, parse_tool(tool))
        planned.add((case, tool))
    return Grid(
        cases=_in_order(cases, run.manifest),
        tools=tuple(sorted(tools.values(), key=tool_order)),
        records={(record.case, str(record.tool)): record for record in records},
        planned=frozenset(planned),
    )


def count(grid: Grid, keys: tuple[CaseKey, ...], tools: tuple[ToolId, ...]) -> Counts:
    """Return how the trials of these cases and tools ended."""
    trials = [(key, tool) for key in keys for tool in tools if grid.is_planned(key, tool)]
    records = [record for key, tool in trials if (record := grid.record(key, tool))]
    outcomes = [record.outcome for record in records]
    return Counts(
        planned=len(trials),
        outcomes=tuple((outcome, outcomes.count(outcome)) for outcome in OUTCOMES if outcome in outcomes),
        unexpected=sum(not record.expected for record in records),
    )


def _key(record: Record) -> CaseKey:
    return CaseKey(
        case=record.case,
        scenario=record.scenario,
        dataset=record.dataset,
        title=record.title,
        store=record.store,
        network=record.network,
        fault=_fault(record),
        operation=record.operation,
        writer=record.written_by,
        written=record.written,
    )


def _fault(record: Record) -> str:
    """Return the name of the fault, or nothing; a tool that could not be asked has it in its case alone."""
    if record.fault:
        return record.fault.name
    parts = record.case.split("/")[4:]
    return "/".join(parts[1:] if record.network != DIRECT else parts)


def _parsed_case(case: str, links: dict[str, set[str]]) -> CaseKey:
    """Return the parts of a case that no tool has a record of; `links` are the networks of each scenario."""
    scenario, dataset, title, store, *rest = [*case.split("/"), "", "", ""]
    if read_back := _READ_BACK.fullmatch(title):
        written, writer, look = read_back.groups()
        by, operation = parse_tool(writer), LOOKS[look]
        return CaseKey(case, scenario, dataset, look, store, operation=operation, writer=by, written=written)
    known, rest = links.get(scenario), [part for part in rest if part]
    if rest and (known is None or rest[0] in known):
        return CaseKey(case, scenario, dataset, title, store, rest[0], "/".join(rest[1:]))
    return CaseKey(case, scenario, dataset, title, store, DIRECT, "/".join(rest))


def _networks(manifest: Manifest) -> dict[tuple[str, str, str], int]:
    """Return the place of each scenario's networks, the quick ones first; faults follow as they come."""
    placed: dict[tuple[str, str, str], int] = {}
    for used in manifest.scenarios:
        for network in sorted(used.networks, key=lambda one: (one.rtt_ms, -(one.mbit_per_s or math.inf))):
            placed.setdefault((used.name, network.name, ""), len(placed))
    return placed


def _in_order(cases: dict[str, CaseKey], manifest: Manifest) -> tuple[CaseKey, ...]:
    """Return the cases in their scenarios' own order, which is that of the plan, stores from near to far."""
    scenarios: dict[str, int] = {used.name: place for place, used in enumerate(manifest.scenarios)}
    datasets: dict[tuple[str, str], int] = {}
    titles: dict[tuple[str, str, tuple[str, ...]], int] = {}
    between = _networks(manifest)
    planned = dict.fromkeys(trial.rpartition("::")[0] for trial in manifest.planned)
    for case in (*planned, *cases):
        key = cases[case]
        scenarios.setdefault(key.scenario, len(scenarios))
        datasets.setdefault((key.scenario, key.dataset), len(datasets))
        titles.setdefault((key.scenario, key.dataset, _named(key)), len(titles))
        between.setdefault((key.scenario, key.network, key.fault), len(between))

    def order(key: CaseKey) -> tuple[int, int, int, tuple[int, str], tuple[bool, int]]:
        return (
            scenarios[key.scenario],
            datasets[key.scenario, key.dataset],
            titles[key.scenario, key.dataset, _named(key)],
            store_order(key.store),
            (key.network != DIRECT, between[key.scenario, key.network, key.fault]),
        )

    return tuple(sorted(cases.values(), key=order))


def _named(key: CaseKey) -> tuple[str, ...]:
    """Return what a case is called, with what it reads back."""
    return key.written, str(key.writer or ""), key.title
