"""The words and symbols of a report, one meaning each, and the order in which things are listed."""

import re
from collections.abc import Sequence
from typing import Literal, get_args

from harness.results.model import Outcome, ToolId
from harness.results.wire import KeyKind
from harness.scenario.fault import FaultClass, Left

# Each outcome has a symbol and a word, so that none is told by colour alone.
SYMBOLS: dict[Outcome, str] = {
    "passed": "✓",
    "failed": "✗",
    "errored": "!",
    "unsupported": "\N{EN DASH}",
    "known_issue": "≈",
    "timeout": "…",
    "crashed": "†",
    "not_built": "∅",
    "infrastructure": "?",
}
WORDS: dict[Outcome, str] = {
    "passed": "passed",
    "failed": "failed",
    "errored": "errored",
    "unsupported": "unsupported",
    "known_issue": "known issue",
    "timeout": "timeout",
    "crashed": "crashed",
    "not_built": "not built",
    "infrastructure": "infrastructure",
}
MEANINGS: dict[Outcome, str] = {
    "passed": "the answer is right",
    "failed": "a wrong answer",
    "errored": "the tool raised an error",
    "unsupported": "the tool does not claim to do this",
    "known_issue": "wrong in the way that a linked thread describes",
    "timeout": "no answer in time; its processes were ended",
    "crashed": "the process ended by itself, or took too much memory",
    "not_built": "the tool's environment could not be built",
    "infrastructure": "our store or host failed, not the tool",
}
# How they read after a number: "14 unsupported", "2 timed out".
COUNTED: dict[Outcome, str] = {
    **WORDS,
    "timeout": "timed out",
    "known_issue": "with a known issue",
    "infrastructure": "lost to our infrastructure",
}
PROBLEMATIC: tuple[Outcome, ...] = ("failed", "errored", "crashed", "timeout", "known_issue")

TimedStep = Literal["open cold", "operation cold", "operation warm", "slowest warm"]
STEPS: tuple[TimedStep, ...] = ("open cold", "operation cold", "operation warm")
STEP_WORDS: dict[TimedStep, str] = {
    "open cold": "open, cold",
    "operation cold": "operation, cold",
    "operation warm": "operation, warm",
    "slowest warm": "slowest step, warm",
}
SLOWEST: TimedStep = "slowest warm"  # of a walk: what somebody feels who scrolls. A row of its own, no more

KIND_WORDS: dict[KeyKind, str] = {
    "metadata": "metadata",
    "chunk": "chunk",
    "shard": "shard",
    "shard_index": "shard index",
    "listing": "listing",
    "other": "other",
}
# Each class has a symbol and a word, so that none is told by colour alone.
FAULT_CLASSES: tuple[FaultClass, ...] = get_args(FaultClass)
FAULT_SYMBOLS: dict[FaultClass, str] = {
    "right": "✓",
    "raised": "!",
    "fill": "□",
    "wrong": "✗",
    "stuck": "…",
    "crashed": "†",
}
FAULT_MEANINGS: dict[FaultClass, str] = {
    "right": "the true answer came back: the tool recovered, or nothing was lost",
    "raised": "the tool said that it failed",
    "fill": "fill value in place of data, and not a word",
    "wrong": "other data, and not a word",
    "stuck": "still going at the deadline",
    "crashed": "its process ended by itself",
}
# How they read in a sentence: "raised in 31, recovered in 6".
FAULT_VERBS: dict[FaultClass, str] = {
    "right": "recovered",
    "raised": "raised",
    "fill": "silently returned fill value",
    "wrong": "was silently wrong",
    "stuck": "was stuck",
    "crashed": "crashed",
}
LEFT_MEANINGS: dict[Left, str] = {
    "nothing": "no image",
    "old": "the image that was there before, whole",
    "new": "the image that was asked for, whole",
    "half": "anything else",
}
_STORES = {"file": 0, "http": 1, "s3": 2}


def tool_label(tool: ToolId) -> str:
    """Return the tool as sentences name it, e.g. `zarr-python 2.18.7` or `tensorstore 0.1.86 (tuned)`."""
    base = f"{tool.name} {tool.version}".rstrip()
    return base if tool.configuration == "default" else f"{base} ({tool.configuration})"


def tool_order(tool: ToolId) -> tuple[str, list[tuple[int, int, str]], bool, str]:
    """Sort key: by name, then version with its numbers as numbers, then the default configuration first."""
    parts = re.findall(r"([0-9]+)|([^0-9.]+)", tool.version)
    version = [(1, int(digits), "") if digits else (0, 0, word) for digits, word in parts]
    return (tool.name, version, tool.configuration != "default", tool.configuration)


def store_order(store: str) -> tuple[int, str]:
    """Sort key: file, http, s3, then any other by name."""
    return (_STORES.get(store, len(_STORES)), store)


def listed(parts: list[str]) -> str:
    """Return `a`, `a and b`, or `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def plural(count: int, word: str) -> str:
    """Return the count with its word, e.g. `1 case` or `2 cases`."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def several(names: Sequence[str], shown: int) -> str:
    """Return the names, e.g. `a, b and 7 more`."""
    more = len(names) - shown
    return f"{', '.join(names[:shown])} and {more:,} more" if more > 0 else ", ".join(names)
