"""A region as an expression of a programming language, for scripts that read it. Pure."""

from typing import Literal

from harness.scenario.region import Part, Pick, Region

Language = Literal["python", "javascript", "rust"]


def expression(region: Region, language: Language) -> str:
    """Return what stands for the region in a script: what adapters' `repro.*` have at `@SELECTION@`."""
    if language == "python":
        return ", ".join(map(_python, region)) or "..."
    if language == "javascript":
        return f"[{', '.join(map(_javascript, region))}]" if region else "null"
    return f"[{', '.join(map(_rust, region))}]"


def _python(part: Part) -> str:
    if isinstance(part, int):
        return str(part)
    if isinstance(part, Pick):
        return str(list(part.pick))
    start, stop, step = part
    return f"{start}:{stop}" if step == 1 else f"{start}:{stop}:{step}"


def _javascript(part: Part) -> str:
    if isinstance(part, int):
        return str(part)
    if isinstance(part, Pick):
        return str(list(part.pick))
    start, stop, step = part
    return f"zarr.slice({start}, {stop})" if step == 1 else f"zarr.slice({start}, {stop}, {step})"


def _rust(part: Part) -> str:
    if isinstance(part, int):
        return f"{part}..{part + 1}"
    if isinstance(part, Pick):
        return f"vec!{list(part.pick)}"
    start, stop, step = part
    return f"{start}..{stop}" if step == 1 else f"({start}..{stop}).step_by({step})"
