"""Draws the requests of one trial as bars over time: an SVG, pure, without script or font.

One row for each request, in the order in which they began. Colours come from the page's style sheet by class
(`kind-chunk` ...); what failed is hollow and has its status beside it, so that colour is never needed.
"""

from xml.etree.ElementTree import Element, SubElement, tostring

from harness.report.escape import one_line, shortened
from harness.report.plot import coordinate
from harness.report.ticks import even_tick_text, even_ticks
from harness.report.units import byte_text, three_digits
from harness.report.wire_model import Waterfall
from harness.report.words import KIND_WORDS, plural
from harness.results.wire import WireRequest

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW, _AXIS = 560, 176, 34, 18, 11, 36
_BAR, _THINNEST = 7, 1.5
_TICKS = 7
_LABEL = 31  # characters of a row's label
_LONGEST_KEY = 200  # characters of a key in a row's title
_FAILED = 400


def waterfall(fall: Waterfall) -> str:
    """Return the SVG element, with a text alternative; empty without requests."""
    if not fall.requests:
        return ""
    bottom = _TOP + _ROW * len(fall.requests)
    svg = Element(
        "svg",
        {
            "class": "waterfall",
            "viewBox": f"0 0 {_WIDTH} {bottom + _AXIS}",
            "role": "img",
            "aria-label": _said(fall),
        },
    )
    first = fall.requests[0].begin_ms
    end = max(max(request.end_ms for request in fall.requests) - first, 0.001)
    _axis(svg, end, bottom)
    _operation(svg, fall, (first, end), bottom)
    for place, request in enumerate(fall.requests):
        _row(svg, request, (first, end), _TOP + _ROW * (place + 0.5))
    return tostring(svg, encoding="unicode")


def request_text(request: WireRequest) -> str:
    """Return a request in one line, as a row's title says it."""
    part = "" if request.start is None else f" [{request.start:,} to {request.stop or 0:,}]"
    status = "cut off" if request.status == 0 else str(request.status)
    sent = f", {byte_text(request.sent)} sent" if request.sent else ""
    fault = f", fault: {shortened(request.fault, 60)}" if request.fault else ""
    took = three_digits(max(0.0, request.end_ms - request.begin_ms))
    return (
        f"{one_line(request.method)} {shortened(request.key, _LONGEST_KEY)}{part}: {status}, "
        f"{KIND_WORDS[request.kind]}, {byte_text(request.received)} received{sent}, {took} ms, "
        f"connection {request.connection}, {request.in_flight} in flight{fault}"
    )


def _x(moment: float, end: float) -> float:
    share = min(max(moment / end, 0.0), 1.0)
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _axis(svg: Element, end: float, bottom: float) -> None:
    for value in even_ticks(end, _TICKS):
        x = coordinate(_x(value, end))
        SubElement(
            svg, "line", {"class": "grid", "x1": x, "x2": x, "y1": str(_TOP), "y2": coordinate(bottom)}
        )
        label = SubElement(svg, "text", {"class": "tick", "x": x, "y": coordinate(bottom + 13)})
        label.text = even_tick_text(value)
    middle = coordinate((_LEFT + _WIDTH - _RIGHT) / 2)
    SubElement(svg, "text", {"class": "axis", "x": middle, "y": coordinate(bottom + 29)}).text = "time in ms"


def _operation(svg: Element, fall: Waterfall, span: tuple[float, float], bottom: float) -> None:
    """Draw where the operation itself begins, unless there was nothing before it."""
    first, end = span
    begins = [request.begin_ms - first for request in fall.requests if request.step == "operation"]
    if not begins or len(begins) == len(fall.requests):
        return
    x = _x(min(begins), end)
    ends = {"x1": coordinate(x), "x2": coordinate(x), "y1": "4", "y2": coordinate(bottom)}
    SubElement(svg, "line", {"class": "begins", **ends})
    leftward = x > (_LEFT + _WIDTH) / 2
    place = {"x": coordinate(x + (-4 if leftward else 4)), "y": "12"}
    word = SubElement(svg, "text", {"class": "begins-word before" if leftward else "begins-word", **place})
    word.text = "operation"


def _row(svg: Element, request: WireRequest, span: tuple[float, float], y: float) -> None:
    """Draw one request around height y: its name, its bar, and its status where it failed."""
    first, end = span
    left = _x(request.begin_ms - first, end)
    width = max(_THINNEST, _x(request.end_ms - first, end) - left)
    mark = _mark(request)
    group = SubElement(svg, "g", {"class": f"kind-{request.kind}{' bad' if mark else ''}"})
    SubElement(group, "title").text = request_text(request)
    name = SubElement(group, "text", {"class": "name", "x": str(_LEFT - 8), "y": coordinate(y + 3)})
    name.text = _label(request)
    bar = {"x": coordinate(left), "y": coordinate(y - _BAR / 2), "width": coordinate(width)}
    SubElement(group, "rect", {**bar, "height": str(_BAR)})
    if mark:
        word = SubElement(
            group, "text", {"class": "mark", "x": coordinate(left + width + 3), "y": coordinate(y + 3)}
        )
        word.text = mark


def _mark(request: WireRequest) -> str:
    """Return what stands beside a request that failed or that a fault befell, or nothing."""
    status = "cut" if request.status == 0 else str(request.status)
    failed = request.status == 0 or request.status >= _FAILED
    return " ".join(filter(None, (status if failed else "", "fault" if request.fault else "")))


def _label(request: WireRequest) -> str:
    """Return method and key; of a long key its end, which tells keys apart."""
    method, key = shortened(request.method, 8), one_line(request.key) or "/"
    room = _LABEL - len(method) - 1
    return f"{method} {key if len(key) <= room else '…' + key[1 - room :]}"


def _said(fall: Waterfall) -> str:
    count = len(fall.requests) + fall.left_out
    peak = max(request.in_flight for request in fall.requests)
    failed = sum(bool(_mark(request)) for request in fall.requests)
    return (
        f"Requests of {one_line(fall.tool.label)} in {one_line(fall.key.case)}: {plural(count, 'request')}, "
        f"{peak} at once at most, {failed} failed."
    )
