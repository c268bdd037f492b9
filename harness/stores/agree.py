"""Whether two witnesses saw the same requests: the gateway, and MinIO's own trace."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from harness.results.wire import WireRequest
from harness.stores.gateway.watch import Watch, subject
from harness.stores.traced import Traced

_TRACED = {"GET", "HEAD", "PUT", "POST", "DELETE"}  # MinIO answers others, e.g. OPTIONS, without a trace
_NAMED = 3
_LONGEST_KEY = 80


@dataclass(frozen=True, order=True)
class _Request:
    """What both tell of a request, and must tell alike."""

    key: str
    method: str
    status: int
    given: tuple[int, ...]  # start and stop of what was given of the object; (): no range
    up: int  # bytes of bodies
    down: int

    def __str__(self) -> str:
        key = self.key if len(self.key) <= _LONGEST_KEY else f"{self.key[:_LONGEST_KEY]}..."
        given = f", [{self.given[0]}, {self.given[1]}) given" if self.given else ""
        return f"{self.method} {key!r} ({self.status}{given}, {self.up} bytes up, {self.down} down)"


def disagreement(seen: Sequence[WireRequest], traced: Sequence[Traced], prefix: str) -> str | None:
    """Say in one sentence where gateway and trace differ; None if they saw the same requests, one by one.

    `prefix` is what paths of the dataset begin with, "<bucket>/<name>". Alike must be method, key, status,
    the range given, and the bytes of both bodies; order and time do not matter. Excused is only
    - of a refused upload (4xx, 5xx), that MinIO did not read all of it;
    - where the tool hung up (the gateway has no status, or the request is the last on its connection), that
      MinIO sent more than the tool got;
    - where the gateway has no status, what MinIO answered, or that the request never reached it.
    """
    known = [one for one in seen if one.method in _TRACED]
    last = {one.connection: one.number for one in sorted(known, key=lambda one: one.number)}
    watch = Watch(prefix.rstrip("/"), kind=lambda _: "other", index_bytes=lambda _: 0)
    theirs = Counter(_from_trace(one, watch) for one in traced)
    ours: list[tuple[_Request, bool]] = []
    for one in known:
        request = _from_gateway(one)
        if theirs[request] > 0:
            theirs[request] -= 1
        else:
            ours.append((request, one.status == 0 or last[one.connection] == one.number))
    only_seen, only_traced = _excuse(ours, list(theirs.elements()))
    if not only_seen and not only_traced:
        return None
    differences = [
        f"only {who} saw {_some(which)}"
        for who, which in (("the gateway", only_seen), ("MinIO", only_traced))
        if which
    ]
    return f"of {len(known)} requests at the gateway and {len(traced)} at MinIO, {'; '.join(differences)}"


def _excuse(
    ours: Iterable[tuple[_Request, bool]], theirs: Iterable[_Request]
) -> tuple[list[_Request], list[_Request]]:
    """Pair what may differ, and return what is left of each; `ours` says whether a tool may have hung up."""
    only_seen = []
    alike: defaultdict[tuple[str, str], list[_Request]] = defaultdict(list)
    for other in theirs:
        alike[other.method, other.key].append(other)
    # Those that fit few first, and each with the one that fits most closely.
    for one, hung_up in sorted(ours, key=lambda pair: (pair[0].status == 0, -pair[0].down)):
        same = alike[one.method, one.key]
        fitting = [other for other in same if _may_be(one, other, hung_up=hung_up)]
        if fitting:
            same.remove(min(fitting, key=lambda other: other.down))
        elif one.status != 0:
            only_seen.append(one)
    return only_seen, [other for left in alike.values() for other in left]


def _may_be(one: _Request, other: _Request, *, hung_up: bool) -> bool:
    answered = one.status == 0 or (one.status, one.given) == (other.status, other.given)
    part_read = one.status == 0 or other.status >= 400
    up = other.up <= one.up if part_read else other.up == one.up
    down = one.down <= other.down if hung_up else one.down == other.down
    return answered and up and down


def _from_gateway(one: WireRequest) -> _Request:
    return _Request(_plain(one.key), one.method, one.status, _given(one), one.sent, one.received)


def _from_trace(one: Traced, watch: Watch) -> _Request:
    key = subject(watch, one.method, f"{quote(one.path)}?{one.query}").key
    return _Request(_plain(key), one.method, one.status, _given(one), one.received, one.sent)


def _given(one: WireRequest | Traced) -> tuple[int, ...]:
    return () if one.start is None or one.stop is None else (one.start, one.stop)


def _plain(key: str) -> str:
    """Percent-decode until nothing changes: MinIO does not tell how often its paths are encoded."""
    while (once := unquote(key)) != key:
        key = once
    return key.removeprefix("/")


def _some(which: Iterable[_Request]) -> str:
    """Name the first few, and say how many more there are."""
    ordered = sorted(which)
    named = ", ".join(str(one) for one in ordered[:_NAMED])
    more = len(ordered) - _NAMED
    return f"{named} and {more} more" if more > 0 else named
