"""What the gate has to say, in a sentence or two before the changes."""

from collections.abc import Iterator

from harness.performance.changes import Comparison
from harness.report.words import plural


def gate_sentences(comparison: Comparison, update: str) -> Iterator[str]:
    """Yield whether the gate is passed, and what to do about it: `update` is the command that takes it in."""
    worse = comparison.of("worse")
    gone = sum(change.tool_after is None for change in worse)
    if worse:
        told = [f"{len(worse) - gone:,} worse"] * (len(worse) > gone) + [f"{gone:,} gone"] * bool(gone)
        yield f"Not passed: {', '.join(told)}."
    elif comparison.apart:
        yield f"Not passed: {plural(len(comparison.apart), 'trial')} could not be compared."
    else:
        yield "Passed: no outcome, request or byte got worse."
    if worse:
        yield f"If this is meant, take it in: {update}"
    elif comparison.changes:
        yield f"Not all is as in the baseline; take it in: {update}"
