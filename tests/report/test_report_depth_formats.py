import csv
import io
import re
from html.parser import HTMLParser

import pytest
from depth_runs import (
    FIXED,
    MODELS,
    exchange_run,
    many_cases,
    nothing,
    reading,
    validators_run,
    verdict,
    written,
)
from report_runs import MINIO, ZARR_3, record, run_of
from rich.console import Console

from harness.report.agreement_csv import exchange_csv, validators_csv
from harness.report.content import build_report
from harness.report.html import render_html
from harness.report.markdown import render_markdown
from harness.report.terminal import terminal_report
from harness.report.write import write_report
from harness.results.model import Problem, ToolId

HOSTILE = "<script>alert(1)</script> \x1b[31m| a\nb [red]x[/red] {{ 7*7 }} \u202e"
VOID = {"meta", "input"}


def hostile_run():
    tool = ToolId(name="<b>tool</b>", version="1|2\n3", configuration="=cmd")
    place = "<i>set<|i>/pla|ne`/=s3"
    said = Problem(type="=cmd|' /C calc'!A0", message=HOSTILE)
    wrong = {"outcome": "failed", "explanation": HOSTILE, "evidence": {"<u>": HOSTILE, "saved": "wrong/0001"}}
    records = [
        written(tool, place, explanation=HOSTILE),
        reading(tool, tool, "pixels", place, **wrong),
        reading(tool, tool, "metadata", place, outcome="errored", problem=said, explanation=HOSTILE),
        nothing(tool, ZARR_3, "pixels", place),
        reading(tool, MODELS, "validity", place, **wrong),
        verdict(tool, "ome-0.4-<u>|r", valid=False, said=True, rule=HOSTILE),
        verdict(MODELS, "ome-0.4-<u>|r", valid=False, said=False),
        verdict(MODELS, "ome-0.5-`<u>", valid=True, said=False),
        record(tool, "quick/<i>fi|xed/pla|ne/file", notes=(FIXED.format(HOSTILE, "<u>"),)),
    ]
    for number in range(70):
        records.append(record(tool, f"many/<i>{number}|/a`b/file"))
        records.append(
            record(tool, f"many/<u>{number}|/a`b/file", "failed", explanation=f"{number} {HOSTILE}")
        )
    return run_of(records, stores=MINIO, scenarios=[("matrix", HOSTILE), ("many", HOSTILE)])


@pytest.fixture(scope="module")
def hostile():
    run = hostile_run()
    return run, build_report(run)


@pytest.fixture(scope="module", params=["hostile", "exchange", "validators", "many"])
def any_report(request, hostile):
    makers = {"exchange": exchange_run, "validators": validators_run, "many": many_cases}
    return hostile[1] if request.param == "hostile" else build_report(makers[request.param]())


class _Page(HTMLParser):
    """Collects tags with attributes and text, and checks that what opens is closed in order."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.open = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def _printed(report):
    console = Console(file=io.StringIO(), width=2000, force_terminal=False)
    console.print(*terminal_report(report), sep="\n")
    return console.file.getvalue()


def test_html_is_closed_in_order_loads_nothing_and_leads_somewhere(any_report):
    page = _Page(render_html(any_report))

    assert page.open == []
    assert not {tag for tag, _ in page.tags} & {"script", "img", "link", "iframe", "object", "form", "u"}
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = {attrs["href"] for tag, attrs in page.tags if tag == "a"}
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]


def test_tables_of_the_page_have_as_many_cells_as_columns(any_report):
    for table in re.findall(r"<table.*?</table>", render_html(any_report), flags=re.DOTALL):
        widths, carried = set(), []
        for row in re.findall(r"<tr.*?</tr>", table, flags=re.DOTALL):
            width, carried = len(carried), [left - 1 for left in carried if left > 1]
            for cell in re.findall(r"<t[hd]\b([^>]*)>", row):
                columns = int((re.search(r'colspan="(\d+)"', cell) or [0, 1])[1])
                width += columns
                rows = int((re.search(r'rowspan="(\d+)"', cell) or [0, 1])[1])
                carried += [rows - 1] if rows > 1 else []
            widths.add(width)
        assert len(widths) == 1, table[:600]


def test_html_shows_hostile_text_as_text(hostile):
    page = render_html(hostile[1])
    seen = "".join(_Page(page).text)

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page)
    for text in ("<script>alert(1)</script>", "<i>set<|i>", "<u>|r", "<i>fi|xed", "<u>0|", "{{ 7*7 }}"):
        assert text in seen


def test_markdown_tables_stay_whole(any_report):
    document = render_markdown(any_report)

    assert "<script>" not in re.sub(r"```+text\n.*?\n```+|`[^`\n]*`", "", document, flags=re.DOTALL)
    for block in re.findall(r"(?:^\|.*\n)+", document, flags=re.MULTILINE):
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(columns) == 1, block


def test_csv_files_hold_no_formula_and_no_control_character(hostile):
    for text in (exchange_csv(hostile[0]), validators_csv(hostile[0])):
        cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
        assert len(cells) > 30
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
        assert not [cell for cell in cells if "\n" in cell or "\x1b" in cell]


def test_the_terminal_gets_no_control_character_and_no_markup(hostile):
    text = _printed(hostile[1])

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "Fixed? <b>tool</b>" in text


@pytest.mark.parametrize("render", [render_html, render_markdown, _printed])
def test_each_format_says_who_reads_whom(render):
    text = " ".join(render(build_report(exchange_run())).split())

    assert "Pairs of writer and reader that agree on all of it: 15 of 20" in text
    if render is not _printed:
        assert "Who reads what whom wrote" in text
        assert "http 9/12" in text
        assert "nothing to read" in text


@pytest.mark.parametrize("render", [render_html, render_markdown, _printed])
def test_each_format_says_which_validator_is_right(render):
    text = " ".join(render(build_report(validators_run())).split())

    assert "ome-zarr-models 1.7 was right in 154 of 167 verdicts" in text
    if render is not _printed:
        assert "baseline" in text
        assert "The rule of axes-order" in text


@pytest.mark.parametrize("render", [render_html, render_markdown, _printed])
def test_each_format_has_a_place_for_what_may_be_fixed(render):
    one = record(notes=(FIXED.format("Half a pixel.", 403),))

    text = render(build_report(run_of([one])))

    assert "Fixed?" in text
    assert "Half a pixel." in text


@pytest.mark.parametrize("render", [render_html, render_markdown])
def test_a_problem_says_where_the_arrays_are_and_how_to_do_it_again(render):
    one = record(outcome="failed", explanation="differs", evidence={"saved": "wrong/0012"})

    text = render(build_report(run_of([one])))

    assert "wrong/0012/expected.npy" in text
    assert "wrong/0012/got.npy" in text
    assert "ozh repro quick/nuclei/plane/file --tool tensorstore@0.1.86" in text


@pytest.mark.parametrize("render", [render_html, render_markdown])
def test_a_large_scenario_says_what_it_does_not_list(render):
    text = render(build_report(many_cases(wrong=0.02)))

    assert re.search(r"2\d\d of 313 datasets: every tool right in every case that it supports", text)


def test_the_ends_of_stderr_are_short_where_there_are_many_problems():
    said = "abcdefghij" * 1000
    records = [
        record(case=f"quick/nuclei/{word}/file", outcome="failed", explanation=word, stderr=said)
        for word in map("".join, zip("abcdefgh" * 300, "ijklmno" * 400, "pqrst" * 500, strict=False))
    ]
    report = build_report(run_of({one.case: one for one in records}.values()))
    page = render_html(report)

    assert len(report.problems) == 280
    assert "…" + said[-(600_000 // 280) :] in page
    assert len(page) < 1_500_000


def test_tables_are_written_only_where_there_is_something_to_say_and_old_ones_go(tmp_path):
    paths = write_report(exchange_run(), tmp_path)

    assert (paths.exchange, paths.validators) == (tmp_path / "report" / "exchange.csv", None)
    assert write_report(validators_run(), tmp_path).exchange is None
    assert {path.name for path in (tmp_path / "report").glob("*.csv")} == {
        "conformance.csv",
        "timings.csv",
        "validators.csv",
    }
