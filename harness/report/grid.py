"""The grid of a run: its cases, its tools and the record of each trial, in the order of a report."""

from dataclasses import dataclass

from harness.report.model import CaseKey, Counts
from harness.report.words import store_order, tool_order
from harness.results.load import Run
from harness.results.model import OUTCOMES, Manifest, Record, ToolId


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


def grid_of(run: Run) -> Grid:
    """Return the grid of all trials that were planned or recorded."""
    cases = {record.case: _key(record) for record in run.records}
    tools = {str(record.tool): record.tool for record in run.records}
    tools |= {str(used.tool): used.tool for used in run.manifest.tools}
    planned = {(record.case, str(record.tool)) for record in run.records}
    for trial in run.manifest.planned:
        case, _, tool = trial.rpartition("::")
        cases.setdefault(case, _parsed_case(case))
        tools.setdefault(tool, _parsed_tool(tool))
        planned.add((case, tool))
    return Grid(
        cases=_in_order(cases, run.manifest),
        tools=tuple(sorted(tools.values(), key=tool_order)),
        records={(record.case, str(record.tool)): record for record in run.records},
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
    )


def _parsed_case(case: str) -> CaseKey:
    """Return the parts of a case that no tool has a record of."""
    scenario, dataset, title, store, *network = [*case.split("/"), "", "", ""]
    return CaseKey(case, scenario, dataset, title, store, "/".join(filter(None, network)) or "direct")


def _parsed_tool(tool: str) -> ToolId:
    """Return the parts of a tool that no record names."""
    name, _, rest = tool.rpartition("@")
    version, _, configuration = rest.partition("+")
    return ToolId(name=name or tool, version=version, configuration=configuration or "default")


def _in_order(cases: dict[str, CaseKey], manifest: Manifest) -> tuple[CaseKey, ...]:
    """Return the cases in their scenarios' own order, which is that of the plan, stores from near to far."""
    scenarios: dict[str, int] = {used.name: place for place, used in enumerate(manifest.scenarios)}
    datasets: dict[tuple[str, str], int] = {}
    titles: dict[tuple[str, str, str], int] = {}
    planned = dict.fromkeys(trial.rpartition("::")[0] for trial in manifest.planned)
    for case in (*planned, *cases):
        key = cases[case]
        scenarios.setdefault(key.scenario, len(scenarios))
        datasets.setdefault((key.scenario, key.dataset), len(datasets))
        titles.setdefault((key.scenario, key.dataset, key.title), len(titles))

    def order(key: CaseKey) -> tuple[int, int, int, tuple[int, str], str]:
        return (
            scenarios[key.scenario],
            datasets[key.scenario, key.dataset],
            titles[key.scenario, key.dataset, key.title],
            store_order(key.store),
            "" if key.network == "direct" else key.network,
        )

    return tuple(sorted(cases.values(), key=order))
