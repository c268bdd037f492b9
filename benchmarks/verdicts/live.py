"""Are the verdicts right? Live: each tool against itself, and against itself slowed by a known share.

    .venv/bin/python benchmarks/verdicts/live.py [--out FOLDER] [--minutes M]

Each comparison is what `ozh compare` does for one case: bouts of fresh processes until there is a verdict.
The slowed arm burns 5 or 10 % of its own measured time inside its timer (`burn`, a setting of the workers).
To save time, up to four arms share their bouts: a tool, itself, itself slowed by 5 % (held against the first)
and by 10 % (against the second). Each kind of comparison is decided by itself, from bouts that no other
comparison of its kind has. Tools take turns. What is done is never measured again: stop it when you like,
start it again with the same --out, and it goes on.

`comparisons.jsonl` has a line for each comparison, `bouts.jsonl` every time measured.
"""

import argparse
import json
import os
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
WANTED = {0.05: 40, 0.0: 30, 0.1: 20}  # comparisons of each tool, by the share it is slowed
SCENARIO = "performance/small-region"
COMPARISONS = "comparisons.jsonl"
SLOWED_BY = {f"burn-{100 * share:g}": share for share in WANTED if share}  # by configuration
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
    done = {(one["tool"], one["slow"], one["number"]) for one in comparisons(asked.out)}
    with writer, open_bench(request, trials, writer, Progress(print)) as bench:
        for number in range(max(WANTED.values())):
            for tool in TOOLS:
                slows = [
                    slow
                    for slow, many in WANTED.items()
                    if number < many and (tool, slow, number) not in done
                ]
                if slows and time.monotonic() < until:
                    _compare(_Set(arms[tool], tuple(slows), number, bench), tool)


@dataclass
class _Set:
    """Comparisons of one tool that share their bouts."""

    arms: dict[float, Trial]  # by the share that each is slowed by
    slows: tuple[float, ...]
    number: int
    bench: Bench
    bouts: dict[int, tuple[BoutSeen, tuple[float, ...]]] = field(default_factory=dict)

    def measure(self, slow: float, number: int) -> Timed:
        """Return what a bout says of the arm that is slowed by this share; later bouts are for it alone."""
        if number not in self.bouts:
            first = slow == self.slows[0]
            self.bouts[number] = self._carry_out(self.slows if first else (slow,), number)
        bout, slows = self.bouts[number]
        if slow not in slows:
            bout, slows = self._carry_out((slow,), number)
        at = 1 + slows.index(slow)
        # Where there is a second plain arm, the one slowed by most is held against that.
        reference = 1 + slows.index(0.0) if slow == max(self.slows) and slow and 0.0 in slows[1:] else 0
        return timed(bout, reference, at)

    def _carry_out(self, slows: tuple[float, ...], number: int) -> tuple[BoutSeen, tuple[float, ...]]:
        trials = [self.arms[0.0], *(self.arms[slow] for slow in slows)]
        bout = carry_out_bout(trials, "null", 1000 * self.number + number, self.bench, SEED)
        self.bench.writer.add(BOUTS, bout)
        return bout, slows


def _compare(one: _Set, tool: str) -> None:
    lines = []
    for slow in one.slows:
        (decided,) = decide_pairs([slow], one.measure)
        pair = Pair(one.arms[0.0], one.arms[slow])
        as_paired = Decided(pair, decided.word, decided.why, decided.seen, decided.bouts)
        verdict = verdict_of(as_paired).model_dump(mode="json", exclude={"arms", "purpose", "confirmed"})
        line = {"tool": tool, "slow": slow, "number": one.number, "ended": now(), "load": os.getloadavg()[0]}
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
    return {slow: _slowed(pair.a, slow) if slow else pair.a for slow in WANTED}


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
