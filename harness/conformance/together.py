"""Judges what several processes wrote into one array at once: is any region lost, or torn? Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from harness.conformance.mismatch import same
from harness.conformance.verdict import SHOWN, Verdict
from harness.scenario.region import Region, index

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Part:
    """A region that one of the writers wrote."""

    writer: int  # from 1
    region: Region


@dataclass(frozen=True)
class Damage:
    """A region that is not as it was written: `lost` is all fill value, `torn` is partly right."""

    round: int  # from 1
    kind: Literal["lost", "torn", "wrong"]
    part: Part


def damages(number: int, truth: Array, got: Array, parts: Sequence[Part], fill: Any) -> list[Damage]:  # noqa: ANN401 -- of the dtype
    """Return what is not as it was written in a round. `truth` and `got` are the whole level."""
    found: list[Damage] = []
    for part in parts:
        wanted, there = truth[index(part.region)], got[index(part.region)]
        right = same(wanted, there)
        if bool(right.all()):
            continue
        if bool((there == fill).all()):
            found.append(Damage(number, "lost", part))
        else:
            found.append(Damage(number, "torn" if bool(right.any()) else "wrong", part))
    return found


def judge_together(
    axes: Sequence[str], found: Sequence[Damage], unreadable: dict[int, str], rounds: int, regions: int
) -> Verdict:
    """Return the verdict on all rounds. `unreadable`: by round, why our decoder could not read the array."""
    if not found and not unreadable:
        return Verdict(right=True)
    said = []
    for kind, what in (
        ("lost", "came back empty (fill value)"),
        ("torn", "came back with a part missing"),
        ("wrong", "came back with other data"),
    ):
        these = [damage for damage in found if damage.kind == kind]
        if these:
            most = max(sum(one.round == number for one in these) for number in range(1, rounds + 1))
            said.append(f"up to {most} of {regions} regions {what}")
    said += [f"round {number} cannot be read: {why}" for number, why in list(unreadable.items())[:1]]
    hit = {damage.round for damage in found} | set(unreadable)
    named = [f"{_place(axes, one.part.region)} of writer {one.part.writer}" for one in found[:SHOWN]]
    examples = f", for instance {'; '.join(named)}" if named else ""
    return Verdict(
        right=False,
        explanation=f"data were lost in {len(hit)} of {rounds} rounds, and no writer said so: "
        f"{', '.join(said)}{examples}",
        evidence={
            "kind": "lost",
            "rounds": rounds,
            "rounds_with_loss": sorted(hit),
            "damages": [
                {
                    "round": one.round,
                    "kind": one.kind,
                    "writer": one.part.writer,
                    "region": _place(axes, one.part.region),
                }
                for one in found[:100]
            ],
        },
    )


def _place(axes: Sequence[str], region: Region) -> str:
    parts = zip(axes, region, strict=True)
    return ", ".join(f"{axis}={part[0]}:{part[1]}" for axis, part in parts if isinstance(part, tuple))
