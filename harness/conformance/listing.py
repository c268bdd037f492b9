"""Judges a list of arrays: which are missing, and which are not there at all."""

from collections import Counter
from collections.abc import Iterable

from harness.conformance.verdict import Difference, Verdict, from_differences, wrong


def judge_list(truth_paths: Iterable[str], got_paths: Iterable[str] | None) -> Verdict:
    """Compare paths relative to the image; order and slashes at the ends do not matter."""
    if got_paths is None:
        return wrong("no-answer", "no list of arrays was given")
    truth = sorted({path.strip("/") for path in truth_paths})
    got = Counter(path.strip("/") for path in got_paths)
    differences = [
        Difference("missing", path, expected=True, got=False, sentence=f"array '{path}' is missing")
        for path in truth
        if path not in got
    ]
    differences += [
        Difference(
            "extra", path, expected=False, got=True, sentence=f"array '{path}' was listed but is not there"
        )
        for path in sorted(got)
        if path not in truth
    ]
    differences += [
        Difference(
            "repeated", path, expected=1, got=count, sentence=f"array '{path}' was listed {count} times"
        )
        for path, count in sorted(got.items())
        if count > 1 and path in truth
    ]
    found = sum(path in got for path in truth)
    return from_differences(f"{found} of {len(truth)} arrays were listed", differences)
