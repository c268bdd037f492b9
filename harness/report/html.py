"""The report as one HTML page that needs no script, no other file and no network."""

from collections.abc import Iterable
from itertools import groupby

import jinja2
from markupsafe import Markup

from harness.report.escape import one_line, plain, shortened
from harness.report.model import Report, TimedCase, ToolLine
from harness.report.plot import COLOURS, strip_plot
from harness.report.sentences import outcome_phrases
from harness.report.units import basis, middle, spread, with_unit
from harness.report.words import MEANINGS, STEP_WORDS, SYMBOLS, WORDS

SHOWN, LONGEST = 400, 4000  # characters of a piece of evidence, and of an explanation in full


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
        basis=basis, dict=dict, groupby_in_order=_grouped, in_unit=with_unit, middle=middle,
        one_line=one_line, phrases=outcome_phrases, short=lambda text: shortened(text, SHOWN), spread=spread,
        long=lambda text: shortened(text, LONGEST),
    )  # fmt: skip
    environment.globals.update(
        SYMBOLS=SYMBOLS, WORDS=WORDS, MEANINGS=MEANINGS, STEP_WORDS=STEP_WORDS, COLOURS=COLOURS, plot=_plot
    )
    return environment.get_template("report.html.j2").render(report=report) + "\n"


def _visible(value: object) -> object:
    """Strip whatever a template prints, but for the markup that we made ourselves."""
    return value if isinstance(value, Markup) else plain(str(value))


def _grouped(cases: Iterable[TimedCase], part: str) -> list[tuple[str, list[TimedCase]]]:
    """Group neighbours by a part of their key; unlike the built-in filter it does not sort."""
    return [
        (name, list(same)) for name, same in groupby(cases, key=lambda case: str(getattr(case.key, part)))
    ]


def _plot(case: TimedCase, tools: tuple[ToolLine, ...]) -> Markup:
    """Return the plot as markup; its XML writer has escaped the texts in it."""
    return Markup(strip_plot(case, tools))  # noqa: S704
