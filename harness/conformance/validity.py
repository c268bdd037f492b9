"""Judges a validator: whether it says of a hierarchy what is true, and if not, which rule it does not see."""

from collections.abc import Sequence

from harness.conformance.verdict import Verdict, wrong

_SHOWN = 240  # characters of what a validator said
_LINES = 3


def judge_validity(
    title: str,
    valid: bool | None,  # noqa: FBT001 -- the truth, and
    said: bool | None,  # noqa: FBT001 -- what is said of it
    messages: Sequence[str] = (),
) -> Verdict:
    """Judge the answer `said`; `valid` is the truth, None where there is none, and nobody is judged.

    `title` is the rule that a broken hierarchy breaks, in one sentence. `messages` are the validator's own.
    """
    if said is None:
        return wrong("no-answer", "it did not say whether this is valid")
    if valid is None:
        answer = "valid" if said else "not valid"
        return Verdict(right=True, notes=(f"not judged, there is no truth: it says {answer}",))
    if said and not valid:
        return wrong("accepted-invalid", f"accepts what breaks a rule: {title}", messages=list(messages))
    if valid and not said:
        why = f", saying: {_first(messages)}" if messages else ", without a reason"
        return wrong("rejected-valid", f"rejects what is valid{why}", messages=list(messages))
    return Verdict(right=True)


def _first(messages: Sequence[str]) -> str:
    """Return the first message in one line; of a long one, its first lines and its beginning."""
    lines = [" ".join(line.split()) for line in messages[0].splitlines() if line.strip()]
    said = " / ".join(lines[:_LINES])
    return said if len(said) <= _SHOWN else f"{said[: _SHOWN - 4]} ..."
