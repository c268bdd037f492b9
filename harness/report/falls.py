"""Chooses which requests are drawn: the first ones of each trial, and fewer where there are many trials."""

from collections.abc import Iterable, Sequence

from harness.report.nouns import CaseKey, ToolLine
from harness.report.wire_model import Waterfall
from harness.results.wire import WireRequest

MOST_ROWS, FEWEST_ROWS = 120, 20  # of one waterfall
PAGE_ROWS = 8000  # of all of one section: about 3 MB


def waterfalls(
    trials: Iterable[tuple[CaseKey, ToolLine, Sequence[WireRequest]]],
) -> tuple[tuple[CaseKey, tuple[Waterfall, ...]], ...]:
    """Return a waterfall for each trial that made requests, those of one case together."""
    there = [(key, tool, requests) for key, tool, requests in trials if requests]
    rows = max(FEWEST_ROWS, min(MOST_ROWS, PAGE_ROWS // max(1, len(there))))
    found: dict[CaseKey, list[Waterfall]] = {}
    for key, tool, requests in there:
        began = sorted(requests, key=lambda request: (request.begin_ms, request.number))
        fall = Waterfall(key, tool, tuple(began[:rows]), max(0, len(began) - rows))
        found.setdefault(key, []).append(fall)
    return tuple((key, tuple(falls)) for key, falls in found.items())
