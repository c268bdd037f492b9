"""Opens the bench for a run: environments, datasets and stores are there, and gone when it is over."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from harness.host.guard import guard
from harness.results.append import RunWriter
from harness.results.pairs import Pairs
from harness.run.bench import Bench, published
from harness.run.exchange import Exchange
from harness.run.plan import Trial
from harness.run.prepare import build_datasets, build_tools, key_of
from harness.run.progress import Progress
from harness.run.request import Request
from harness.stores.open import open_stores
from harness.tools.registry import adapters, select


@contextmanager
def open_bench(
    request: Request, trials: Sequence[Trial], writer: RunWriter, progress: Progress
) -> Iterator[Bench]:
    """Yield the bench of these trials; raises HostError where not a single tool or no store can be had."""
    kinds = {trial.case.store for trial in trials}
    with ExitStack() as stack:
        keeper = stack.enter_context(guard())
        scratch = stack.enter_context(keeper.folder("ozh-run-"))
        required = frozenset(str(tool) for tool in select(adapters(), request.selection.tools, progress.say))
        wanted = {str(trial.tool): trial.tool for trial in trials}.values()
        tools = build_tools(wanted, required, progress)
        datasets = build_datasets(trials, progress)
        run_id = secrets.token_hex(4)
        stores = stack.enter_context(open_stores(kinds, request.store, keeper, run_id, progress.say))
        if kinds - {"file"}:
            stack.callback(stores.save_log, writer.folder / "server.log")
        needed = {(key_of(trial.case.recipe), trial.form) for trial in trials}
        remote = {(key_of(trial.case.recipe), trial.form) for trial in trials if trial.case.reads_remotely}
        for key, form in sorted(needed):
            stores.publish(*published(datasets[key], form), remotely=(key, form) in remote)
        pairs = Pairs(writer.folder)
        exchange = Exchange(scratch / "exchange")
        yield Bench(tools, datasets, stores, writer, progress, keeper, scratch, required, pairs, exchange)
