"""Figures of the wire as texts: one number where all passes agree, else the least and the most."""

from collections.abc import Callable

from harness.performance.round_trips import RoundTrips
from harness.performance.wire import Span, WireSpans
from harness.report.units import between, byte_text, three_digits
from harness.report.wire_model import FigureStep
from harness.report.words import KIND_WORDS

FIGURE_STEPS: dict[FigureStep, str] = {"open": "opening", "operation": "operation", "both": "both"}


def span_text(span: Span) -> str:
    """Return a count, e.g. `16` or `14-16` (with an en dash)."""
    return _text(span, lambda value: f"{value:,.0f}")


def bytes_span(span: Span) -> str:
    """Return a number of bytes, e.g. `2.00 MiB` or `2.00-2.12 MiB` (with an en dash)."""
    low, high = byte_text(span.low), byte_text(span.high)
    unit = high.split()[-1]
    return between(low.removesuffix(f" {unit}") if low != high else low, high)


def times_text(span: Span) -> str:
    """Return how many times as much, e.g. `1.25` or `1.25-1.30` (with an en dash)."""
    return _text(span, three_digits)


def kinds_text(spans: WireSpans) -> str:
    """Return the requests by method and kind, e.g. `16 GET chunk, 1 HEAD metadata`; the most first."""
    ordered = sorted(spans.by_kind, key=lambda kind: -kind[2].high)
    return ", ".join(f"{span_text(span)} {method} {KIND_WORDS[kind]}" for method, kind, span in ordered)


def trips_text(trips: RoundTrips) -> str:
    """Return e.g. `3.02 (2.96-3.10)` (with an en dash), or `overlapped (0.12-0.31)`."""
    interval = f"{trips.low:.2f}\N{EN DASH}{trips.high:.2f}"
    return f"{'overlapped' if trips.overlapped else f'{trips.trips:.2f}'} ({interval})"


def _text(span: Span, shown: Callable[[float], str]) -> str:
    return between(shown(span.low), shown(span.high))
