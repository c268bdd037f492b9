"""Are the verdicts right? Live: each tool against itself, and against itself slowed by a known share.

    .venv/bin/python benchmarks/verdicts/live.py [--out FOLDER] [--minutes M]

Each comparison is what `ozh compare` does for one case: bouts of fresh processes until there is a verdict.
The slowed arm burns 5 or 10 % of its own measured time inside its timer (`burn`, a setting of the workers).
To save time, up to five arms share their bouts: a tool twice as it is, twice slowed by 5 %, and once by 10 %.
That makes two comparisons of identical readers, two at 5 % and one at 10 %; no two of one kind have a process
in common, and each is decided by itself. Tools take turns. What is done is never measured again: stop it when
you like, start it again with the same --out, and it goes on.

`comparisons.jsonl` has a line for each comparison, `bouts.jsonl` every time measured.
"""

import argparse
import json
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.results.append import RunWriter, now
from harness.results.bouts import BOUTS, BoutSeen
from harness.results.model import Selection
from harness.run.arms import Pair, pair_arms, parse_arm
from harness.run.bench import Bench
from harness.run.bout import carry_out_bout, timed
from harness.run.deciding import Decided, Timed, decide_pairs
from harness.run.opening import open_bench
from harness.run.plan import Trial
from harness.run.progress import Progress
from harness.run.request import Planned, Request
from harness.run.run import manifest_of
from harness.run.verdicts import verdict_of
from harness.stores.open import StoreChoice

TOOLS = ("tensorstore", "zarr-python")
SETS = 21  # of each tool
ARMS = (0.0, 0.0, 0.05, 0.05, 0.1)  # the share that each arm is slowed by
TENTH = 4  # the arm that only every other set has, for what is found always needs to be shown less often
PAIRS = ((0.05, 0, 2), (0.05, 1, 3), (0.0, 0, 1), (0.0, 2, 3), (0.1, 0, 4))  # share, arm and arm
SCENARIO = "performance/small-region"
COMPARISONS = "comparisons.jsonl"
SLOWED_BY = {f"burn-{100 * share:g}": share for share in sorted({*ARMS}) if share}  # by configuration
SEED = 6


def main() -> None:
    """Measure what is still missing, or as much of it as there is time for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("results/verdicts/live"))
    parser.add_argument("--minutes", type=float, default=24 * 60)
    asked = parser.parse_args()
    until = time.monotonic() + 60 * asked.minutes
    arms = {tool: _arms(tool) for tool in TOOLS}
    trials = tuple({trial.id: trial for every in arms.values() for trial in every.values()}.values())
    selection = Selection(scenarios=(SCENARIO,), tools=TOOLS, stores=("file",))
    request = Request(selection, asked.out, StoreChoice(), ("benchmarks/verdicts/live.py",), seed=SEED)
    if (asked.out / "run.json").exists():
        writer = RunWriter.resume(asked.out)
    else:
        writer = RunWriter.create(asked.out, manifest_of(request, Planned((), trials, SEED)))
    done = {(one["tool"], one["set"]) for one in comparisons(asked.out)}
    with writer, open_bench(request, trials, writer, Progress(print)) as bench:
        for number in range(SETS):
            for tool in TOOLS:
                if (tool, number) not in done and time.monotonic() < until:
                    _compare(_Set(arms[tool], number, bench), tool)


@dataclass
class _Set:
    """Comparisons of one tool that share their bouts."""

    arms: dict[float, Trial]  # by the share that each is slowed by
    number: int
    bench: Bench
    bouts: dict[tuple[int, tuple[int, ...]], BoutSeen] = field(default_factory=dict)

    @property
    def all_arms(self) -> tuple[int, ...]:
        """The arms that are measured together."""
        return tuple(arm for arm in range(len(ARMS)) if arm != TENTH or self.number % 2 == 0)

    def measure(self, pair: tuple[float, int, int], number: int) -> Timed:
        """Return what a bout says of two arms; beyond what the first comparison needs, their own."""
        _, a, b = pair
        together = (number, self.all_arms)
        alone = (number, (a, b))
        if together in self.bouts:
            bout = self.bouts[together]
            return timed(bout, self.all_arms.index(a), self.all_arms.index(b))
        if pair == PAIRS[0]:
            self.bouts[together] = self._carry_out(self.all_arms, number)
            return self.measure(pair, number)
        if alone not in self.bouts:
            self.bouts[alone] = self._carry_out((a, b), number)
        return timed(self.bouts[alone])

    def _carry_out(self, arms: tuple[int, ...], number: int) -> BoutSeen:
        trials = [self.arms[ARMS[arm]] for arm in arms]
        bout = carry_out_bout(trials, "null", 1000 * self.number + number, self.bench, SEED)
        self.bench.writer.add(BOUTS, bout)
        return bout


def _compare(one: _Set, tool: str) -> None:
    lines = []
    for pair in PAIRS:
        slow, a, b = pair
        if b not in one.all_arms:
            continue
        (decided,) = decide_pairs([pair], one.measure)
        trials = Pair(one.arms[ARMS[a]], one.arms[ARMS[b]])
        as_paired = Decided(trials, decided.word, decided.why, decided.seen, decided.bouts)
        verdict = verdict_of(as_paired).model_dump(mode="json", exclude={"arms", "purpose", "confirmed"})
        line = {"tool": tool, "slow": slow, "set": one.number, "arms": [a, b], "ended": now()}
        lines.append(line | verdict | {"log_ratios": [round(value, 5) for value in decided.log_ratios]})
        told = f"{decided.word:12} {verdict['ratio']:.3f} {decided.seconds:.0f} s"
        print(f"{tool:12} {slow:4} {one.number:2} {told}", flush=True)
    with (one.bench.writer.folder / COMPARISONS).open("a") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


def comparisons(out: Path) -> list[dict[str, Any]]:
    """Return the comparisons that are done; a torn last line is none."""
    path = out / COMPARISONS
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def _arms(name: str) -> dict[float, Trial]:
    arm = parse_arm(name, print)
    (pair,) = pair_arms((arm, arm), (SCENARIO,), ("file",), ()).pairs
    return {slow: _slowed(pair.a, slow) if slow else pair.a for slow in ARMS}


def _slowed(trial: Trial, share: float) -> Trial:
    """Return the trial with a configuration more: the default one, which burns this share of its time."""
    adapter = trial.tool.adapter
    name = next(name for name, its in SLOWED_BY.items() if its == share)
    default = adapter.configurations["default"]
    burning = default.model_copy(update={"settings": {**default.settings, "burn": share}})
    slowed = adapter.model_copy(update={"configurations": {**adapter.configurations, name: burning}})
    return replace(trial, tool=replace(trial.tool, adapter=slowed), configuration=name)


if __name__ == "__main__":
    main()
