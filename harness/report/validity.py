"""What a verdict on validity was, and what the truth was, as far as a run's records tell.

A right verdict does not say which one it was: others on the same dataset, or its writing, tell.
"""

from harness.report.grid import Grid
from harness.report.nouns import CaseKey
from harness.results.model import Record

BASELINE = "always-valid"  # calls everything valid: there to compare with
_WRONG = {"accepted-invalid": True, "rejected-valid": False}  # what was said


def is_valid(grid: Grid, key: CaseKey) -> bool | None:
    """Return whether a case's dataset is valid; None where no record tells."""
    if key.writer is not None:
        return _is_written_valid(grid, key)
    for tool in grid.tools:
        record = grid.record(key, tool)
        if record and tool.name == BASELINE and record.outcome == "passed" and not is_unjudged(record):
            return True
        if record and (said := _wrong(record)) is not None:
            return not said
    return None


def says_valid(grid: Grid, key: CaseKey, record: Record) -> bool | None:
    """Return a validator's verdict; None where it gave none, or nobody knows which one was right."""
    if record.operation != "validate":
        return None
    return is_valid(grid, key) if record.outcome == "passed" else _wrong(record)


def gave_a_verdict(record: Record) -> bool:
    """Tell whether a validator said either, and that was judged."""
    return (record.outcome == "passed" and not is_unjudged(record)) or _wrong(record) is not None


def is_unjudged(record: Record) -> bool:
    """Tell whether a verdict was not judged, as there is no truth about the dataset."""
    return any(note.startswith("not judged") for note in record.notes)


def _wrong(record: Record) -> bool | None:
    return _WRONG.get(str(record.evidence.get("kind")))


def _is_written_valid(grid: Grid, key: CaseKey) -> bool | None:
    """Return what our schema check said when it was written; what http reads was written to s3."""
    store = "file" if key.store == "file" else "s3"
    case = f"{key.scenario}/{key.dataset}/{key.written}/{store}"
    record = grid.records.get((case, str(key.writer)))
    if record is None or record.outcome not in ("passed", "failed", "known_issue"):
        return None
    return "schema" not in record.evidence.get("kinds", ())
