"""Which requests a fault befalls, and how many it has befallen."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.scenario.fault import Fault
from harness.stores.gateway.record import Record
from harness.stores.gateway.watch import Subject

_READING = frozenset({"GET", "HEAD"})
_WRITING = frozenset({"PUT", "POST", "DELETE"})
_OF_ARRAYS = frozenset({"zarr.json", ".zarray"})
# A PUT with one of these in its query stores no object
_NO_OBJECT = frozenset({"acl", "tagging", "retention", "legal-hold"})


@dataclass(frozen=True)
class Injection:
    """A fault that is to befall requests of a session."""

    fault: Fault
    keys: frozenset[
        str
    ]  # reading: those below the prefix that it befalls; for `everything`, it does not count
    writing: bool = False  # then it befalls the `number`-th key of its kind that is written, by arrival
    on_met: Callable[[], None] | None = None  # called once, in the gateway's thread, as it first befalls one


class Aim:
    """Where the fault of a session strikes; all of it belongs to the loop's thread."""

    def __init__(self, injection: Injection) -> None:
        self.injection = injection
        self.fault = injection.fault
        self.deed = injection.fault.deed
        self.met = 0  # requests that the fault befell
        self.attempts = 0  # requests for what it befalls
        self.tags: set[bytes] = set()  # ETags that were made up
        self._left = injection.fault.times
        self._written: list[
            str
        ] = []  # keys of the kind that the fault befalls, in the order of their arrival

    @property
    def may_strike(self) -> bool:
        """Whether it has not befallen as many requests as it may."""
        return self._left is None or self._left > 0

    def at(self, method: str, subject: Subject, names: frozenset[str]) -> bool:
        """Tell whether a request that just came is the fault's; `names` are those in its query."""
        aimed = self._aimed(method, subject, names)
        self.attempts += aimed
        return aimed or (self.fault.spreads and self.met > 0)

    def strike(self, record: Record) -> bool:
        """Befall a request, unless it befell as many as it may."""
        if not self.may_strike:
            return False
        if self._left is not None:
            self._left -= 1
        self.note(record)
        return True

    def note(self, record: Record) -> None:
        """Note a request as befallen, in whatever way."""
        if record.fault:
            return
        record.fault = self.fault.name
        self.met += 1
        if self.met == 1 and self.injection.on_met:
            self.injection.on_met()

    def _aimed(self, method: str, subject: Subject, names: frozenset[str]) -> bool:
        if self.fault.target == "everything":
            return True
        if not subject.below or subject.kind == "listing":
            return False
        if not self.injection.writing:
            return method in _READING and subject.key in self.injection.keys
        if method not in _WRITING:
            return False
        if self._begins(method, names) and self._is_of_its_kind(subject) and subject.key not in self._written:
            self._written.append(subject.key)
        return self._written[self.fault.number : self.fault.number + 1] == [subject.key]

    def _begins(self, method: str, names: frozenset[str]) -> bool:
        """Tell whether a request stores an object, or begins to."""
        return (method == "PUT" and not names & _NO_OBJECT) or (method == "POST" and "uploads" in names)

    def _is_of_its_kind(self, subject: Subject) -> bool:
        folder, _, name = subject.key.rpartition("/")
        if self.fault.target == "data":
            return subject.kind in {"chunk", "shard"}
        if subject.kind != "metadata":
            return False
        return not folder if self.fault.target == "group" else bool(folder) and name in _OF_ARRAYS
