"""What a bisection found, in sentences with their numbers."""

from collections.abc import Iterator

from harness.report.units import between, byte_text, three_digits, with_unit
from harness.results.baseline import TrialFigures
from harness.results.bisected import Bisected, Metric, VersionSeen


def step_sentence(tool: str, metric: Metric, seen: VersionSeen, candidates: int) -> str:
    """Return what a version showed that was looked at, and how many may still be the one."""
    said = seen.why if seen.says == "tells nothing" else f"{figure(metric, seen)}, {seen.says}"
    left = f"; {candidates} releases are left" if candidates > 1 else ""
    return f"{tool} {dated(seen)}: {said}{left}"


def bisected_sentences(found: Bisected) -> Iterator[str]:
    """Yield what was found: the release, before and after, and what a reader must know beside it."""
    tool, metric = found.tool.name, found.metric
    before, after = found.of(found.before), found.of(found.after)
    values = " and ".join(f"{figure(metric, seen)} at {dated(seen)}" for seen in (before, after))
    if found.result == "no difference":
        yield f"{tool} {before.version} and {after.version} do not differ in {metric}: {values}"
        return
    if found.result == "found":
        yield f"{tool} {dated(after)} changed {metric}: {values}"
        yield from _later(found)
    elif after.says == "changed":
        yield f"inconclusive: {tool} changed {metric} after {before.version}, by {after.version}: {values}"
        yield from (f"  {dated(seen)}: {seen.why}" for seen in found.seen if seen.says == "tells nothing")
    else:
        yield f"inconclusive: whether {before.version} and {after.version} differ in {metric} can't be told"
        yield after.why
    for seen in (before, after):
        yield f"lock of {tool} {seen.version}: SHA-256 {seen.lock_hash}"
    if found.packages:
        said = [f"{name} {was or 'none'} → {now or 'none'}" for name, (was, now) in found.packages.items()]
        yield f"The two locks also differ in {', '.join(said)}: it may be that instead."


def figure(metric: Metric, seen: VersionSeen) -> str:
    """Return what a version showed, with its unit; of time, its ratio to that of the oldest version."""
    if metric == "time":
        return _ratio(seen)
    return _of_trial(metric, seen.figures) if seen.figures else "nothing measured"


def dated(seen: VersionSeen) -> str:
    """Return a version with the date of its release, where that is known."""
    return f"{seen.version} ({seen.date})" if seen.date else seen.version


def _ratio(seen: VersionSeen) -> str:
    if seen.time is None or not seen.time.ratio:
        return "the oldest" if not seen.why else "nothing measured"
    second_is_it = seen.time.arms[1].tool.version == seen.version
    return f"{three_digits(seen.time.ratio if second_is_it else 1 / seen.time.ratio)} times the oldest"


def _of_trial(metric: Metric, trial: TrialFigures) -> str:
    if metric == "memory" and trial.memory:
        return with_unit(trial.memory.median, "bytes")
    if metric == "requests" and trial.counted:
        low, high = trial.counted.requests
        return f"{between(str(low), str(high))} requests"
    if metric == "bytes" and trial.counted:
        low, high = trial.counted.bytes
        return between(byte_text(low), byte_text(high))
    return f"{trial.outcome} ({trial.kind})" if trial.kind else trial.outcome


def _later(found: Bisected) -> Iterator[str]:
    newest = found.seen[1]
    if found.again:
        yield (
            f"It changed again after that, to {figure(found.metric, newest)} at {newest.version}: "
            f"bisect between {found.after} and {newest.version}."
        )
