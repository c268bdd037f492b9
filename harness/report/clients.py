"""Which client really made a tool's requests, by user agent: a silent fallback to another one is noticed."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile

from harness.report.escape import shortened
from harness.report.grid import Grid
from harness.report.nouns import CaseKey, ToolLine
from harness.report.wire_model import ClientLine
from harness.report.words import listed, plural, store_order, tool_label
from harness.results.wire import WireRequest

Passes = Mapping[tuple[str, int], Sequence[WireRequest]]

UNNAMED = "no name given"
LONGEST = 60  # characters of a client's name
SHOWN_CASES = 3

# After its own name and version an SDK of AWS tells what it runs on, and which of its features a request
# used: that differs from one request of a client to the next.
_ABOUT = re.compile(r"(?:ua|md|os|lang|cfg|m|api|exec-env|app|ft|lib)/")

_Seen = dict[CaseKey, Counter[str]]


def client_of(user_agent: str) -> str:
    """Return the client's name and version, without what its user agent says of machine and request."""
    words = re.sub(r"\([^()]*\)", " ", user_agent).split()
    name = " ".join(takewhile(lambda word: not _ABOUT.match(word), words)) or " ".join(words)
    return shortened(name, LONGEST) or UNNAMED


def clients_of(grid: Grid, tools: tuple[ToolLine, ...], each: Passes) -> tuple[ClientLine, ...]:
    """Return a line for each tool and client, the busiest first."""
    lines: list[ClientLine] = []
    for tool in tools:
        seen = _seen(grid, tool, each)
        said = _first_said(grid, tool, each)
        total: Counter[str] = Counter()
        for counts in seen.values():
            total.update(counts)
        for client, requests in sorted(total.items(), key=lambda item: (-item[1], item[0])):
            keys = [key for key, counts in seen.items() if client in counts]
            stores = tuple(sorted({key.store for key in keys}, key=store_order))
            lines.append(ClientLine(tool, client, said[client], requests, len(keys), stores))
    return tuple(lines)


def fallbacks(grid: Grid, tools: tuple[ToolLine, ...], each: Passes) -> tuple[str, ...]:
    """Return what is odd about the clients of each tool on each store, in sentences."""
    said: list[str] = []
    for tool in tools:
        seen = _seen(grid, tool, each)
        for store in sorted({key.store for key in seen}, key=store_order):
            here = {key: counts for key, counts in seen.items() if key.store == store}
            said += _odd_ones(tool, store, here)
    return tuple(said)


def _odd_ones(tool: ToolLine, store: str, seen: _Seen) -> list[str]:
    """Return what is odd on one store: several clients in one case, or another than in most."""
    alike: dict[tuple[str, ...], list[CaseKey]] = {}
    for key, counts in seen.items():
        alike.setdefault(tuple(sorted(counts)), []).append(key)
    usual = min(alike, key=lambda clients: (-len(alike[clients]), len(clients), clients))
    rest = f"; in its other {plural(len(alike[usual]), 'case')} on {store} from {listed(list(usual))} alone"
    sentences: list[str] = []
    for clients, keys in alike.items():
        if clients == usual and len(clients) == 1:
            continue
        total: Counter[str] = Counter()
        for key in keys:
            total.update(seen[key])
        made = listed([f"{client} ({total[client]:,})" for client in clients])
        more = f" and {len(keys) - SHOWN_CASES} more" if len(keys) > SHOWN_CASES else ""
        cases = ", ".join(key.case for key in keys[:SHOWN_CASES]) + more
        several = f"from {len(clients)} clients, {made}" if len(clients) > 1 else f"from {made}"
        sentences.append(
            f"{tool_label(tool.id)}: the requests of {cases} came {several}"
            f"{'' if clients == usual else rest}."
        )
    return sentences


def _seen(grid: Grid, tool: ToolLine, each: Passes) -> _Seen:
    """Return how many requests each client made in each case, in all passes."""
    seen: _Seen = {}
    for key, requests in _requests(grid, tool, each):
        seen.setdefault(key, Counter()).update(client_of(request.user_agent) for request in requests)
    return seen


def _first_said(grid: Grid, tool: ToolLine, each: Passes) -> dict[str, str]:
    said: dict[str, str] = {}
    for _, requests in _requests(grid, tool, each):
        for request in requests:
            said.setdefault(client_of(request.user_agent), request.user_agent)
    return said


def _requests(grid: Grid, tool: ToolLine, each: Passes) -> list[tuple[CaseKey, Sequence[WireRequest]]]:
    trials = {record.trial: key for key in grid.cases if (record := grid.record(key, tool.id))}
    return [
        (trials[trial], requests) for (trial, _), requests in each.items() if trial in trials and requests
    ]
