"""What others make of the same times: by which rules pytest-benchmark, pyperf and asv call something slower.

pyperf's and asv's rules are their own functions, given what they would have measured.
"""

from collections.abc import Sequence

import numpy as np
from asv.commands.compare import _is_result_better
from asv_runner.statistics import compute_stats
from pyperf._utils import is_significant

from harness.performance.bout import Times

PYPERF_PROCESSES, PYPERF_VALUES = 20, 3  # its defaults
ASV_ROUNDS = 2  # its default
_MEAN_BEYOND = 1.05
_ASV_FACTOR = 1.1  # its default


def pytest_benchmark(a: Times, b: Times) -> bool:
    """Tell whether `--benchmark-compare-fail=mean:5%` fails: one process of each, (quantum, operation)."""
    return bool(b.mean() > _MEAN_BEYOND * a.mean())


def pyperf(a: Sequence[Times], b: Sequence[Times]) -> bool:
    """Tell whether `pyperf compare_to` says "slower": its t-test over three values of each process."""
    first, second = _values(a), _values(b)
    significant, _ = is_significant(first, second)
    return bool(significant) and sum(second) > sum(first)


def asv(a: Sequence[Times], b: Sequence[Times]) -> bool:
    """Tell whether `asv continuous` finds it worse: factor 1.1, and Mann and Whitney's U over all samples."""
    first, second = (np.concatenate([one.mean(axis=1) for one in arm]).tolist() for arm in (a, b))
    of_first, of_second = (compute_stats(samples, 1) for samples in (first, second))
    return bool(
        _is_result_better(
            of_first[0], of_second[0], (of_first[1], first), (of_second[1], second), _ASV_FACTOR
        )
    )


def _values(processes: Sequence[Times]) -> list[float]:
    """Return three values of each process: the mean over a third of what it measured."""
    return [float(part.mean()) for one in processes for part in np.array_split(one, PYPERF_VALUES)]
