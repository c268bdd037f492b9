"""Bouts recorded in one file, for trying statistics on data that misbehave as real ones do.

A row per bout: `impl` (the reader), `slow` (share of its own time that arm 1 burned besides), `mode`, `noisy`
(1: a bursty load beside it), `first` (arm spawned first), `load`, `t` (seconds of measuring before it).
Ragged arrays are flat, with a shape per bout: `w` and `c` wall and CPU times in ns, (arm, quantum,
operation); `order`, which arm went first in each pair of quanta.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harness.performance.bout import Times, bout_ratio
from harness.results.bouts import BoutSeen


@dataclass(frozen=True)
class Recorded:
    """A bout, and under what circumstances it was measured."""

    impl: str
    slow: float
    mode: str
    noisy: bool
    wall_ns: Times  # (arm, quantum, operation)

    @property
    def log_ratio(self) -> float:
        """What the verdict rests on."""
        return bout_ratio(self.wall_ns[0], self.wall_ns[1]).fastest


def read(path: Path) -> list[Recorded]:
    """Return the bouts of a recording, in the order in which they were measured."""
    with np.load(path, allow_pickle=False) as stored:
        whole = {name: stored[name] for name in ("impl", "slow", "mode", "noisy", "w_shape", "w_flat")}
    ends = np.cumsum(whole["w_shape"].prod(axis=1))
    return [
        Recorded(
            impl=str(whole["impl"][at]),
            slow=float(whole["slow"][at]),
            mode=str(whole["mode"][at]),
            noisy=bool(whole["noisy"][at]),
            wall_ns=whole["w_flat"][end - shape.prod() : end].reshape(shape).astype(np.int64),
        )
        for at, (end, shape) in enumerate(zip(ends, whole["w_shape"], strict=True))
    ]


def write(path: Path, bouts: Sequence[tuple[BoutSeen, float]]) -> None:
    """Record bouts, each with the share by which its second arm was slowed."""
    started = np.cumsum([0, *(bout.seconds for bout, _ in bouts[:-1])])
    flat = {
        "w": [np.asarray(bout.wall_ns) for bout, _ in bouts],
        "c": [np.asarray(bout.cpu_ns) for bout, _ in bouts],
        "order": [np.asarray(bout.orders)[:, 0] for bout, _ in bouts],
    }
    np.savez_compressed(
        path,
        impl=np.array([bout.arms[0].tool.name for bout, _ in bouts]),
        slow=np.array([slow for _, slow in bouts]),
        mode=np.array(["std"] * len(bouts)),
        noisy=np.zeros(len(bouts), np.int8),
        first=np.array([bout.spawned[0] for bout, _ in bouts], np.int8),
        load=np.full(len(bouts), np.nan),
        t=started,
        **dict(_ragged(flat)),
    )


def _ragged(
    arrays: dict[str, list[np.ndarray[tuple[int, ...], np.dtype[np.int64]]]],
) -> Iterator[tuple[str, Any]]:
    for name, each in arrays.items():
        shapes = [[*one.shape, 0, 0][:3] for one in each]
        yield f"{name}_shape", np.array(shapes, np.int32)
        yield f"{name}_flat", np.concatenate([one.ravel() for one in each]).astype(np.int32)
