"""What came of the live comparisons: verdicts, seconds, and what the classic rules say of the same times.

    .venv/bin/python benchmarks/verdicts/summary.py FOLDER [--record FILE.npz --most N]

FOLDER is that of `live.py`. With --record, the bouts are also written as a recording for `resampled.py`: the
first N of each tool and share, in the order in which they were measured.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import recording
from live import SLOWED_BY, comparisons
from resampled import share

from harness.results.bouts import BoutSeen
from harness.results.load import load_bouts

HEAD = (
    *("tool", "slowed by", "comparisons", "slower", "faster", "not slower", "inconclusive"),
    *("bouts, median", "seconds, median", "seconds, most", "detectable, median"),
)


def main() -> None:
    """Print the table; record the bouts if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--most", type=int, default=100)
    asked = parser.parse_args()
    done = comparisons(asked.folder)
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    for row in rows(done):
        print(row)
    every = sorted(one["seconds"] for one in done)
    told = f"median {median(every):.0f}, most {every[-1]:.0f}, in all {sum(every) / 60:.0f} min"
    print(f"\nSeconds per verdict: {told}.")
    if asked.record:
        kept = list(first_of_each(load_bouts(asked.folder), asked.most))
        recording.write(asked.record, kept)
        print(f"{len(kept)} bouts recorded in {asked.record}")


def rows(done: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a row for each tool and share."""
    for tool, slow in sorted({(one["tool"], one["slow"]) for one in done}):
        these = [one for one in done if (one["tool"], one["slow"]) == (tool, slow)]
        words = Counter(one["word"] for one in these)
        cells = [
            tool,
            f"{100 * slow:g} %",
            str(len(these)),
            f"{words['slower']} = {share(words['slower'], len(these))}",
            *(str(words[word]) for word in ("faster", "not slower", "inconclusive")),
            f"{median(one['bouts'] for one in these):g}",
            f"{median(one['seconds'] for one in these):.0f}",
            f"{max(one['seconds'] for one in these):.0f}",
            f"{100 * median(one['detectable'] for one in these if one['detectable']):.1f} %",
        ]
        yield f"| {' | '.join(cells)} |"


def first_of_each(bouts: Sequence[BoutSeen], most: int) -> Iterator[tuple[BoutSeen, float]]:
    """Yield the first bouts of each kind, each with the share by which its second arm was slowed.

    Of a bout of more than two arms, each arm is taken once: with the first one, or with one like that.
    """
    seen: dict[tuple[str, float], int] = defaultdict(int)
    for bout in bouts:
        reference = SLOWED_BY.get(bout.arms[0].tool.configuration, 0.0)
        for b, arm in enumerate(bout.arms[1:], start=1):
            slow = SLOWED_BY.get(arm.tool.configuration, 0.0)
            slow = 0.0 if slow == reference else slow
            seen[arm.tool.name, slow] += 1
            if seen[arm.tool.name, slow] <= most:
                yield only(bout, 0, b), slow


def only(bout: BoutSeen, a: int, b: int) -> BoutSeen:
    """Return two arms of a bout."""
    return bout.model_copy(
        update={
            "arms": (bout.arms[a], bout.arms[b]),
            "wall_ns": (bout.wall_ns[a], bout.wall_ns[b]),
            "cpu_ns": (bout.cpu_ns[a], bout.cpu_ns[b]),
            "spawned": tuple({a: 0, b: 1}[arm] for arm in bout.spawned if arm in (a, b)),
            "orders": tuple(
                tuple({a: 0, b: 1}[arm] for arm in order if arm in (a, b)) for order in bout.orders
            ),
        }
    )


if __name__ == "__main__":
    main()
