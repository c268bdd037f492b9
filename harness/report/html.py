"""The report as one HTML page that needs no script, no other file and no network."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import jinja2
from markupsafe import Markup

from harness.report.escape import one_line, plain, shortened
from harness.report.model import Report, TimedCase
from harness.report.nouns import ToolLine
from harness.report.plot import COLOURS, strip_plot
from harness.report.sentences import outcome_phrases
from harness.report.sweep import sweep
from harness.report.units import basis, byte_text, duration, middle, percent, spread, three_digits, with_unit
from harness.report.verdicts import HOW, WORD_SYMBOLS
from harness.report.waterfall import waterfall
from harness.report.wire_figures import (
    FIGURE_STEPS,
    bytes_span,
    kinds_text,
    span_text,
    times_text,
    trips_text,
)
from harness.report.wire_model import CostCase, Waterfall
from harness.report.words import (
    FAULT_MEANINGS,
    FAULT_SYMBOLS,
    KIND_WORDS,
    LEFT_MEANINGS,
    MEANINGS,
    STEP_WORDS,
    SYMBOLS,
    WORDS,
)

SHOWN, LONGEST = 400, 4000  # characters of a piece of evidence, and of an explanation in full
STDERR, LEAST_STDERR, ALL_STDERR = 4000, 500, 600_000  # characters of its end, and of all of them
SHOWN_CASES, MOST_NAMES = 24, 200  # of one problem, and of any list


def render_html(report: Report) -> str:
    """Return the page. Every text is escaped, and stripped of what cannot be seen, where it is printed."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("harness.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        basis=basis, bytes=byte_text, bytes_span=bytes_span, dict=dict, duration=duration,
        groupby_in_order=_grouped, in_unit=with_unit, kinds=kinds_text, middle=middle, one_line=one_line,
        percent=percent, phrases=outcome_phrases, short=lambda text: shortened(text, SHOWN), span=span_text,
        spread=spread, three_digits=three_digits, times=times_text, trips=trips_text,
        long=lambda text: shortened(text, LONGEST), end=_end, chosen_of=_chosen,
    )  # fmt: skip
    environment.globals.update(
        SYMBOLS=SYMBOLS, WORDS=WORDS, MEANINGS=MEANINGS, STEP_WORDS=STEP_WORDS, COLOURS=COLOURS, plot=_plot,
        FAULT_SYMBOLS=FAULT_SYMBOLS, FAULT_MEANINGS=FAULT_MEANINGS, LEFT_MEANINGS=LEFT_MEANINGS,
        KIND_WORDS=KIND_WORDS, FIGURE_STEPS=FIGURE_STEPS, waterfall=_fall, sweep=_sweep,
        SHOWN_CASES=SHOWN_CASES, MOST_NAMES=MOST_NAMES, HOW=HOW, WORD_SYMBOLS=WORD_SYMBOLS,
    )  # fmt: skip
    return environment.get_template("report.html.j2").render(report=report) + "\n"


def _visible(value: object) -> object:
    """Strip whatever a template prints, but for the markup that we made ourselves."""
    return value if isinstance(value, Markup) else plain(str(value))


def _grouped(cases: Iterable[TimedCase], part: str) -> list[tuple[str, list[TimedCase]]]:
    """Group neighbours by a part of their key; unlike the built-in filter it does not sort."""
    return [
        (name, list(same)) for name, same in groupby(cases, key=lambda case: str(getattr(case.key, part)))
    ]


def _end(text: str, problems: int) -> str:
    """Return the end of a problem's stderr: less where there are many problems."""
    most = max(LEAST_STDERR, min(STDERR, ALL_STDERR // problems))
    return text if len(text) <= most else f"…{text[-most:]}"


def _chosen(numbers: Iterable[int], values: Sequence[object]) -> list[object]:
    """Return the values with these numbers."""
    return [values[number] for number in numbers]


def _plot(case: TimedCase, tools: tuple[ToolLine, ...]) -> Markup:
    """Return the plot as markup; its XML writer has escaped the texts in it."""
    return Markup(strip_plot(case, tools))  # noqa: S704


def _fall(several: Waterfall) -> Markup:
    """Return the waterfall as markup; its XML writer has escaped the texts in it."""
    return Markup(waterfall(several))  # noqa: S704


def _sweep(case: CostCase) -> Markup:
    """Return the plot of times over latency as markup; its XML writer has escaped the texts in it."""
    return Markup(sweep(case))  # noqa: S704
