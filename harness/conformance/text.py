"""Explains wrong texts: cut off, padded, or decoded as something else than UTF-8."""

from harness.conformance.kinds import TEXT
from harness.conformance.mismatch import Mismatch, shown
from harness.conformance.verdict import Verdict, wrong


def explain_text(mismatch: Mismatch) -> Verdict | None:
    """Recognise what befell all texts that differ."""
    truth, got = mismatch.truth[mismatch.differs], mismatch.got[mismatch.differs]
    if truth.dtype.kind not in TEXT:
        return None
    texts = [(str(true), str(given)) for true, given in zip(truth, got, strict=True)]
    longest = max(len(given) for _, given in texts)
    if longest and all(given == true[:longest] for true, given in texts):
        what = f"cut after {longest} characters"
    elif all(given.rstrip("\0") == true for true, given in texts):
        what = "padded with NUL"
    elif all(given == true.encode().decode("latin-1") for true, given in texts):
        what = "decoded as Latin-1 instead of UTF-8"
    else:
        return None
    example = f"{shown(got)} instead of {shown(truth)}"
    return wrong("text", f"{mismatch.share} are {what}: {example}", pixels=mismatch.count)
