"""What is kept of a request: little while it is under way, and a WireRequest in the end."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.results.wire import KeyKind, WireRequest, WireStep

_GIVEN = re.compile(rb"bytes (\d+)-(\d+)/(\d+)")


@dataclass(slots=True)
class Record:
    """One request; times are seconds on the loop's clock."""

    number: int
    step: WireStep
    method: str
    key: str
    kind: KeyKind
    user_agent: str
    connection: int
    in_flight: int
    begin: float
    end: float | None = None  # None: under way
    start: int | None = None
    stop: int | None = None
    status: int = 0
    sent: int = 0
    received: int = 0
    head: int = 0
    fault: str = ""

    def told(self, trial: str, repeat: int, opened: float) -> WireRequest:
        """Return the request as it is stored; `opened` is the time that its times are counted from."""
        end = self.begin if self.end is None else self.end
        return WireRequest(
            trial=trial,
            repeat=repeat,
            number=self.number,
            step=self.step,
            method=self.method,
            key=self.key,
            kind=self.kind,
            start=self.start,
            stop=self.stop,
            status=self.status,
            sent=self.sent,
            received=self.received,
            head=self.head,
            begin_ms=(self.begin - opened) * 1000,
            end_ms=(end - opened) * 1000,
            user_agent=self.user_agent,
            connection=self.connection,
            in_flight=self.in_flight,
            fault=self.fault,
        )


def given_range(content_range: bytes) -> tuple[int, int, int] | None:
    """Return start, stop (half-open) and the object's length, if a Content-Range tells them."""
    match = _GIVEN.fullmatch(content_range)
    return (int(match[1]), int(match[2]) + 1, int(match[3])) if match else None


def note_range(record: Record, content_range: bytes, index_bytes: Callable[[str], int]) -> None:
    """Note what was given of an object, and whether that is nothing but the index of a shard."""
    given = given_range(content_range)
    if given is None:
        return
    record.start, record.stop, total = given
    if record.kind == "shard" and record.start >= total - index_bytes(record.key):
        record.kind = "shard_index"
