"""asv's view: the harness runs once a commit what `shown` names; asv keeps the figures and draws them.

Of `track_*` asv takes more for worse. Not a number is what has not passed: a wrong answer is never ranked.
"""

import math

from harness.results.baseline import TrialFigures
from quick import shown
from quick.shown import Place

_TIMED, _COUNTED = shown.trials(shown.TIMED), shown.trials(shown.COUNTED)
_TIMED_TOOLS = shown.tools_of(_TIMED)

Figures = dict[Place, TrialFigures]
Timed = tuple[Figures, dict[Place, float]]  # with the ratios


class Times:
    """By tool and case; the first tool is what ratios are to."""

    param_names = ("tool", "case")
    params = (_TIMED_TOOLS, sorted({trial.case.id for trial in _TIMED}))

    def setup_cache(self) -> Timed:
        """Have everything timed, once for all functions below."""
        figures, finished = shown.found(shown.TIMED)
        return figures, shown.ratios(finished, _TIMED_TOOLS[0])

    setup_cache.timeout = 3600  # type: ignore[attr-defined]

    def track_warm(self, timed: Timed, tool: str, case: str) -> float:
        """Return the median of the operation repeated in one process, by the worker's clock."""
        return _seconds(timed, (tool, case), "operation warm")

    track_warm.unit = "seconds"  # type: ignore[attr-defined]

    def track_cold(self, timed: Timed, tool: str, case: str) -> float:
        """Return the median of the first operation of a process."""
        return _seconds(timed, (tool, case), "operation cold")

    track_cold.unit = "seconds"  # type: ignore[attr-defined]

    def track_ratio(self, timed: Timed, tool: str, case: str) -> float:
        """Return how many times as long it took as with the first tool, in pairs within one run."""
        return timed[1].get((tool, case), math.nan)

    track_ratio.unit = f"x {_TIMED_TOOLS[0]}"  # type: ignore[attr-defined]

    def track_peak_memory(self, timed: Timed, tool: str, case: str) -> float:
        """Return the median over processes of the most memory that each held in the operation."""
        figures = timed[0].get((tool, case))
        return figures.memory.median if figures and figures.memory else math.nan

    track_peak_memory.unit = "bytes"  # type: ignore[attr-defined]


class Wire:
    """What is exact, by tool and case: where it varies from pass to pass, the most of all passes."""

    param_names = ("tool", "case")
    params = (shown.tools_of(_COUNTED), sorted({trial.case.id for trial in _COUNTED}))

    def setup_cache(self) -> Figures:
        """Have everything counted, once for both functions below."""
        return shown.found(shown.COUNTED)[0]

    setup_cache.timeout = 3600  # type: ignore[attr-defined]

    def track_requests(self, figures: Figures, tool: str, case: str) -> float:
        """Return the requests of opening and operation together."""
        counted = figures[tool, case].counted
        return counted.requests[1] if counted else math.nan

    track_requests.unit = "requests"  # type: ignore[attr-defined]

    def track_bytes(self, figures: Figures, tool: str, case: str) -> float:
        """Return the bytes of their bodies, received and sent."""
        counted = figures[tool, case].counted
        return counted.bytes[1] if counted else math.nan

    track_bytes.unit = "bytes"  # type: ignore[attr-defined]


def _seconds(timed: Timed, place: Place, step: str) -> float:
    figures = timed[0].get(place)
    times = figures.times if figures else {}
    return times[step].median / 1e9 if step in times else math.nan
