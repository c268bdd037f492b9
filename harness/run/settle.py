"""From a finding to a record: known issues, documented gaps and stated expectations are looked up. Pure."""

import fnmatch
from dataclasses import replace

from harness.results.model import Record, parse_tool
from harness.run.finding import Finding
from harness.run.plan import Trial
from harness.scenario.expand import Case
from harness.scenario.form import OME_ZARR
from harness.scenario.specimen import Specimen
from harness.tools.manifest import KnownIssue


def unsupported_by_manifest(trial: Trial) -> Finding | None:
    """Return the finding that the tool does not do this at all, or None where it says that it can."""
    adapter, version, case = trial.tool.adapter, trial.tool.version, trial.case
    can = adapter.can(version)
    ome_zarr, sharded = case.form
    other_form = trial.form != OME_ZARR
    lacks = [
        ("operation", case.operation.asks, case.operation.asks in can.operations),
        ("store", case.store, case.store in can.stores),
        ("OME-Zarr", ome_zarr, other_form or ome_zarr in can.ome_zarr),
        ("sharded arrays", "", other_form or can.shards or not sharded),
        ("arrays that are no images", "", can.arrays or not _is_array(case)),
    ]
    missing = [f"{what} {which}".strip() for what, which, there in lacks if not there]
    if not missing:
        return None
    entry = adapter.why_unsupported(version, _asked(case), case.form)
    if entry is None:
        return Finding("unsupported", f"not among its capabilities: {', '.join(missing)}")
    return Finding("unsupported", entry.reason, url=entry.url, documented=True)


def _asked(case: Case) -> tuple[str, str, str]:
    return case.operation.asks, case.store, case.id


def _is_array(case: Case) -> bool:
    return isinstance(case.recipe, Specimen) and case.recipe.array is not None


def settle(trial: Trial, finding: Finding) -> Finding:
    """Return the finding with what the manifest knows about it: a documented gap, or a known issue."""
    adapter, version, case = trial.tool.adapter, trial.tool.version, trial.case
    if finding.outcome in ("unsupported", "errored") and not finding.documented:
        entry = adapter.why_unsupported(version, _asked(case), case.form, finding.explanation)
        if entry and (entry.explanation or finding.outcome == "unsupported"):
            return replace(finding, outcome="unsupported", url=entry.url, documented=True)
    issues = [issue for issue in adapter.known_issues if _covers(issue, trial)]
    for issue in issues:
        if issue.outcome == finding.outcome and issue.explanation in finding.explanation:
            return replace(
                finding, outcome="known_issue", url=issue.url, notes=(*finding.notes, issue.reason)
            )
    if issues and finding.outcome == "passed" and not finding.refused:
        fixed = tuple(
            f"a known issue did not appear, fixed? {issue.reason} ({issue.url})" for issue in issues
        )
        return replace(finding, notes=(*finding.notes, *fixed))
    return finding


def _covers(issue: KnownIssue, trial: Trial) -> bool:
    return (
        any(fnmatch.fnmatchcase(trial.tool.version, pattern) for pattern in issue.versions)
        and fnmatch.fnmatchcase(trial.configuration, issue.configuration)
        and issue.operation in (None, trial.case.operation.asks)
        and fnmatch.fnmatchcase(trial.case.id, issue.case)
    )


def is_expected(trial: Trial, finding: Finding, *, required: bool) -> bool:
    """Tell whether somebody said that this would happen. `required`: the user named this tool."""
    stated = [
        entry
        for entry in trial.case.scenario.expect
        if fnmatch.fnmatchcase(trial.case.id, entry.case)
        and fnmatch.fnmatchcase(str(trial.tool_id), entry.tool)
    ]
    if trial.tool.adapter.tool.baseline and finding.outcome in ("passed", "failed"):
        return True
    if finding.outcome == "passed":
        return all(entry.sometimes for entry in stated)
    if finding.outcome == "unsupported":
        return finding.documented
    if finding.outcome == "not_built":
        return not required
    if finding.outcome == "known_issue":
        return True
    return any(
        entry.outcome == finding.outcome and entry.explanation in finding.explanation for entry in stated
    )


def record_of(
    trial: Trial, finding: Finding, when: tuple[str, float], lock: str | None, *, host: str, required: bool
) -> Record:
    """Return the record of a trial; `when` is when it started (ISO 8601) and how long it took in ms."""
    settled = settle(trial, finding)
    case = trial.case
    return Record(
        trial=trial.id,
        case=case.id,
        scenario=case.scenario.scenario,
        dataset=case.recipe.name,
        operation=case.operation.operation,
        title=case.operation.title,
        store=case.store,
        network=case.network.name,
        tool=trial.tool_id,
        lock_hash=lock,
        scenario_digest=case.digest,
        host=host,
        outcome=settled.outcome,
        expected=is_expected(trial, settled, required=required),
        explanation=settled.explanation,
        evidence=settled.evidence,
        notes=settled.notes,
        warnings=settled.warnings,
        problem=settled.problem,
        url=settled.url,
        stderr=settled.stderr if settled.outcome not in ("passed", "unsupported") else "",
        timed=trial.timed,
        written_by=parse_tool(case.written.tool) if case.written else None,
        written=case.written.by.title if case.written else "",
        fault=settled.fault,
        wire=settled.wire,
        started=when[0],
        duration_ms=when[1],
    )
