"""Few combinations of factors in which any two values that can meet do meet, at least once."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from allpairspy import AllPairs

Row = dict[str, str]  # value by factor
Factors = Mapping[str, Sequence[str]]
Pair = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Rule:
    """What may meet: asked as soon as all of its factors have a value."""

    factors: tuple[str, ...]
    allows: Callable[..., bool]


def cover(factors: Factors, rules: Sequence[Rule]) -> tuple[Row, ...]:
    """Return rows that obey the rules and have, together, every pair of values that any such row has.

    The same factors and rules give the same rows. allpairspy stops where rules block its way, so the
    pairs that it missed are completed one by one.
    """
    names = list(factors)

    def obeys(values: Sequence[str]) -> bool:
        return allowed(dict(zip(names, values, strict=False)), rules)

    found = AllPairs(list(factors.values()), filter_func=obeys)
    rows = [dict(zip(names, values, strict=True)) for values in found]
    seen = {pair for row in rows for pair in pairs_of(row)}
    for one, other in itertools.combinations(names, 2):
        for start in ({one: a, other: b} for a in factors[one] for b in factors[other]):
            if frozenset(start.items()) in seen:
                continue
            row = next(_completions(start, factors, rules, seen), None)
            if row is not None:
                rows.append(row)
                seen.update(pairs_of(row))
    return tuple(rows)


def allowed(row: Row, rules: Sequence[Rule]) -> bool:
    """Tell whether a row, or the part of it that is known, obeys the rules."""
    return all(
        rule.allows(*(row[name] for name in rule.factors))
        for rule in rules
        if all(name in row for name in rule.factors)
    )


def pairs_of(row: Row) -> Iterator[Pair]:
    """Return every pair of values of a row."""
    return map(frozenset, itertools.combinations(row.items(), 2))


def _completions(row: Row, factors: Factors, rules: Sequence[Rule], seen: set[Pair]) -> Iterator[Row]:
    """Return rows with these values that obey the rules; first those with the most pairs not yet seen."""
    open_to = {
        name: [value for value in values if allowed({**row, name: value}, rules)]
        for name, values in factors.items()
        if name not in row
    }
    if not open_to:
        if allowed(row, rules):
            yield {name: row[name] for name in factors}
        return
    name = min(open_to, key=lambda name: len(open_to[name]))  # what cannot be fails soonest here

    def already(value: str) -> int:
        return sum(frozenset({(name, value), item}) in seen for item in row.items())

    for value in sorted(open_to[name], key=already):
        yield from _completions({**row, name: value}, factors, rules, seen)
