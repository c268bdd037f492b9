"""Notes of known issues: that one did not appear in a case is news only where it appeared in none."""

import re
from collections.abc import Iterable

from harness.report.escape import web_address
from harness.results.model import Record

_NOTE = re.compile(r"a known issue did not appear, fixed\? (.*?)(?: \(([^()\s]*)\))?", re.DOTALL)


def fixed_issue(note: str) -> tuple[str, str | None] | None:
    """Return the known issue, and its address, of which a note says that it did not appear; else None."""
    said = _NOTE.fullmatch(note)
    return (said[1], web_address(said[2])) if said else None


def without_false_alarms(records: Iterable[Record]) -> list[Record]:
    """Return the records without notes that an issue did not appear which the same tool showed in others.

    The pattern of a known issue may cover more cases than show it: its explanation tells them apart.
    """
    records = list(records)
    appeared = {
        (str(record.tool), note)
        for record in records
        if record.outcome == "known_issue"
        for note in record.notes
    }

    def is_news(record: Record, note: str) -> bool:
        issue = fixed_issue(note)
        return issue is None or (str(record.tool), issue[0]) not in appeared

    return [
        record.model_copy(update={"notes": kept})
        if len(kept := tuple(note for note in record.notes if is_news(record, note))) < len(record.notes)
        else record
        for record in records
    ]
