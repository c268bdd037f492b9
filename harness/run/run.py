"""A run from its request to its footer: plan, prepare, carry out, close; and taking up a torn one."""

import secrets
from collections.abc import Sequence
from typing import Any

from harness.host.errors import ExitCode
from harness.results.append import RunWriter, now
from harness.results.load import Run, load_run
from harness.results.model import Footer, Manifest, NetworkUsed, ScenarioUsed, ToolUsed
from harness.results.parquet import write_requests, write_samples
from harness.results.provenance import harness_version, provenance
from harness.run.opening import open_bench
from harness.run.plan import Trial
from harness.run.progress import Progress
from harness.run.request import Planned, Request, work_out
from harness.run.resume import as_it_was, check_unchanged, still_to_do
from harness.run.stages import carry_out_all
from harness.scenario.find import shown
from harness.tools.environment import lock_hash


def run(request: Request, progress: Progress) -> Run:
    """Carry out a run, or what a torn one lacks; return it as it stands in its folder.

    Raises InputError for what cannot be planned, HostError where disk, network or store fail it as a whole.
    """
    if request.resume:
        return _resume(request, progress)
    planned = work_out(request.selection, request.seed, progress.say)
    with RunWriter.create(request.out, manifest_of(request, planned)) as writer:
        close(writer, *_carry_out(request, planned.trials, writer, progress))
    return load_run(request.out)


def _resume(request: Request, progress: Progress) -> Run:
    torn = load_run(request.out)
    request = as_it_was(request, torn.manifest)
    planned = work_out(request.selection, request.seed, progress.say)
    check_unchanged(planned, torn.manifest)
    waiting = still_to_do(planned.trials, torn)
    if not waiting and torn.footer is not None:
        return torn
    used: dict[str, ToolUsed] = {str(one.tool): one for one in torn.footer.tools} if torn.footer else {}
    stores: dict[str, Any] = torn.footer.stores if torn.footer else {}
    with RunWriter.resume(request.out) as writer:
        if waiting:
            now_used, now_stores = _carry_out(request, waiting, writer, progress)
            used, stores = used | now_used, stores | now_stores
        close(writer, used, stores)
    return load_run(request.out)


def exit_code(finished: Run) -> ExitCode:
    """Return what a run means to the shell."""
    outcomes = {record.outcome for record in finished.records}
    if "infrastructure" in outcomes:
        return ExitCode.HOST
    if any(not record.expected for record in finished.records):
        return ExitCode.UNEXPECTED
    return ExitCode.OK


def _carry_out(
    request: Request, trials: Sequence[Trial], writer: RunWriter, progress: Progress
) -> tuple[dict[str, ToolUsed], dict[str, Any]]:
    alone = sum(trial.alone for trial in trials)
    progress.plan(len(trials) - alone, alone, request.jobs)
    with open_bench(request, trials, writer, progress) as bench:
        carry_out_all(trials, bench, request)
        return bench.used, bench.stores.facts


def close(writer: RunWriter, used: dict[str, ToolUsed], stores: dict[str, Any]) -> None:
    """Write the Parquet files and the footer of a run."""
    finished = load_run(writer.folder)
    write_samples(finished)
    write_requests(finished)
    outcomes: dict[str, int] = {}
    for record in finished.records:
        outcomes[record.outcome] = outcomes.get(record.outcome, 0) + 1
    writer.close_run(
        Footer(
            ended=now(),
            records=len(finished.records),
            outcomes=outcomes,
            unexpected=sum(not record.expected for record in finished.records),
            tools=tuple(used.values()),
            stores=stores,
        )
    )


def manifest_of(request: Request, planned: Planned) -> Manifest:
    """Return the manifest of a run that is about to begin."""
    tools = {str(trial.tool_id): trial for trial in planned.trials}
    return Manifest(
        run=secrets.token_hex(4),
        started=now(),
        harness=harness_version(),
        command=request.command,
        seed=request.seed,
        jobs=request.jobs,
        scenarios=tuple(
            ScenarioUsed(
                name=one.scenario.scenario,
                title=one.scenario.title,
                path=shown(one.path),
                digest=one.digest,
                networks=tuple(
                    NetworkUsed.model_validate(network.model_dump()) for network in one.scenario.networks
                ),
            )
            for one in planned.scenarios
        ),
        selection=request.selection,
        tools=tuple(_as_planned(trial) for trial in tools.values()),
        planned=tuple(trial.id for trial in planned.trials),
        provenance=provenance(),
    )


def _as_planned(trial: Trial) -> ToolUsed:
    adapter = trial.tool.adapter
    return ToolUsed(
        tool=trial.tool_id,
        lock_hash=lock_hash(trial.tool),
        title=adapter.tool.title,
        homepage=adapter.tool.homepage,
        settings=adapter.configurations[trial.configuration].settings,
        form=trial.form,
    )
