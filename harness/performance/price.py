"""What the requests of an operation cost, where a store charges for them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from harness.results.wire import KeyKind

_AS_READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Price:
    """Money in the unit of the price given. Answers that say "not found" are charged as all others are."""

    amount: float
    charged: float  # requests: GET and HEAD of objects
    left_out: tuple[tuple[str, float], ...]  # LIST and what writes: most stores charge them differently


def price(by_kind: Iterable[tuple[str, KeyKind, float]], per_1000_gets: float) -> Price:
    """Return the price of requests, given by method, kind and number, at so much for 1000 reads."""
    charged: float = 0
    others: dict[str, float] = defaultdict(float)
    for method, kind, count in by_kind:
        if kind == "listing":
            others["LIST"] += count
        elif method in _AS_READS:
            charged += count
        else:
            others[method] += count
    return Price(charged * per_1000_gets / 1000, charged, tuple(sorted(others.items())))
