"""asv's view of scenarios/quick/speed.yaml. The harness measures, once a commit; asv keeps and draws."""

import math
import tempfile
from pathlib import Path

from harness.performance.summary import Key, summarise
from quick import speed

TRIALS = speed.trials()
Medians = dict[Key, float]


class PerToolAndCase:
    """By tool and case; not a number where the trial has not passed, for a wrong answer is never ranked."""

    param_names = ("tool", "case")
    params = (
        sorted({str(trial.tool_id) for trial in TRIALS}),
        sorted({trial.case.id for trial in TRIALS}),
    )

    def setup_cache(self) -> Medians:
        """Have everything measured, once for all functions below."""
        with tempfile.TemporaryDirectory() as folder:
            finished = speed.measure(Path(folder) / "run")
        return {key: summary.median for key, summary in summarise(finished.samples).items()}

    setup_cache.timeout = 3600  # type: ignore[attr-defined]

    def track_warm(self, medians: Medians, tool: str, case: str) -> float:
        """Return the median of the operation repeated in one process, by the worker's clock."""
        return medians.get(Key(f"{case}::{tool}", "warm", "operation", "wall"), math.nan) / 1e9

    track_warm.unit = "seconds"  # type: ignore[attr-defined]

    def track_peak_memory(self, medians: Medians, tool: str, case: str) -> float:
        """Return the median of the most memory that the process held during it."""
        return medians.get(Key(f"{case}::{tool}", "warm", "operation", "peak_rss"), math.nan)

    track_peak_memory.unit = "bytes"  # type: ignore[attr-defined]
