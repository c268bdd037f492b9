"""Verdicts on time, as words and figures: for `ozh compare`, in a terminal and in Markdown.

Texts stand here as they came from tools; the formats escape them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.report.units import percent, three_digits
from harness.report.words import plural, tool_label
from harness.results.bouts import Verdict, Verdicts, Word

# Each word has a symbol, so that none is told by colour alone.
WORD_SYMBOLS: dict[Word, str] = {"slower": "✗", "faster": "✓", "not slower": "=", "inconclusive": "?"}
_DISAGREE = 0.05  # of ratios

HOW = (
    "A bout is two fresh processes measured by turns; the ratio is the second arm's time to the first's, "
    "with its 95 % interval over bouts. Detectable is the slow-down that would have been found 95 times "
    "of 100."
)


@dataclass(frozen=True)
class VerdictLine:
    """One verdict as texts."""

    word: Word
    said: str  # the word, and whether it was confirmed
    case: str
    arms: str
    ratio: str
    detectable: str
    bouts: str
    seconds: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class VerdictsPart:
    """The verdicts on time of a comparison, as texts."""

    arms: tuple[str, str]
    sentences: tuple[str, ...]
    lines: tuple[VerdictLine, ...]


def verdicts_part(verdicts: Verdicts) -> VerdictsPart:
    """Return all that there is to say."""
    return VerdictsPart(verdicts.arms, tuple(verdict_sentences(verdicts)), verdict_lines(verdicts))


def verdict_lines(verdicts: Verdicts) -> tuple[VerdictLine, ...]:
    """Return the verdicts in the order of the cases, then each tool against itself."""
    return tuple(_line(verdict) for verdict in (*verdicts.verdicts, *verdicts.nulls))


def verdict_sentences(verdicts: Verdicts) -> Iterator[str]:
    """Yield what came of the comparison of times, and what a reader of it must know."""
    each, b = verdicts.verdicts, verdicts.arms[1]
    if verdicts.void:
        fired = next(one for one in verdicts.nulls if one.word in ("slower", "faster"))
        yield (
            f"The times say nothing: {tool_label(fired.arms[0].tool)} seemed {fired.word} than itself, "
            "so that this machine was too restless. Measure again when it is quiet."
        )
    counts = {word: sum(one.word == word for one in each) for word in WORD_SYMBOLS}
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    if each:
        yield f"Time of {b}, in pairs within this run: {plural(len(each), 'case')}, {told}."
    confirmed = sum(bool(one.confirmed) for one in each)
    if counts["slower"]:
        yield f"{confirmed} of {counts['slower']} slower, confirmed by fresh bouts."
    known = [one.detectable for one in each if one.detectable is not None]
    if known:
        yield f"A slow-down of {percent(max(known))} or more would have been found 95 times of 100."
    for case, why in verdicts.left_out.items():
        yield f"Not timed: {case}: {why}."


def _line(verdict: Verdict) -> VerdictLine:
    a, b = verdict.arms
    null = verdict.purpose == "null"
    return VerdictLine(
        word=verdict.word,
        said=_said(verdict),
        case=a.case if a.case == b.case else f"{a.case} → {b.case}",
        arms=f"{tool_label(a.tool)} → {'itself' if null else tool_label(b.tool)}",
        ratio=_ratio(verdict),
        detectable=percent(verdict.detectable) if verdict.detectable is not None else "",
        bouts=str(verdict.bouts),
        seconds=f"{verdict.seconds:.0f} s",
        notes=tuple(_notes(verdict)),
    )


def _said(verdict: Verdict) -> str:
    if verdict.confirmed is None:
        return verdict.word
    return f"{verdict.word}, {'confirmed' if verdict.confirmed else 'not confirmed'}"


def _ratio(verdict: Verdict) -> str:
    if verdict.ratio is None:
        return ""
    if verdict.low is None or verdict.high is None:
        return f"{three_digits(verdict.ratio)}x"
    return f"{verdict.ratio:.3f}x [{verdict.low:.3f}, {verdict.high:.3f}]"


def _notes(verdict: Verdict) -> Iterator[str]:
    if verdict.why:
        yield verdict.why
    if verdict.ratio is None:
        return
    if verdict.total_ratio is not None and abs(verdict.total_ratio / verdict.ratio - 1) > _DISAGREE:
        yield (
            f"all operations together: {verdict.total_ratio:.3f}x, which differs from that of the quickest: "
            "something is slow only now and then"
        )
    if verdict.cpu_ratio is not None and abs(verdict.cpu_ratio / verdict.ratio - 1) > 2 * _DISAGREE:
        yield f"CPU time: {verdict.cpu_ratio:.3f}x"
