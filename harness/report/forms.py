"""Tools that read another form than OME-Zarr stand in a report as references, and it says so."""

from collections.abc import Iterable

from harness.report.words import listed, tool_label
from harness.results.model import ToolUsed
from harness.scenario.form import OME_ZARR, TITLES


def form_sentences(tools: Iterable[ToolUsed]) -> tuple[str, ...]:
    """Return which tools read the same pixels from another form; nothing where all read OME-Zarr."""
    others = [f"{tool_label(one.tool)} reads {TITLES[one.form]}" for one in tools if one.form != OME_ZARR]
    return (f"For reference, the same pixels in another form: {listed(others)}.",) if others else ()
