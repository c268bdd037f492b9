"""Sentences made from the data, each with its numbers."""

from collections.abc import Iterator

from harness.report.escape import shortened
from harness.report.model import Remark, TimedCase, TimingRow
from harness.report.nouns import Counts, ToolLine
from harness.report.words import COUNTED, STEP_WORDS, STEPS, TimedStep, listed, plural, tool_label

SPREAD = (
    "Each cell gives the median of n processes, and the spread of their medians: the smallest and the "
    "largest, or from six processes on what holds the true median with at least 95 %."
)
NO_VERDICT = (
    "Fastest marks a median whose whole spread lies below that of every other right answer in its row. It is "
    "no formal verdict: that takes paired bouts, two tools measured side by side in fresh processes."
)


def sentences_of(
    tools: tuple[ToolLine, ...],
    counts: Counts,
    remarks: tuple[Remark, ...],
    timings: tuple[TimedCase, ...],
    apart: tuple[str, ...] = (),
    told_apart: frozenset[int] = frozenset(),
) -> tuple[str, ...]:
    """Return what the run says, in order: all of it, each tool, what has a part of its own, then time.

    `apart` are the sentences of such parts, `told_apart` the numbers of tools of which these say all.
    """
    if not counts.planned:
        return ("This run has no trials.",)
    return (
        _all_of_it(tools, counts),
        *(_about(line, remarks) for line in tools if line.counts.planned and line.number not in told_apart),
        *apart,
        *_fastest(tools, timings),
    )


def timing_notes(timings: tuple[TimedCase, ...], untimed: frozenset[str]) -> tuple[str, ...]:
    """Return what a reader of the timing tables must know."""
    notes = []
    if untimed:
        notes.append(f"No timings are shown for {listed(sorted(untimed))}: a stand-in served them.")
    if timings:
        notes += [
            "Cold is a new process with new connections; warm is repeated in the same process.",
            "No file is cold: datasets have just been written, so caches of system and store have them.",
            SPREAD,
            "Wrong answers are not ranked: what was not right has its outcome in place of a number.",
            NO_VERDICT,
        ]
    return tuple(notes)


def outcome_phrases(counts: Counts, why: str = "", *, passed: bool = True) -> list[str]:
    """Return e.g. `26 passed`, `14 unsupported`, `2 not run`; `why` is why all of these are unsupported."""
    reasons = {"unsupported": f" ({why})" if why else ""}
    phrases = [
        f"{number:,} {COUNTED[outcome]}{reasons.get(outcome, '')}"
        for outcome, number in counts.outcomes
        if passed or outcome != "passed"
    ]
    return phrases + ([f"{counts.missing:,} not run"] if counts.missing else [])


def _all_of_it(tools: tuple[ToolLine, ...], counts: Counts) -> str:
    names = len({line.id.name for line in tools})
    several = f" in {len(tools)} versions and configurations" if len(tools) > names else ""
    expected = "none was unexpected" if not counts.unexpected else f"{counts.unexpected:,} unexpected"
    return (
        f"Of {plural(counts.planned, 'trial')} with {plural(names, 'tool')}{several}, "
        f"{listed(outcome_phrases(counts))}; {expected}."
    )


def _about(line: ToolLine, remarks: tuple[Remark, ...]) -> str:
    counts = line.counts
    reasons = [remark for remark in remarks if remark.tool is line and remark.outcome == "unsupported"]
    one = len(reasons) == 1 and not reasons[0].others
    why = shortened(reasons[0].text, 90).rstrip(".") if one else ""
    parts = [
        f"{tool_label(line.id)} answered {counts.passed:,} of {plural(counts.planned, 'case')} rightly",
        listed(outcome_phrases(counts, why, passed=False)),
        f"{counts.unexpected:,} unexpected" if counts.unexpected else "",
    ]
    return f"{'; '.join(filter(None, parts))}."


def _fastest(tools: tuple[ToolLine, ...], timings: tuple[TimedCase, ...]) -> Iterator[str]:
    parts = [part for step in STEPS if (part := _fastest_in(step, tools, timings))]
    if parts:
        yield f"Fastest, where two or more answers were right: {'; '.join(parts)}."


def _fastest_in(step: TimedStep, tools: tuple[ToolLine, ...], timings: tuple[TimedCase, ...]) -> str:
    contested = [row for case in timings for row in case.rows if row.step == step and _compared(row)]
    if not contested:
        return ""
    wins = [sum(row.cells[line.number].fastest for row in contested) for line in tools]
    ranked = sorted(zip(wins, tools, strict=True), key=lambda pair: -pair[0])
    named = [f"{tool_label(line.id)} in {won:,}" for won, line in ranked if won]
    undecided = len(contested) - sum(wins)
    tail = [f"no tool apart from the others in {undecided:,}"] if undecided else []
    return f"{STEP_WORDS[step]}: {listed(named + tail)} of {plural(len(contested), 'case')}"


def _compared(row: TimingRow) -> bool:
    return sum(cell.summary is not None for cell in row.cells) > 1
