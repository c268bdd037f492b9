"""What a counting pass shows: requests by kind, bytes, duplicates, connections; how much repeats differ."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.results.wire import KeyKind, WireRequest, WireStep

_NOT_FOUND = 404


@dataclass(frozen=True)
class WireFigures:
    """Figures of one pass, or of one step of it. Bytes are those of bodies, except `head`."""

    requests: int
    by_kind: tuple[tuple[str, KeyKind, int], ...]  # method, kind, how many; sorted
    received: int  # by the tool
    sent: int  # by the tool
    head: int  # of the answers' status lines and headers
    duplicates: int  # GETs beyond the first of the same key and range that were answered with data
    not_found: int
    in_flight_peak: int
    connections: int  # opened
    handshakes: int  # of those, how many at least were opened one after another
    user_agents: tuple[str, ...]  # each once, sorted


@dataclass(frozen=True)
class Span:
    """The smallest and the largest value over repeats."""

    low: float
    high: float

    @property
    def same(self) -> bool:
        """Whether every repeat gave this value."""
        return self.low == self.high


@dataclass(frozen=True)
class WireSpans:
    """The figures of several passes of one trial; what they mean, WireFigures says."""

    passes: int
    requests: Span
    by_kind: tuple[tuple[str, KeyKind, Span], ...]  # a kind that one pass lacks is 0 there
    received: Span
    sent: Span
    head: Span
    duplicates: Span
    not_found: Span
    in_flight_peak: Span
    connections: Span
    handshakes: Span
    user_agents: tuple[str, ...]  # of any pass


def figures(requests: Sequence[WireRequest], step: WireStep | None = None) -> WireFigures:
    """Return the figures of one pass; with a step, of this step of it.

    Give the whole pass even so: a connection counts in the step in which it was opened.
    """
    ours = [request for request in requests if step in {None, request.step}]
    first: dict[int, WireRequest] = {}
    for request in sorted(requests, key=lambda request: request.number):
        first.setdefault(request.connection, request)
    opened = [request for request in first.values() if step in {None, request.step}]
    kinds = Counter((request.method, request.kind) for request in ours)
    return WireFigures(
        requests=len(ours),
        by_kind=tuple((method, kind, count) for (method, kind), count in sorted(kinds.items())),
        received=sum(request.received for request in ours),
        sent=sum(request.sent for request in ours),
        head=sum(request.head for request in ours),
        duplicates=_duplicates(ours),
        not_found=sum(request.status == _NOT_FOUND for request in ours),
        in_flight_peak=max((request.in_flight for request in ours), default=0),
        connections=len(opened),
        handshakes=_longest_chain(opened),
        user_agents=tuple(sorted({request.user_agent for request in ours})),
    )


def spans(passes: Sequence[WireFigures]) -> WireSpans:
    """Return the least and the most of each figure; raises ValueError for no passes."""
    if not passes:
        raise ValueError("spans are over passes, and there is none")
    each = [{(method, kind): count for method, kind, count in one.by_kind} for one in passes]
    kinds = sorted({kind for one in each for kind in one})
    return WireSpans(
        passes=len(passes),
        requests=_span(one.requests for one in passes),
        by_kind=tuple((*kind, _span(one.get(kind, 0) for one in each)) for kind in kinds),
        received=_span(one.received for one in passes),
        sent=_span(one.sent for one in passes),
        head=_span(one.head for one in passes),
        duplicates=_span(one.duplicates for one in passes),
        not_found=_span(one.not_found for one in passes),
        in_flight_peak=_span(one.in_flight_peak for one in passes),
        connections=_span(one.connections for one in passes),
        handshakes=_span(one.handshakes for one in passes),
        user_agents=tuple(sorted({agent for one in passes for agent in one.user_agents})),
    )


def amplification(received: int, needed: int | None) -> float | None:
    """Return how many times the needed bytes were fetched; None where no bytes were needed."""
    return received / needed if needed else None


def passes(requests: Iterable[WireRequest]) -> dict[tuple[str, int], tuple[WireRequest, ...]]:
    """Return the requests of each pass (trial, repeat), in the order of their arrival."""
    each: dict[tuple[str, int], list[WireRequest]] = defaultdict(list)
    for request in requests:
        each[request.trial, request.repeat].append(request)
    return {which: tuple(sorted(ours, key=lambda one: one.number)) for which, ours in each.items()}


def _duplicates(requests: Iterable[WireRequest]) -> int:
    """Count the fetches that a cache would have saved. Pages of one listing share its key, so none counts."""
    fetched = Counter(
        (request.key, request.start, request.stop)
        for request in requests
        if request.method == "GET"
        and request.kind != "listing"
        and request.received
        and 200 <= request.status < 300
    )
    return sum(count - 1 for count in fetched.values())


def _longest_chain(opened: Iterable[WireRequest]) -> int:
    """Return how many of these requests, at most, can be put one after another without an overlap.

    They are the first of their connections. One that began while another was under way shared its wait for
    a connection, so this is what a cold reader pays in round trips, beyond those of its requests.
    """
    links, until = 0, float("-inf")
    for request in sorted(opened, key=lambda request: request.end_ms):  # the classic greedy choice is optimal
        if request.begin_ms >= until:
            links, until = links + 1, request.end_ms
    return links


def _span(values: Iterable[int]) -> Span:
    every = tuple(values)
    return Span(min(every), max(every))
