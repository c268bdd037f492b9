"""Are the verdicts right? On recorded bouts: how often identical code is called slower, what is found.

    .venv/bin/python benchmarks/verdicts/resampled.py RECORDING.npz... [--times N]

Bouts of the same kind are drawn with replacement and judged as if they had just been measured, N times. Of
bouts of identical readers each is also turned round by the toss of a coin, for neither arm is the first by
right. To know what is found, those are slowed by 5 and 10 % exactly; bouts of readers that were truly slowed
are judged beside.

The classic rules are given the same times, as their users would have measured them: one arm after the other.
"""

import argparse
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import rules
from binomial import exact_interval
from recording import Recorded, read

from harness.performance.bout import Times
from harness.performance.verdict import CONFIRMATION, STANDARD, Procedure, decide, look
from harness.results.bouts import Word

SLOWED = (0.0, 0.05, 0.1)
_FEWEST = 10  # bouts of a kind, to draw from
_MOST = STANDARD.looks[-1] + CONFIRMATION.looks[-1]
_HEAD = (
    *("bouts of", "slowed by", "times", "slower", "faster", "not slower", "inconclusive"),
    *("confirmed", "bouts, median"),
)


@dataclass(frozen=True)
class Judged:
    """What came of one comparison."""

    word: Word
    bouts: int
    confirmed: bool = False


def main() -> None:
    """Print a table for each recording."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("recordings", nargs="+", type=Path)
    parser.add_argument("--times", type=int, default=10_000)
    asked = parser.parse_args()
    for path in asked.recordings:
        bouts = [bout for bout in read(path) if bout.mode == "std"]
        print(f"\n### {path.name}: {len(bouts)} bouts\n")
        print(f"| {' | '.join(_HEAD)} |\n|{'---|' * len(_HEAD)}")
        for line in verdicts(bouts, asked.times):
            print(line)
        print("\n| the same times, slowed by | tries | mean > 5 % | t-test | asv |\n|---|---|---|---|---|")
        for line in classic(bouts):
            print(line)


def verdicts(bouts: Sequence[Recorded], times: int) -> Iterator[str]:
    """Yield a row for each kind of bouts."""
    draw = np.random.default_rng(0)
    for name, kind in _kinds(bouts):
        same = np.array([bout.log_ratio for bout in kind if bout.slow == 0])
        if len(same) >= _FEWEST:
            for slow in SLOWED:
                judged = [
                    judge(draw.choice(same, _MOST) * draw.choice((-1, 1), _MOST) + math.log1p(slow))
                    for _ in range(times if slow == 0 else max(times // 10, 1))
                ]
                yield _row(f"{name} ({len(same)})", f"{100 * slow:g} %", judged)
        for slow in SLOWED[1:]:
            truly = np.array([bout.log_ratio for bout in kind if bout.slow == slow])
            if len(truly) >= _FEWEST:
                judged = [judge(draw.choice(truly, _MOST)) for _ in range(max(times // 10, 1))]
                yield _row(f"{name} ({len(truly)})", f"{100 * slow:g} %, truly", judged)


def judge(log_ratios: Sequence[float] | np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Judged:
    """Judge bouts in their order, and a "slower" once more by those that follow."""
    every = np.asarray(log_ratios).tolist()
    word, bouts = _sequentially(every, STANDARD)
    if word != "slower":
        return Judged(word, bouts)
    again, _ = _sequentially(every[bouts:], CONFIRMATION)
    return Judged(word, bouts, again == "slower")


def _sequentially(every: list[float], procedure: Procedure) -> tuple[Word, int]:
    for bouts in procedure.looks:
        last = bouts == procedure.looks[-1]
        word = decide(look(every[:bouts], procedure), procedure, last=last)
        if word:
            return word, bouts
    return "inconclusive", procedure.looks[-1]


def classic(bouts: Sequence[Recorded]) -> Iterator[str]:
    """Yield a row for each share: how often the classic rules say "slower"."""
    for slow in SLOWED:
        found: Counter[str] = Counter()
        tries: Counter[str] = Counter()
        for _, kind in _kinds(bouts):
            a = [bout.wall_ns[0] for bout in kind if bout.slow == slow]
            b = [bout.wall_ns[1] for bout in kind if bout.slow == slow]
            for rule, many in (("mean", 1), ("t", rules.PYPERF_PROCESSES), ("asv", rules.ASV_ROUNDS)):
                # First so many processes of one arm, then as many of the other.
                for start in range(0, len(a) - 2 * many + 1, max(many // 4, 1)):
                    first, second = a[start : start + many], b[start + many : start + 2 * many]
                    tries[rule] += 1
                    found[rule] += _says_slower(rule, first, second)
        told = [share(found[rule], tries[rule]) for rule in ("mean", "t", "asv")]
        counted = "/".join(str(tries[rule]) for rule in ("mean", "t", "asv"))
        yield f"| {100 * slow:g} % | {counted} | {' | '.join(told)} |"


def _says_slower(rule: str, first: Sequence[Times], second: Sequence[Times]) -> bool:
    if rule == "mean":
        return rules.pytest_benchmark(first[0], second[0])
    return rules.pyperf(first, second) if rule == "t" else rules.asv(first, second)


def _kinds(bouts: Sequence[Recorded]) -> Iterator[tuple[str, list[Recorded]]]:
    for impl, noisy in sorted({(bout.impl, bout.noisy) for bout in bouts}):
        kind = [bout for bout in bouts if (bout.impl, bout.noisy) == (impl, noisy)]
        yield f"{impl}{', a load beside' if noisy else ''}", kind


def _row(name: str, slowed: str, judged: Sequence[Judged]) -> str:
    words = Counter(one.word for one in judged)
    tries = len(judged)
    told = [share(words["slower"], tries)]
    told += [f"{100 * words[word] / tries:.2f} %" for word in ("faster", "not slower", "inconclusive")]
    told += [share(sum(one.confirmed for one in judged), tries)]
    return f"| {name} | {slowed} | {tries:,} | {' | '.join(told)} | {median(one.bouts for one in judged):g} |"


def share(hits: int, tries: int) -> str:
    """Return a share in percent, with its exact interval."""
    if tries == 0:
        return "none"
    low, high = exact_interval(hits, tries)
    return f"{100 * hits / tries:.2f} % [{100 * low:.2f}, {100 * high:.2f}]"


if __name__ == "__main__":
    main()
