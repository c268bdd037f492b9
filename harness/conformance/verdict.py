"""What a judge says: right or wrong, why in one sentence, and the evidence, which is always plain JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

SHOWN = 4  # differences spelled out in a sentence; the evidence holds all


@dataclass(frozen=True)
class Verdict:
    """The judgement of one answer. A wrong one has a stable `evidence["kind"]`."""

    right: bool
    explanation: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One fact that is not as it should be. `kind` is stable, `field` says which, e.g. `level 1 scale`."""

    kind: str
    field: str
    expected: Any
    got: Any
    sentence: str


def wrong(kind: str, sentence: str, **evidence: Any) -> Verdict:  # noqa: ANN401 -- any JSON
    """Return the verdict on a wrong answer."""
    return Verdict(right=False, explanation=sentence, evidence={"kind": kind, **evidence})


def from_differences(head: str, differences: Sequence[Difference], notes: tuple[str, ...] = ()) -> Verdict:
    """Return `right` without differences; else a sentence with the first few, and all as evidence."""
    if not differences:
        return Verdict(right=True, notes=notes)
    sentences = [difference.sentence for difference in differences[:SHOWN]]
    if len(differences) > SHOWN:
        sentences.append(f"and {len(differences) - SHOWN} more")
    return Verdict(
        right=False,
        explanation=f"{head}: {'; '.join(sentences)}",
        evidence={
            "kind": differences[0].kind,
            "kinds": sorted({difference.kind for difference in differences}),
            "differences": [
                {"field": one.field, "kind": one.kind, "expected": one.expected, "got": one.got}
                for one in differences
            ],
        },
        notes=notes,
    )
