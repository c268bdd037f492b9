"""What a bisection leaves behind: bisected.json, with every version that was looked at and what it showed."""

from typing import Literal

from pydantic import Field

from harness.results.baseline import TrialFigures
from harness.results.bouts import Verdict
from harness.results.model import ToolId
from harness.scenario.strict import Strict

BISECTED = "bisected.json"
FORMAT: Literal[1] = 1

Metric = Literal["requests", "bytes", "time", "memory", "outcome"]
Telling = Literal["as before", "changed", "tells nothing"]


class VersionSeen(Strict):
    """One version that was looked at."""

    version: str
    date: str | None = None  # of its release, ISO 8601, where the registry tells it
    lock_hash: str | None = None  # its lock is in the folder `locks`
    says: Telling
    why: str = ""  # it tells nothing
    figures: TrialFigures | None = None
    time: Verdict | None = None  # of the metric `time`: this version held against the oldest


class Bisected(Strict):
    """bisected.json."""

    format: Literal[1] = FORMAT
    tool: ToolId  # its version is the one that was called bad
    good: str
    bad: str
    case: str
    metric: Metric
    result: Literal["found", "no difference", "inconclusive"]
    releases: int = Field(ge=2)  # of which it could have been any, but for the oldest
    seen: tuple[VersionSeen, ...]  # in the order in which they were looked at; the oldest, the newest, others
    before: str  # the last version that is known to be as the oldest
    after: str  # the first one that is known to be changed; the newest, where nothing differs
    again: bool | None = None  # whether it is still another at the newest version; None: not known
    packages: dict[str, tuple[str | None, str | None]] = {}  # that differ as well, in the locks of the two

    def of(self, version: str) -> VersionSeen:
        """Return what a version showed; raises LookupError for one that was not looked at."""
        for seen in self.seen:
            if seen.version == version:
                return seen
        raise LookupError(version)
