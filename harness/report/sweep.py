"""Draws the times of one case over added latency: an SVG, pure, without script or font.

One colour for each tool, whose name stands at the end of its line. Dots are medians over processes, lines are
the cost model's. Colours come from the page's style sheet by class (`tool-0` ... `tool-7`).
"""

from xml.etree.ElementTree import Element, SubElement, tostring

from harness.performance.cost_model import Observation, predict
from harness.report.escape import one_line, shortened
from harness.report.plot import COLOURS, coordinate
from harness.report.ticks import even_tick_text, even_ticks
from harness.report.units import duration
from harness.report.wire_model import CostCase, CostLine
from harness.scenario.network import DIRECT

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 560, 260, 58, 166, 10, 40
_STEP = "operation cold"
_APART = 14  # heights between two names
_LABEL = 24  # characters of a name
_POINTS = 40  # of a line


def sweep(case: CostCase) -> str:
    """Return the SVG element, with the medians as its text alternative; empty without two latencies."""
    lines = [line for line in case.lines if line.step == _STEP and _shown(line)]
    latencies = {one.rtt_ms for line in lines for one in _shown(line)}
    if len(latencies) < 2:
        return ""
    far, slow = max(latencies), max(one.seconds for line in lines for one in _shown(line)) * 1e3
    svg = Element(
        "svg",
        {
            "class": "sweep",
            "viewBox": f"0 0 {_WIDTH} {_HEIGHT}",
            "role": "img",
            "aria-label": _said(case, lines),
        },
    )
    scale = (far, slow * 1.06)
    _axes(svg, scale)
    for line in lines:
        _draw(svg, line, scale)
    _names(svg, lines, scale)
    return tostring(svg, encoding="unicode")


def _shown(line: CostLine) -> list[Observation]:
    """Return what was measured on links without a limit to bandwidth, by latency."""
    fair = [one for one in line.observations if one.network != DIRECT and one.mbit_per_s is None]
    return sorted(fair, key=lambda one: one.rtt_ms)


def _x(rtt_ms: float, scale: tuple[float, float]) -> float:
    return _LEFT + rtt_ms / scale[0] * (_WIDTH - _LEFT - _RIGHT)


def _y(ms: float, scale: tuple[float, float]) -> float:
    return _HEIGHT - _BOTTOM - min(ms / scale[1], 1.0) * (_HEIGHT - _TOP - _BOTTOM)


def _axes(svg: Element, scale: tuple[float, float]) -> None:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    for value in even_ticks(scale[1], 5):
        y = coordinate(_y(value, scale))
        SubElement(svg, "line", {"class": "grid", "x1": str(_LEFT), "x2": str(right), "y1": y, "y2": y})
        text = {"class": "value", "x": str(_LEFT - 8), "y": coordinate(_y(value, scale) + 4)}
        SubElement(svg, "text", text).text = even_tick_text(value)
    for value in even_ticks(scale[0], 7):
        x = coordinate(_x(value, scale))
        SubElement(svg, "text", {"x": x, "y": str(bottom + 15)}).text = even_tick_text(value)
    middle = coordinate((_LEFT + right) / 2)
    SubElement(svg, "text", {"x": middle, "y": str(bottom + 32)}).text = "added round trip in ms"
    across = coordinate((_TOP + bottom) / 2)
    axis = {"x": "14", "y": across, "transform": f"rotate(-90 14 {across})"}
    SubElement(svg, "text", axis).text = "time in ms"


def _draw(svg: Element, line: CostLine, scale: tuple[float, float]) -> None:
    group = SubElement(svg, "g", {"class": f"tool-{line.tool.number % COLOURS}"})
    if line.model:
        rtts = [scale[0] * place / _POINTS for place in range(_POINTS + 1)]
        places = [(_x(rtt, scale), _y(predict(line.model, rtt).seconds * 1e3, scale)) for rtt in rtts]
        path = "M" + "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in places)
        SubElement(group, "path", {"class": "model", "d": path})
    for one in _shown(line):
        dot = {"cx": coordinate(_x(one.rtt_ms, scale)), "cy": coordinate(_y(one.seconds * 1e3, scale))}
        mark = SubElement(group, "circle", {**dot, "r": "3.2"})
        said = f"{one_line(line.tool.label)}, {one_line(one.network)}: {duration(one.seconds * 1e3)}"
        SubElement(mark, "title").text = said


def _names(svg: Element, lines: list[CostLine], scale: tuple[float, float]) -> None:
    """Write each tool's name at the end of its line; names that would meet are moved apart."""
    ends = sorted(
        ((_y(_shown(line)[-1].seconds * 1e3, scale), line) for line in lines), key=lambda end: end[0]
    )
    for (y, line), height in zip(ends, _moved_apart([y for y, _ in ends]), strict=True):
        group = SubElement(svg, "g", {"class": f"tool-{line.tool.number % COLOURS}"})
        begin = coordinate(_x(_shown(line)[-1].rtt_ms, scale) + 4)
        leader = {"x1": begin, "x2": str(_WIDTH - _RIGHT + 10), "y1": coordinate(y), "y2": coordinate(height)}
        SubElement(group, "line", {"class": "range", **leader})
        place = {"class": "name", "x": str(_WIDTH - _RIGHT + 13), "y": coordinate(height + 4)}
        SubElement(group, "text", place).text = shortened(line.tool.label, _LABEL)


def _moved_apart(heights: list[float]) -> list[float]:
    """Return ascending heights at which texts do not meet, as near to these as simple rules get."""
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, moved[-1] + _APART) if moved else max(height, float(_TOP)))
    limit = float(_HEIGHT - _BOTTOM)
    for place in reversed(range(len(moved))):
        moved[place] = min(moved[place], limit)
        limit = moved[place] - _APART
    return moved


def _said(case: CostCase, lines: list[CostLine]) -> str:
    medians = [
        f"{one_line(line.tool.label)}, {one.rtt_ms:g} ms: {duration(one.seconds * 1e3)}"
        for line in lines
        for one in _shown(line)
    ]
    return f"Times of {one_line('/'.join(case.key.swept))} over added latency. {'; '.join(medians)}."
