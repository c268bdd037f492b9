"""What differs between two runs, trial by trial: outcomes, requests, bytes, memory. Time is not judged here.

A figure that varies from pass to pass is a change only where the ranges don't overlap. Trials that do not
belong together are set apart with the reason, never mixed in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from harness.performance.belonging import apart, remarks
from harness.performance.exact import baseline_of
from harness.performance.matching import Across, matched
from harness.results.baseline import Baseline, Middle, Range, TrialFigures
from harness.results.load import Run
from harness.results.model import Outcome, ToolId

Metric = Literal["outcome", "requests", "bytes", "memory"]
Direction = Literal["worse", "better", "neutral"]

MEMORY_SHARE = 0.15  # a difference in memory counts beyond both of these
MEMORY_BYTES = 8 * 2**20

# From a right answer to the worst. To say nothing of an error is worse than to raise one, and where a tool
# is not built nothing can be told any more.
_RANK: dict[Outcome, int] = {
    "passed": 0,
    "unsupported": 1,
    "known_issue": 2,
    "errored": 3,
    "timeout": 4,
    "crashed": 4,
    "failed": 5,
    "not_built": 6,
    "infrastructure": 6,  # such trials are set apart
}


@dataclass(frozen=True)
class Part:
    """One kind of requests or bytes that a change is made of, e.g. `open GET metadata`."""

    name: str
    before: Range
    after: Range


@dataclass(frozen=True)
class Change:
    """One metric of one trial that is not what it was. Without a `tool_after` the trial is gone.

    `before` and `after` are an outcome with its kind, or the least and the most; of memory, the median twice.
    """

    case: str
    tool_before: ToolId | None  # None: a new trial
    tool_after: ToolId | None
    metric: Metric
    before: str | Range | None
    after: str | Range | None
    ratio: float | None  # after / before, of the middles
    direction: Direction
    parts: tuple[Part, ...] = ()  # what else differs in it


@dataclass(frozen=True)
class Beside:
    """Time or memory of one trial before and after: they inform, and were not measured in pairs."""

    case: str
    tool_before: ToolId
    tool_after: ToolId
    what: str  # "open cold", "operation cold", "operation warm", "peak memory"
    before: Middle
    after: Middle

    @property
    def ratio(self) -> float | None:
        """The ratio of the medians, after / before."""
        return self.after.median / self.before.median if self.before.median else None


@dataclass(frozen=True)
class Apart:
    """A trial that was not compared, and why."""

    case: str
    tool: ToolId
    why: str


@dataclass(frozen=True)
class Comparison:
    """All that differs between two runs."""

    compared: int  # trials
    changes: tuple[Change, ...]  # the worse ones first
    beside: tuple[Beside, ...]
    apart: tuple[Apart, ...]
    notes: tuple[str, ...]  # what a reader of it must know

    def of(self, direction: Direction) -> tuple[Change, ...]:
        """Return the changes in one direction."""
        return tuple(change for change in self.changes if change.direction == direction)

    @property
    def alike(self) -> int:
        """How many of the trials compared differ in nothing."""
        changed = {(one.case, one.tool_before) for one in self.changes if one.tool_before and one.tool_after}
        return self.compared - len(changed)


def changes(before: Run, after: Run, across: Across = "nothing") -> Comparison:
    """Return what differs between two runs; one that was interrupted is said to be so."""
    found = compare(baseline_of(before), baseline_of(after), across)
    torn = [name for name, run in (("first", before), ("second", after)) if run.footer is None]
    said = tuple(f"The {name} run was interrupted: trials that it lacks say nothing." for name in torn)
    return Comparison(found.compared, found.changes, found.beside, found.apart, (*said, *found.notes))


def compare(before: Baseline, after: Baseline, across: Across = "nothing") -> Comparison:
    """Return what differs between two baselines; `matched` tells what is compared with what."""
    same_host = before.host == after.host
    found: list[Change] = []
    beside: list[Beside] = []
    set_apart: list[Apart] = []
    compared = 0
    for was, now in matched(before.trials, after.trials, across):
        if was is None or now is None:
            found.append(_alone(was, now))
            continue
        why = apart(before, after, was, now)
        if why:
            set_apart.append(Apart(now.case, now.tool, why))
            continue
        compared += 1
        found += _changed(was, now, same_host=same_host)
        beside += _beside(was, now)
    order: dict[Direction, int] = {"worse": 0, "better": 1, "neutral": 2}
    return Comparison(
        compared=compared,
        changes=tuple(sorted(found, key=lambda change: order[change.direction])),
        beside=tuple(beside),
        apart=tuple(set_apart),
        notes=tuple(remarks(before, after)),
    )


def only(baseline: Baseline, tool: ToolId) -> Baseline:
    """Return the part of a baseline that is about one tool in one version and configuration: an arm."""
    trials = tuple(trial for trial in baseline.trials if trial.tool == tool)
    tools = tuple(one for one in baseline.tools if (one.name, one.version) == (tool.name, tool.version))
    return baseline.model_copy(update={"trials": trials, "tools": tools})


_Pair = tuple[TrialFigures, TrialFigures]


def _alone(was: TrialFigures | None, now: TrialFigures | None) -> Change:
    """Return that a trial is new, or gone, which is worse: nothing watches any more what it watched."""
    here = was or now
    return Change(
        case=here.case if here else "",
        tool_before=was.tool if was else None,
        tool_after=now.tool if now else None,
        metric="outcome",
        before=_outcome(was) if was else None,
        after=_outcome(now) if now else None,
        ratio=None,
        direction="worse" if now is None else "neutral",
    )


def _changed(was: TrialFigures, now: TrialFigures, *, same_host: bool) -> Iterator[Change]:
    pair = (was, now)
    if (was.outcome, was.kind) != (now.outcome, now.kind):
        direction = _turned(was.outcome, now.outcome)
        yield _change(pair, "outcome", (_outcome(was), _outcome(now)), direction)
    if was.counted and now.counted:
        one, other = was.counted, now.counted
        again = (Part("fetched again", one.again, other.again),) if _differ(one.again, other.again) else ()
        parts = (*_parts(one.requests_of, other.requests_of), *again)
        yield from _counts(pair, "requests", (one.requests, other.requests), parts)
        parts = tuple(_parts(one.bytes_of, other.bytes_of))
        yield from _counts(pair, "bytes", (one.bytes, other.bytes), parts)
    if was.memory and now.memory and _beyond(was.memory, now.memory):
        worse = now.memory.median > was.memory.median
        direction = "neutral" if not same_host else "worse" if worse else "better"
        yield _change(pair, "memory", (_twice(was.memory), _twice(now.memory)), direction)


def _counts(
    pair: _Pair, metric: Metric, totals: tuple[Range, Range], parts: tuple[Part, ...]
) -> Iterator[Change]:
    """Yield a change of the total, or none; where only the parts differ it is neither better nor worse."""
    one, other = totals
    if _differ(one, other):
        yield _change(pair, metric, totals, "worse" if other[0] > one[1] else "better", parts)
    elif parts:
        yield _change(pair, metric, totals, "neutral", parts)


def _change(
    pair: _Pair,
    metric: Metric,
    values: tuple[str, str] | tuple[Range, Range],
    direction: Direction,
    parts: tuple[Part, ...] = (),
) -> Change:
    (was, now), (before, after) = pair, values
    ratio = None
    if isinstance(before, tuple) and isinstance(after, tuple) and any(before):
        ratio = (after[0] + after[1]) / (before[0] + before[1])
    return Change(now.case, was.tool, now.tool, metric, before, after, ratio, direction, parts)


def _parts(one: Mapping[str, Range], other: Mapping[str, Range]) -> Iterator[Part]:
    for name in dict.fromkeys((*one, *other)):
        before, after = one.get(name, (0, 0)), other.get(name, (0, 0))
        if _differ(before, after):
            yield Part(name, before, after)


def _differ(one: Range, other: Range) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def _turned(was: Outcome, now: Outcome) -> Direction:
    if _RANK[was] == _RANK[now] or (was == "not_built" and now != "passed"):
        return "neutral"
    return "worse" if _RANK[now] > _RANK[was] else "better"


def _outcome(trial: TrialFigures) -> str:
    return f"{trial.outcome} ({trial.kind})" if trial.kind else trial.outcome


def _beyond(was: Middle, now: Middle) -> bool:
    """Tell whether memory differs by more than it does by itself."""
    difference = abs(now.median - was.median)
    overlap = was.low <= now.high and now.low <= was.high
    return not overlap and difference > max(MEMORY_SHARE * was.median, MEMORY_BYTES)


def _twice(memory: Middle) -> Range:
    return round(memory.median), round(memory.median)


def _beside(was: TrialFigures, now: TrialFigures) -> Iterator[Beside]:
    for what, before in was.times.items():
        if what in now.times:
            yield Beside(now.case, was.tool, now.tool, what, before, now.times[what])
    if was.memory and now.memory:
        yield Beside(now.case, was.tool, now.tool, "peak memory", was.memory, now.memory)
