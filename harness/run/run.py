"""A run from its request to its footer: plan, prepare, carry out, close; and taking up a torn one."""

import secrets
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack
from typing import Any

from harness.host.errors import ExitCode
from harness.host.guard import guard
from harness.results.append import RunWriter, now
from harness.results.load import Run, load_run
from harness.results.model import Footer, Manifest, NetworkUsed, ScenarioUsed, ToolUsed
from harness.results.pairs import Pairs
from harness.results.parquet import write_requests, write_samples
from harness.results.provenance import harness_version, provenance
from harness.run.alone import carry_out_alone
from harness.run.bench import Bench, name_of
from harness.run.carry_out import carry_out
from harness.run.exchange import Exchange
from harness.run.faulty import carry_out_faulty
from harness.run.plan import Lane, Trial, lanes
from harness.run.prepare import build_datasets, build_tools, key_of
from harness.run.progress import Progress
from harness.run.request import Planned, Request, work_out
from harness.run.resume import as_it_was, check_unchanged, still_to_do
from harness.scenario.find import shown
from harness.stores.open import open_stores
from harness.tools.environment import lock_hash
from harness.tools.registry import adapters, select


def run(request: Request, progress: Progress) -> Run:
    """Carry out a run, or what a torn one lacks; return it as it stands in its folder.

    Raises InputError for what cannot be planned, HostError where disk, network or store fail it as a whole.
    """
    if request.resume:
        return _resume(request, progress)
    planned = work_out(request.selection, request.seed)
    with RunWriter.create(request.out, _manifest(request, planned)) as writer:
        _close(writer, *_carry_out(request, planned.trials, writer, progress))
    return load_run(request.out)


def _resume(request: Request, progress: Progress) -> Run:
    torn = load_run(request.out)
    request = as_it_was(request, torn.manifest)
    planned = work_out(request.selection, request.seed)
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
        _close(writer, used, stores)
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
    kinds = {trial.case.store for trial in trials}
    shared = [trial for trial in trials if not trial.alone]
    alone = [trial for trial in trials if trial.alone]
    progress.plan(len(shared), len(alone), request.jobs)
    with ExitStack() as stack:
        keeper = stack.enter_context(guard())
        scratch = stack.enter_context(keeper.folder("ozh-run-"))
        required = frozenset(str(tool) for tool in select(adapters(), request.selection.tools))
        wanted = {str(trial.tool): trial.tool for trial in trials}.values()
        tools = build_tools(wanted, required, progress)
        datasets = build_datasets(trials, progress)
        stores = stack.enter_context(open_stores(kinds, request.store, keeper, _new_id(), progress.say))
        if kinds - {"file"}:
            stack.callback(stores.save_log, writer.folder / "server.log")
        remote = {key_of(trial.case.recipe) for trial in trials if trial.case.reads_remotely}
        for key, dataset in datasets.items():
            stores.publish(name_of(dataset), dataset.folder, remotely=key in remote)
        pairs = Pairs(writer.folder)
        exchange = Exchange(scratch / "exchange")
        bench = Bench(tools, datasets, stores, writer, progress, keeper, scratch, required, pairs, exchange)
        for these in (
            [trial for trial in shared if not trial.case.written],
            [trial for trial in shared if trial.case.written],
        ):
            _in_parallel(lanes(these), bench, request.jobs)
        carry_out_alone(alone, bench, request.seed)
        return bench.used, stores.facts


def _in_parallel(work: Iterable[Lane], bench: Bench, jobs: int) -> None:
    """Carry out lanes, `jobs` at once; an interruption ends the workers of all."""
    if jobs == 1:
        for lane in work:
            _carry_out_lane(lane, bench)
        return
    with ThreadPoolExecutor(jobs) as pool:
        running = [pool.submit(_carry_out_lane, lane, bench) for lane in work]
        try:
            wait(running, return_when=FIRST_EXCEPTION)
            for one in running:
                if one.done():
                    one.result()
        except BaseException:
            bench.stop()
            for one in running:
                one.cancel()
            raise


def _carry_out_lane(lane: Lane, bench: Bench) -> None:
    if lane.faulty:
        carry_out_faulty(lane, bench)
    else:
        carry_out(lane, bench)


def _close(writer: RunWriter, used: dict[str, ToolUsed], stores: dict[str, Any]) -> None:
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


def _manifest(request: Request, planned: Planned) -> Manifest:
    tools = {str(trial.tool_id): trial for trial in planned.trials}
    return Manifest(
        run=_new_id(),
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
    )


def _new_id() -> str:
    return secrets.token_hex(4)
