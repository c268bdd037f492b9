"""Draws the measurements of one timed case as dots on a log axis: a small SVG, pure, without script or font.

One lane and one colour for each tool; cold and warm differ in shape and height: colour is never needed.
Colours come from the page's style sheet by class (`tool-0` ... `tool-7`).
"""

import math
from xml.etree.ElementTree import Element, SubElement, tostring

from harness.report.escape import one_line, shortened
from harness.report.model import Dots, TimedCase
from harness.report.nouns import ToolLine
from harness.report.units import three_digits, with_unit
from harness.report.words import STEP_WORDS, STEPS, WORDS

COLOURS = 8  # after these they begin again; each lane has its name
_WIDTH, _LEFT, _RIGHT, _TOP, _LANE, _AXIS = 560, 172, 18, 6, 36, 40
_OFFSETS = dict(zip(STEPS, (-9, 0, 9), strict=True))
_NARROWEST = 4.0  # the axis spans at least this factor, so that small differences look small
_SMALLEST = 1.0  # ns; a log axis has no zero


def strip_plot(case: TimedCase, tools: tuple[ToolLine, ...]) -> str:
    """Return the SVG element, with the medians as its text alternative; empty without measurements.

    A tool whose answer was not right has its lane, and its outcome in it.
    """
    if not case.dots:
        return ""
    tools = tuple(tool for tool in tools if case.outcomes[tool.number])
    low, high = _limits([value for dots in case.dots for value in dots.values])
    bottom = _TOP + _LANE * len(tools)
    svg = Element(
        "svg",
        {
            "class": "strip",
            "viewBox": f"0 0 {_WIDTH} {bottom + _AXIS}",
            "role": "img",
            "aria-label": _said(case),
        },
    )
    _axis(svg, low, high, bottom)
    for lane, tool in enumerate(tools):
        _lane(svg, case, tool, (low, high), _TOP + _LANE * (lane + 0.5))
    return tostring(svg, encoding="unicode")


def ticks(low: float, high: float) -> list[float]:
    """Return round values (1, 2, 5 times powers of ten, in ms) from low to high, no more than about eight."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    powers = range(first, last + 1)
    fine = [value for power in powers for step in (1, 2, 5) if low <= (value := step * 10.0**power) <= high]
    if len(fine) <= 8:
        return fine
    coarse = [value for power in powers if low <= (value := 10.0**power) <= high]
    return coarse[:: math.ceil(len(coarse) / 8)]


def _limits(values: list[float]) -> tuple[float, float]:
    """Return the ends of the axis in ms."""
    low, high = max(min(values), _SMALLEST) / 1e6, max(*values, _SMALLEST) / 1e6
    widen = max(1.12, math.sqrt(_NARROWEST / (high / low)))
    return low / widen, high * widen


def _x(value: float, limits: tuple[float, float]) -> str:
    low, high = limits
    share = math.log(max(value, _SMALLEST) / 1e6 / low) / math.log(high / low)
    return coordinate(_LEFT + share * (_WIDTH - _LEFT - _RIGHT))


def _axis(svg: Element, low: float, high: float, bottom: float) -> None:
    for value in ticks(low, high):
        x = _x(value * 1e6, (low, high))
        SubElement(
            svg, "line", {"class": "grid", "x1": x, "x2": x, "y1": str(_TOP), "y2": coordinate(bottom)}
        )
        label = SubElement(svg, "text", {"class": "tick", "x": x, "y": coordinate(bottom + 14)})
        label.text = _tick_text(value)
    title = {"class": "axis", "x": coordinate((_LEFT + _WIDTH - _RIGHT) / 2), "y": coordinate(bottom + 31)}
    SubElement(svg, "text", title).text = "time in ms, log scale"


def _tick_text(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else three_digits(value).rstrip("0").rstrip(".")


def _lane(svg: Element, case: TimedCase, tool: ToolLine, limits: tuple[float, float], y: float) -> None:
    """Draw one tool's lane around height y: its name, then its dots, or else its outcome."""
    group = SubElement(svg, "g", {"class": f"tool-{tool.number % COLOURS}"})
    end = coordinate(y + _LANE / 2)
    ends = {"x1": str(_LEFT), "x2": str(_WIDTH - _RIGHT), "y1": end, "y2": end}
    SubElement(group, "line", {"class": "lane", **ends})
    baseline = coordinate(y + 4)
    name = SubElement(group, "text", {"class": "name", "x": str(_LEFT - 12), "y": baseline})
    name.text = shortened(tool.label, 26)
    outcome = case.outcomes[tool.number]
    if outcome and outcome != "passed":
        word = SubElement(group, "text", {"class": "outcome-word", "x": str(_LEFT + 8), "y": baseline})
        word.text = WORDS[outcome]
    _draw(group, [dots for dots in case.dots if dots.tool == tool], limits, y)


def _draw(group: Element, several: list[Dots], limits: tuple[float, float], y: float) -> None:
    for dots in several:
        height = y + _OFFSETS[dots.step]
        for value in dots.values:
            group.append(_mark(dots, float(_x(value, limits)), height))
        x = _x(dots.median, limits)
        median = {"x1": x, "x2": x, "y1": coordinate(height - 6), "y2": coordinate(height + 6)}
        SubElement(group, "line", {"class": "median", **median})


def _mark(dots: Dots, x: float, y: float) -> Element:
    """Return a hollow diamond (open, cold), a hollow circle (operation, cold) or a disc (operation, warm)."""
    if dots.step == "open cold":
        points = [(x, y - 4), (x + 4, y), (x, y + 4), (x - 4, y)]
        path = "M" + "L".join(f"{coordinate(a)} {coordinate(b)}" for a, b in points) + "Z"
        return Element("path", {"class": "cold", "d": path})
    kind = "cold" if dots.step == "operation cold" else "warm"
    return Element("circle", {"class": kind, "cx": coordinate(x), "cy": coordinate(y), "r": "3.2"})


def _said(case: TimedCase) -> str:
    medians = [
        f"{one_line(dots.tool.label)}, {STEP_WORDS[dots.step]}: median {with_unit(dots.median, 'ns')}"
        for dots in case.dots
    ]
    return f"Times of {one_line(case.key.case)}. {'; '.join(medians)}."


def coordinate(value: float) -> str:
    """Return a place in a drawing, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
