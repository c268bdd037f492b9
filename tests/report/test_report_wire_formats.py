import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from report_runs import MINIO, TENSORSTORE, ZARR_3, record, run_of, walls
from rich.console import Console
from wire_runs import NETWORKS, counted, faulty, large_wire_run, request, with_wire

from harness.report.content import build_report
from harness.report.html import render_html
from harness.report.markdown import render_markdown
from harness.report.terminal import terminal_report
from harness.report.wire_csv import faults_csv, round_trips_csv, wire_csv
from harness.report.write import write_report
from harness.results.model import NetworkUsed, Problem, ToolId

HOSTILE = "<script>alert(1)</script> \x1b[31m| a\nb [red]x[/red] {{ 7*7 }} \u202e"
VOID = {"meta", "input"}


def hostile_run():
    tool = ToolId(name="<b>tool</b>", version="1|2\n3", configuration="=cmd")
    link = NetworkUsed(name="=<i>n|et</i>", rtt_ms=50)
    links = (*NETWORKS, link)
    one = counted(tool, "wire/<i>set<|i>/pla|ne/s3", timed=True)
    others = [
        record(tool, f"{one.case}/{network.name}", timed=True, network=network.name)
        for network in NETWORKS[1:]
    ]
    others.append(record(tool, f"{one.case}/x", timed=True, network=link.name))
    said = Problem(type="=cmd|' /C calc'!A0", message=HOSTILE)
    hit = faulty("fill", tool, "faults/<i>set<|i>/pla|ne/s3/absent", problem=said, explanation=HOSTILE)
    raised = faulty("raised", tool, "faults/<i>set<|i>/pla|ne/s3/=st|all<u>", problem=said)
    asked = [
        request(one, 0, key=HOSTILE, method="<b>G|T", user_agent=HOSTILE, fault=HOSTILE),
        request(one, 1, key="=1+1", user_agent="=cmd"),
        request(hit, 0, key=HOSTILE, user_agent="+" + HOSTILE, status=0),
    ]
    samples = [sample for each in (one, *others) for sample in walls(each, [9, 10, 11], phase="cold")]
    run = run_of(
        [one, *others, hit, raised], samples, stores=MINIO, scenarios=[("wire", HOSTILE), ("faults", "")]
    )
    return with_wire(run, asked, links)


@pytest.fixture(scope="module")
def hostile():
    run = hostile_run()
    return run, build_report(run)


@pytest.fixture(scope="module")
def large():
    run = large_wire_run(NETWORKS[:1])
    return run, build_report(run)


class _Page(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.open = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def _printed(report):
    console = Console(file=io.StringIO(), width=160, force_terminal=False)
    console.print(*terminal_report(report), sep="\n")
    return console.file.getvalue()


@pytest.mark.parametrize("which", ["hostile", "large"])
def test_html_is_closed_in_order_loads_nothing_and_leads_somewhere(which, request):
    page = _Page(render_html(request.getfixturevalue(which)[1]))

    assert page.open == []
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "form"}
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = {attrs["href"] for tag, attrs in page.tags if tag == "a"}
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]


def test_html_has_each_part_of_the_wire(large):
    page = _Page(render_html(large[1]))

    ids = {attrs.get("id") for tag, attrs in page.tags if tag == "section"}
    assert {"faults", "requests"} <= ids
    assert "costs" not in ids


def test_html_shows_hostile_keys_and_user_agents_as_text(hostile):
    page = render_html(hostile[1])
    seen = _Page(page)

    assert "<script>alert(1)</script>" in "".join(seen.text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page)
    assert "u" not in {tag for tag, _ in seen.tags}
    assert {attrs.get("id") for tag, attrs in seen.tags if tag == "section"} >= {
        "faults",
        "requests",
        "costs",
    }


def test_every_drawing_of_the_page_is_well_formed_xml(hostile):
    drawings = re.findall(r"<svg.*?</svg>", render_html(hostile[1]), flags=re.DOTALL)

    kinds = {ET.fromstring(drawing).get("class") for drawing in drawings}
    assert {"waterfall", "sweep"} <= kinds


def test_tables_of_the_page_have_as_many_cells_as_columns(large):
    page = render_html(large[1])

    for table in re.findall(r"<table.*?</table>", page, flags=re.DOTALL):
        widths, carried = set(), {}
        for row in re.findall(r"<tr.*?</tr>", table, flags=re.DOTALL):
            width = sum(1 for left in carried.values() if left > 0)
            carried = {place: left - 1 for place, left in carried.items() if left > 1}
            for cell in re.findall(r"<t[hd]\b([^>]*)>", row):
                width += int((re.search(r'colspan="(\d+)"', cell) or [0, 1])[1])
                rows = int((re.search(r'rowspan="(\d+)"', cell) or [0, 1])[1])
                if rows > 1:
                    carried[len(carried), row, cell] = rows - 1
            widths.add(width)
        assert len(widths) == 1, table[:600]


def test_the_page_of_eighty_waterfalls_stays_small(large):
    _, report = large

    assert sum(len(falls) for _, falls in report.requests.waterfalls) > 75
    assert len(render_html(report).encode()) < 4_000_000


def test_markdown_tables_stay_whole_with_hostile_text(hostile):
    document = render_markdown(hostile[1])

    prose = re.sub(r"```+text\n.*?\n```+|`[^`\n]*`", "", document, flags=re.DOTALL)
    assert "<script>" not in prose
    assert "\x1b" not in document
    for block in re.findall(r"(?:^\|.*\n)+", document, flags=re.MULTILINE):
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(columns) == 1, block
    for title in ("## Faults", "## Requests", "## Round trips and cost"):
        assert title in document


def test_csv_files_hold_no_formula_and_no_control_character(hostile):
    run, report = hostile

    for text in (wire_csv(report), faults_csv(run, report), round_trips_csv(report)):
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}
        cells = [cell for row in rows for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
        assert not [cell for cell in cells if "\n" in cell or "\x1b" in cell]


def test_the_terminal_gets_no_control_character_and_no_markup(hostile):
    text = _printed(hostile[1])

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "Faults met" in text


def _rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_wire_csv_has_each_figure_of_each_step():
    one = counted(repeats=2, needed=1000)
    asked = [
        request(one, 0, step="open", kind="metadata"),
        request(one, 1),
        request(one, 0, repeat=1, step="open", kind="metadata"),
        request(one, 1, repeat=1),
        request(one, 2, repeat=1),
    ]
    rows = _rows(wire_csv(build_report(with_wire(run_of([one], stores=MINIO), asked))))

    told = {(row["step"], row["figure"], row["kind"]): (row["low"], row["high"], row["unit"]) for row in rows}
    assert told["operation", "requests", ""] == ("1.0", "2.0", "requests")
    assert told["both", "requests", ""] == ("2.0", "3.0", "requests")
    assert told["operation", "of kind", "chunk"] == ("1.0", "2.0", "requests")
    assert told["operation", "amplification", ""] == ("1.0", "2.0", "times")
    assert told["open", "needed", ""] == ("1000.0", "1000.0", "bytes")
    assert {row["passes"] for row in rows} == {"2"}


def test_faults_csv_has_a_row_for_each_trial():
    said = Problem(type="OSError", message="503")
    records = [faulty("raised", problem=said), faulty("fill", ZARR_3, attempts=3)]
    run = with_wire(run_of(records, stores=MINIO))

    first, second = _rows(faults_csv(run, build_report(run)))

    assert (first["made"], first["allowed"], first["problem_message"]) == ("raised", "right raised", "503")
    assert (second["tool"], second["made"], second["outcome"], second["attempts"]) == (
        "zarr-python",
        "fill",
        "failed",
        "3",
    )


def test_a_fault_shows_its_class_its_attempts_and_that_it_was_not_allowed():
    report = build_report(with_wire(run_of([faulty("fill", attempts=3)], stores=MINIO)))

    for text in ("".join(_Page(render_html(report)).text), render_markdown(report)):
        flat = " ".join(text.split())
        assert "fill" in flat
        assert "not allowed" in flat
        assert "3 attempts · 41.5 ms" in flat or "3x in 41.5 ms" in flat


def test_tables_are_written_only_where_there_is_something_to_say_and_old_ones_go(tmp_path):
    run = hostile_run()

    full = write_report(run, tmp_path)
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "report.html", "report.md", "conformance.csv", "timings.csv", "wire.csv", "faults.csv",
        "round_trips.csv",
    }  # fmt: skip
    assert full.faults == tmp_path / "report" / "faults.csv"

    plain = write_report(run_of([record(TENSORSTORE)]), tmp_path)
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "report.html", "report.md", "conformance.csv", "timings.csv",
    }  # fmt: skip
    assert (plain.wire, plain.faults, plain.round_trips) == (None, None, None)


def test_a_report_that_is_there_already_is_not_built_again(tmp_path):
    run = run_of([record()])
    report = replace(build_report(run), sentences=("as given",))

    paths = write_report(run, tmp_path, report)

    assert "as given" in paths.markdown.read_text(encoding="utf-8")
