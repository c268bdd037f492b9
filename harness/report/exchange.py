"""Who reads what whom wrote: what each tool made of all that each writer left, summed over its writes."""

from collections import Counter
from collections.abc import Iterable

from harness.report.agreement_model import (
    Apart,
    ExchangePart,
    Look,
    LookShare,
    ReadCell,
    Share,
    WriterRow,
    Wrong,
)
from harness.report.grid import Grid, count
from harness.report.nouns import CaseKey, ToolLine
from harness.report.validity import says_valid
from harness.report.words import PROBLEMATIC, listed, plural, store_order, tool_label, tool_order
from harness.results.model import Outcome, Record, ToolId

READING: tuple[Look, ...] = ("pixels", "metadata")
_LOOKS: dict[str, Look] = {"read": "pixels", "inspect": "metadata", "validate": "validity"}
_APART: dict[Outcome, Apart] = {
    "unsupported": "unsupported",
    "not_built": "not built",
    "infrastructure": "infrastructure",
}

_Trial = tuple[CaseKey, Record | None]
_Trials = dict[tuple[ToolId, Look, int], list[_Trial]]  # by writer, look and reader


def exchange_part(grid: Grid, tools: tuple[ToolLine, ...], problems: dict[str, int]) -> ExchangePart | None:
    """Return the matrix of writers and readers; None where nothing that a tool wrote was read back."""
    if not grid.read_back:
        return None
    trials = _trials(grid, tools)
    readers = tuple(line for line in tools if any(n == line.number and k in READING for _, k, n in trials))
    validators = tuple(
        line for line in tools if any((n, k) == (line.number, "validity") for _, k, n in trials)
    )
    writers = sorted({key.writer for key in grid.read_back if key.writer}, key=tool_order)
    scenarios = {key.scenario for key in grid.read_back}
    writes = tuple(key for key in grid.plain if key.scenario in scenarios and key.operation == "write")
    rows = tuple(
        WriterRow(
            writer=writer,
            label=str(writer),
            writes=count(grid, writes, (writer,)),
            readers=tuple(_cell(grid, trials, writer, line, READING, problems) for line in readers),
            validators=tuple(
                _cell(grid, trials, writer, line, ("validity",), problems) for line in validators
            ),
        )
        for writer in writers
    )
    return ExchangePart(readers, validators, rows)


def look_of(key: CaseKey) -> Look:
    """Return what a case looks at of what was written."""
    return _LOOKS[key.operation]


def nothing_to_read(record: Record) -> bool:
    """Tell whether this was not tried because its writer had left nothing."""
    return (
        record.written_by is not None
        and record.outcome == "unsupported"
        and record.explanation.startswith("nothing to read")
    )


def exchange_sentences(part: ExchangePart) -> tuple[str, ...]:
    """Return how many readings of what others wrote were right, and which pair fared worst."""
    cells = [
        (row, line, cell) for row in part.rows for line, cell in zip(part.readers, row.readers, strict=True)
    ]
    shares = {look: [one.share for *_, cell in cells if (one := cell.of(look))] for look in READING}
    told = [
        f"{look} right in {sum(share.right for share in shares[look]):,} of {total:,}"
        for look in READING
        if (total := sum(share.counted for share in shares[look]))
    ]
    if not told:
        return ("Nothing that a tool wrote could be read back.",)
    empty = sum(dict(share.apart).get("nothing to read", 0) for look in READING for share in shares[look])
    left = f"; {plural(empty, 'time')} there was nothing to read" if empty else ""
    who = f"What {plural(len(part.rows), 'writer')} wrote was read by {plural(len(part.readers), 'tool')}"
    return (f"{who}: {listed(told)}{left}.", _worst_pair(cells))


def _worst_pair(cells: list[tuple[WriterRow, ToolLine, ReadCell]]) -> str:
    counted = [(row, line, cell) for row, line, cell in cells if cell.worst is not None]
    wrong = [one for one in counted if one[2].worst != "passed"]
    if not wrong:
        return f"Pairs of writer and reader that agree on all of it: {len(counted):,} of {len(counted):,}."
    row, line, cell = max(wrong, key=lambda one: sum(len(several.keys) for several in one[2].wrong))
    shares = [
        f"{one.look} right in {one.share.right:,} of {one.share.counted:,}"
        for one in cell.looks
        if one.share.counted
    ]
    pair = f"where {tool_label(line.id)} reads what {tool_label(row.writer)} wrote"
    told = listed(shares)
    agree = f"{len(counted) - len(wrong):,} of {len(counted):,}"
    return f"Pairs of writer and reader that agree on all of it: {agree}; most goes wrong {pair}: {told}."


def _trials(grid: Grid, tools: tuple[ToolLine, ...]) -> _Trials:
    found: _Trials = {}
    for key in grid.read_back:
        for line in tools:
            if key.writer and grid.is_planned(key, line.id):
                trials = found.setdefault((key.writer, look_of(key), line.number), [])
                trials.append((key, grid.record(key, line.id)))
    return found


def _cell(
    grid: Grid,
    trials: _Trials,
    writer: ToolId,
    line: ToolLine,
    looks: tuple[Look, ...],
    problems: dict[str, int],
) -> ReadCell:
    by_look = {look: trials.get((writer, look, line.number), []) for look in looks}
    wrong: dict[tuple[Look, Outcome, int | None], list[CaseKey]] = {}
    for look, several in by_look.items():
        for key, record in several:
            if record and record.outcome in PROBLEMATIC:
                about = (look, record.outcome, problems.get(record.trial))
                wrong.setdefault(about, []).append(key)
    shares = tuple(_look_share(grid, look, several) for look, several in by_look.items() if several)
    seen = {outcome for _, outcome, _ in wrong}
    worst = next((outcome for outcome in PROBLEMATIC if outcome in seen), None)
    return ReadCell(
        looks=shares,
        worst=worst or ("passed" if any(one.share.counted for one in shares) else None),
        wrong=tuple(Wrong(*about, tuple(keys)) for about, keys in wrong.items()),
    )


def _look_share(grid: Grid, look: Look, trials: list[_Trial]) -> LookShare:
    stores: dict[str, list[_Trial]] = {}
    for key, record in trials:
        stores.setdefault(key.store, []).append((key, record))
    shares = tuple((name, _share(stores[name])) for name in sorted(stores, key=store_order))
    rates = {share.right / share.counted for _, share in shares if share.counted}
    valid = sum(says_valid(grid, key, record) is True for key, record in trials if record)
    worse = tuple((name, share) for name, share in shares if share.counted and not share.even)
    return LookShare(look, _share(trials), worse if len(rates) > 1 else (), valid)


def _share(trials: Iterable[_Trial]) -> Share:
    records = [record for _, record in trials]
    why = [_apart(record) for record in records]
    apart = Counter(one for one in why if one)
    return Share(
        right=sum(record is not None and record.outcome == "passed" for record in records),
        counted=why.count(None),
        apart=tuple(sorted(apart.items())),
    )


def _apart(record: Record | None) -> Apart | None:
    if record is None:
        return "not run"
    return "nothing to read" if nothing_to_read(record) else _APART.get(record.outcome)
