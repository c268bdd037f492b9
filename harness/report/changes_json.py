"""Changes as JSON, for programs: every change, whatever the other formats leave out."""

from dataclasses import asdict
from typing import Any

from harness.performance.changes import Beside, Comparison
from harness.results.model import ToolId

FORMAT = 1


def changes_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as plain JSON; bytes and ns as numbers, tools as `name@version+configuration`.

    A range is the least and the most of all passes.
    """
    return {
        "format": FORMAT,
        "compared": comparison.compared,
        "alike": comparison.alike,
        "worse": len(comparison.of("worse")),
        "better": len(comparison.of("better")),
        "changes": [
            asdict(change)
            | {"tool_before": _name(change.tool_before), "tool_after": _name(change.tool_after)}
            for change in comparison.changes
        ],
        "beside": [_beside(one) for one in comparison.beside],
        "apart": [{"case": one.case, "tool": _name(one.tool), "why": one.why} for one in comparison.apart],
        "notes": list(comparison.notes),
    }


def _beside(one: Beside) -> dict[str, Any]:
    return {
        "case": one.case,
        "tool_before": _name(one.tool_before),
        "tool_after": _name(one.tool_after),
        "what": one.what,
        "unit": "bytes" if one.what == "peak memory" else "ns",
        "before": one.before.model_dump(mode="json"),
        "after": one.after.model_dump(mode="json"),
        "ratio": one.ratio,
        "judged": False,  # informs only; not paired
    }


def _name(tool: ToolId | None) -> str | None:
    return str(tool) if tool else None
