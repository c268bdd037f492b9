"""Tells when two texts say the same of different data: what differs there gives way to a placeholder."""

import re
from collections.abc import Iterable

from harness.scenario.operation import OPERATIONS

SOMETHING = "…"
LOOKED_AT = 2000  # characters of a text

_QUOTED = r"(?<!\w)b?'[^'\n]*'(?!\w)|(?<!\w)b?\"[^\"\n]*\"(?!\w)|`[^`\n]*`"
_LIST = r"\[[^\[\]]*\]|\{[^{}]*\}|\((?=[^()]*[\d…])[^()]*\)"
_DTYPE = (
    r"[<>|=][?a-z]\d+\b|\b(?:numpy\.|np\.)?(?:bool_?|u?int\d{1,3}|b?float\d{1,3}\w*|complex(?:_float)?\d{1,3}\w*"
    r"|string|bytes|struct(?:ured)?|r\d+|(?:datetime|timedelta)64|null_terminated_bytes|fixed_length_utf32"
    r"|variable_length_utf8|[su]\d+)\b"
)
_VALUE = (
    r"\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)[0-9a-f]{8,}\b|\b(?:true|false)\b"
    r"|(?:(?<![\w)])[+-])?(?:\b(?:nan|inf(?:inity)?)\b|\d+(?:[._,]\d+)*(?:e[+-]?\d+)?j?)"
)
_PLACE = r"\b\w+=…"  # z=… of `z=3, y=0`
_SEVERAL = r"…(?:(?:,| and|, and)? ?…)+"
_STEPS = tuple(re.compile(step, re.IGNORECASE) for step in (_DTYPE, _VALUE, _PLACE, _SEVERAL))
_QUOTES, _LISTS = re.compile(_QUOTED), re.compile(_LIST)


def similar(text: str, names: Iterable[str] = ()) -> str:
    """Return the text without its numbers, data types, quoted names, lists, and the `names` of its datasets.

    Texts that become the same here are told as one. Only what a text begins with is looked at.
    """
    shown = text[:LOOKED_AT]
    for name in sorted(filter(None, names), key=lambda name: (-len(name), name)):
        shown = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", SOMETHING, shown)
    shown = _QUOTES.sub(_quoted, shown)
    while (less := _LISTS.sub(SOMETHING, shown)) != shown:  # from the inside out
        shown = less
    for step in _STEPS:
        shown = step.sub(SOMETHING, shown)
    return shown


def _quoted(found: re.Match[str]) -> str:
    """Return what stands for a quoted name; an operation's stays, as in `no answer to 'read'`."""
    return found[0] if found[0][1:-1] in OPERATIONS else SOMETHING
