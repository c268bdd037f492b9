"""What came of carrying out one trial, before anyone asks whether it was expected. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.conformance.verdict import Verdict
from harness.results.model import Outcome, Problem
from harness.results.wire import FaultSeen, WireSeen
from harness.tools.protocol import Answer
from harness.tools.session import SessionEndedError


@dataclass(frozen=True)
class Finding:
    """An outcome, and what there is to say about it."""

    outcome: Outcome
    explanation: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: Problem | None = None
    url: str | None = None
    stderr: str = ""
    refused: bool = False  # passed, because an error was a right answer
    documented: bool = False  # an `unsupported` for which there is a link
    fault: FaultSeen | None = None
    wire: WireSeen | None = None


def without_places(finding: Finding, places: Mapping[str, str]) -> Finding:
    """Return the finding with other words for folders of this machine, in whatever a tool said of them."""

    def told(text: str) -> str:
        for folder, word in places.items():
            text = text.replace(folder, word)
        return text

    def told_within(value: Any) -> Any:  # noqa: ANN401 -- any JSON
        if isinstance(value, dict):
            return {key: told_within(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [told_within(inner) for inner in value]
        return told(value) if isinstance(value, str) else value

    problem = finding.problem
    return replace(
        finding,
        explanation=told(finding.explanation),
        evidence=told_within(finding.evidence),
        notes=tuple(map(told, finding.notes)),
        warnings=tuple(map(told, finding.warnings)),
        problem=problem and problem.model_copy(update={"message": told(problem.message)}),
        stderr=told(finding.stderr),
    )


def from_verdict(verdict: Verdict, warnings: tuple[str, ...]) -> Finding:
    """Return what a verdict on an answer means."""
    return Finding(
        outcome="passed" if verdict.right else "failed",
        explanation=verdict.explanation,
        evidence=dict(verdict.evidence),
        notes=verdict.notes,
        warnings=warnings,
    )


def from_refusal(answer: Answer, step: str, stderr: str) -> Finding | None:
    """Return what it means that a worker answered with an error or `unsupported`; None if it did neither."""
    if answer.unsupported is not None:
        return Finding(
            "unsupported", f"{step}: {answer.unsupported}", warnings=answer.warnings, stderr=stderr
        )
    if answer.error is not None:
        problem = Problem(type=answer.error.type, message=answer.error.message)
        said = f"{step} raised {problem.type}: {problem.message}"
        return Finding("errored", said, warnings=answer.warnings, problem=problem, stderr=stderr)
    return None


def from_end(ended: SessionEndedError) -> Finding:
    """Return what it means that the session ended."""
    return Finding(ended.outcome, str(ended), problem=ended.problem, stderr=ended.stderr)
