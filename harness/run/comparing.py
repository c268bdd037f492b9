"""`ozh compare`, carried out: both arms are judged and counted as in any run, then timed in bouts."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.host.errors import ExitCode
from harness.performance.changes import Comparison, compare
from harness.performance.exact import baseline_of
from harness.performance.verdict import CONFIRMATION, STANDARD
from harness.results.append import RunWriter, write_atomically
from harness.results.bouts import BOUTS, VERDICTS, BoutSeen, Purpose, Verdicts
from harness.results.load import Run, load_bouts, load_run
from harness.results.model import ToolUsed
from harness.run.arms import Pair, Paired, untimed
from harness.run.bench import Bench
from harness.run.bout import carry_out_bout, timed
from harness.run.deciding import Decided, Timed, decide_pairs
from harness.run.opening import open_bench
from harness.run.plan import Trial
from harness.run.progress import Progress
from harness.run.request import Planned, Request
from harness.run.resume import as_it_was, check_unchanged, still_to_do
from harness.run.run import close, manifest_of
from harness.run.stages import carry_out_all
from harness.run.verdicts import verdict_of

_Measure = Callable[[Pair, int], Timed]


@dataclass(frozen=True)
class Compared:
    """A run of two arms: what is exact, and the verdicts on time."""

    run: Run
    exact: Comparison
    verdicts: Verdicts


def compare_live(request: Request, paired: Paired, arms: tuple[str, str], progress: Progress) -> Compared:
    """Carry a comparison out, or what a torn one lacks; return it as it stands in its folder.

    Raises InputError for another comparison in the folder, HostError where disk, network or store fail.
    """
    trials = tuple({trial.id: trial for pair in paired.pairs for trial in (pair.a, pair.b)}.values())
    planned = Planned(paired.scenarios, trials, request.seed)
    used: dict[str, ToolUsed] = {}
    waiting: Sequence[Trial] = trials
    if request.resume:
        torn = load_run(request.out)
        request = as_it_was(request, torn.manifest)
        check_unchanged(planned, torn.manifest)
        waiting = still_to_do(trials, torn)
        used = {str(one.tool): one for one in torn.footer.tools} if torn.footer else {}
        writer = RunWriter.resume(request.out)
    else:
        writer = RunWriter.create(request.out, manifest_of(request, planned))
    with writer:
        alone = sum(trial.alone for trial in waiting)
        progress.plan(len(waiting) - alone, alone, request.jobs)
        with open_bench(request, trials, writer, progress) as bench:
            carry_out_all(waiting, bench, request)
            verdicts = _judge(paired.pairs, arms, bench, request.seed)
            close(writer, used | bench.used, bench.stores.facts)
        write_atomically(writer.folder / VERDICTS, verdicts.model_dump_json(indent=1) + "\n")
    finished = load_run(request.out)
    return Compared(finished, exact_changes(finished, paired.pairs), verdicts)


def exit_code(compared: Compared) -> ExitCode:
    """Return 1 for a confirmed slow-down only, 3 where our own side failed."""
    if compared.verdicts.regressed:
        return ExitCode.UNEXPECTED
    failed = any(record.outcome == "infrastructure" for record in compared.run.records)
    return ExitCode.HOST if failed else ExitCode.OK


def exact_changes(finished: Run, pairs: Sequence[Pair]) -> Comparison:
    """Return what differs in outcomes, requests, bytes and memory between the arms of these pairs."""
    found = baseline_of(finished)
    trials = {f"{trial.case}::{trial.tool}": trial for trial in found.trials}
    there = [pair for pair in pairs if all(name in trials for name in pair.names)]
    before = tuple(trials[pair.a.id] for pair in there)
    after = tuple(trials[pair.b.id].model_copy(update={"case": pair.a.case.id}) for pair in there)
    return compare(
        found.model_copy(update={"trials": before}), found.model_copy(update={"trials": after}), "arms"
    )


def _judge(pairs: Sequence[Pair], arms: tuple[str, str], bench: Bench, seed: int) -> Verdicts:
    """Time what both arms do right: a wrong answer is never ranked."""
    left_out = _left_out(pairs, bench.writer.folder)
    fit = [pair for pair in pairs if pair.a.case.id not in left_out]
    bouts = Bouts(bench, seed)
    decided = decide_pairs(fit, bouts.measure("verdict"), STANDARD)
    slower = [one.pair for one in decided if one.word == "slower"]
    again = decide_pairs(slower, bouts.measure("confirmation"), CONFIRMATION)
    confirmed = {one.pair.names: one.word == "slower" for one in again}
    nulls = decide_pairs(list(noisiest(decided)), bouts.measure("null"), STANDARD)
    return Verdicts(
        arms=arms,
        seed=seed,
        verdicts=tuple(verdict_of(one, confirmed=confirmed.get(one.pair.names)) for one in decided),
        nulls=tuple(verdict_of(one, "null") for one in nulls),
        left_out=left_out,
    )


def _left_out(pairs: Sequence[Pair], folder: Path) -> dict[str, str]:
    records = {record.trial: record for record in load_run(folder).records}
    why: dict[str, str] = {}
    for pair in pairs:
        wrong = [
            f"{trial.tool_id} {records[trial.id].outcome}"
            for trial in (pair.a, pair.b)
            if trial.id in records and records[trial.id].outcome != "passed"
        ]
        reason = untimed(pair) or ", ".join(dict.fromkeys(wrong))
        if reason:
            why[pair.a.case.id] = reason
    return why


def noisiest(decided: Sequence[Decided[Pair]]) -> list[Pair]:
    """Return a null arm for each tool: itself against itself, on the case whose bouts scatter most."""
    scattered = [one for one in decided if len(one.bouts) > 1]
    scattered.sort(key=lambda one: statistics.stdev(one.log_ratios), reverse=True)
    nulls: dict[str, Pair] = {}
    for one in scattered:
        for trial in (one.pair.a, one.pair.b):
            nulls.setdefault(trial.tool.adapter.tool.name, Pair(trial, trial))
    return list(nulls.values())


@dataclass(frozen=True)
class Bouts:
    """Carries out bouts at a bench; those that a torn comparison left in the folder are not repeated."""

    bench: Bench
    seed: int

    def measure(self, purpose: Purpose) -> _Measure:
        """Return what measures bout number so-and-so of a pair."""
        kept = {
            (*(f"{arm.case}::{arm.tool}" for arm in bout.arms), bout.number): bout
            for bout in load_bouts(self.bench.writer.folder)
            if bout.purpose == purpose
        }

        def one(pair: Pair, number: int) -> Timed:
            bout = kept.get((*pair.names, number)) or self._carry_out(pair, purpose, number)
            return timed(bout)

        return one

    def _carry_out(self, pair: Pair, purpose: Purpose, number: int) -> BoutSeen:
        what = f"bout {number + 1} ({purpose}) of {pair.a.id} | {pair.b.tool_id}"
        self.bench.progress.begin(what)
        try:
            bout = carry_out_bout((pair.a, pair.b), purpose, number, self.bench, self.seed)
        finally:
            self.bench.progress.end(what)
        self.bench.writer.add(BOUTS, bout)
        return bout
