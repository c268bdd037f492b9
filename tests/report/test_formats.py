import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from report_runs import MINIO, TENSORSTORE, ZARR_3, large_run, record, run_of, walls
from rich.console import Console

from harness.report.content import build_report
from harness.report.csv_files import conformance_csv, timings_csv
from harness.report.html import render_html
from harness.report.markdown import render_markdown
from harness.report.terminal import terminal_report
from harness.report.write import write_report
from harness.results.model import Problem, ToolId, ToolUsed

HOSTILE = "<script>alert(1)</script> \x1b[31m| a\nb [red]x[/red] {{ 7*7 }} \u202e"


def _hostile_run():
    tool = ToolId(name="<b>tool</b>", version="1|2\n3", configuration="=cmd")
    one = record(
        tool,
        "quick/<i>set<|i>/pla|ne/file",
        "failed",
        explanation=HOSTILE,
        evidence={"<u>": HOSTILE},
        notes=(HOSTILE,),
        warnings=("=1+1 " + HOSTILE,),
        problem=Problem(type="=cmd|' /C calc'!A0", message=HOSTILE),
        url="javascript:alert(1)",
        stderr=HOSTILE + "\n```\n# head",
        timed=True,
    )
    right = record(tool, "quick/<i>set<|i>/ok/file", notes=(HOSTILE,), timed=True)
    used = ToolUsed(
        tool=tool, homepage="javascript:alert(1)", packages={HOSTILE: HOSTILE}, settings={HOSTILE: [HOSTILE]}
    )
    stores = {"file": {"server": HOSTILE}}
    run = run_of([one, right], walls(right, [1, 2, 3]), tools=[used], stores=stores)
    return replace(run, manifest=run.manifest.model_copy(update={"run": HOSTILE, "command": (HOSTILE,)}))


class _Page(HTMLParser):
    """Collects what a browser would see: tags with attributes, and text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.text.append(data)


def _printed(report, width=160):
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(*terminal_report(report), sep="\n")
    return console.file.getvalue()


def test_html_shows_hostile_text_as_text():
    page = _Page(render_html(build_report(_hostile_run())))

    assert not {"script", "i", "b", "u"} & {tag for tag, attrs in page.tags if tag not in ("b", "i")}
    assert all(attrs.get("class") or attrs.get("style") for tag, attrs in page.tags if tag == "i")
    assert "<script>alert(1)</script>" in "".join(page.text)
    assert "{{ 7*7 }}" in "".join(page.text)


def test_html_has_no_character_that_cannot_be_seen():
    page = render_html(build_report(_hostile_run()))

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page)


@pytest.mark.parametrize("run", [_hostile_run(), large_run()], ids=["hostile", "large"])
def test_html_loads_nothing_and_runs_nothing(run):
    page = render_html(build_report(run))

    tags = _Page(page).tags
    assert not {tag for tag, _ in tags} & {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "base",
        "form",
        "video",
    }
    assert not [
        attrs for _, attrs in tags if {"src", "srcset", "href"} & set(attrs) and "javascript" in str(attrs)
    ]
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]
    assert "@import" not in page
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_html_tags_are_closed_in_order():
    stack = []

    class Balance(_Page):
        def handle_starttag(self, tag, _):
            if tag not in ("meta", "input"):
                stack.append(tag)

        def handle_startendtag(self, tag, attrs):
            pass

        def handle_endtag(self, tag):
            assert stack.pop() == tag

    Balance(render_html(build_report(large_run())))
    assert stack == []


def test_html_links_of_the_page_lead_somewhere():
    tags = _Page(render_html(build_report(large_run()))).tags

    ids = {attrs["id"] for _, attrs in tags if "id" in attrs}
    links = {attrs["href"] for tag, attrs in tags if tag == "a"}
    assert {link[1:] for link in links if link.startswith("#")} <= ids


def test_html_says_each_outcome_in_words():
    page = "".join(_Page(render_html(build_report(large_run()))).text)

    for word in ("passed", "failed", "errored", "unsupported", "known issue", "timeout", "infrastructure"):
        assert word in page


def test_markdown_tables_stay_whole_with_hostile_text():
    document = render_markdown(build_report(_hostile_run()))

    prose = re.sub(r"```+text\n.*?\n```+|`[^`\n]*`", "", document, flags=re.DOTALL)
    assert "<script>" not in prose
    assert "\x1b" not in document
    for block in re.findall(r"(?:^\|.*\n)+", document, flags=re.MULTILINE):
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(columns) == 1, block


def test_csv_files_hold_no_formula():
    run = _hostile_run()

    for text in (conformance_csv(run), timings_csv(build_report(run))):
        cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
        assert not [cell for cell in cells if "\n" in cell or "\x1b" in cell]


def test_the_terminal_gets_no_control_character_and_no_markup():
    text = _printed(build_report(_hostile_run()))

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]x[/red]" in text


def test_a_failed_trial_has_its_outcome_and_no_number_in_every_format():
    wrong, right = record(TENSORSTORE, outcome="failed", timed=True), record(ZARR_3, timed=True)
    run = run_of([wrong, right], [*walls(wrong, [1.11, 1.12, 1.13]), *walls(right, [7.77, 7.78, 7.79])])
    report = build_report(run)

    for text in (render_html(report), render_markdown(report), timings_csv(report), _printed(report)):
        assert "1.12" not in text
        assert "1120000" not in text
        assert "failed" in text
        assert "7.78" in text or "7780000" in text


@pytest.mark.parametrize("render", [render_html, render_markdown, _printed])
def test_banners_stand_in_every_format(render):
    stores = {"s3": {"server": "moto", "stand_in": True}}

    text = " ".join(render(build_report(run_of([record()], stores=stores, torn=True))).split())

    assert "moto stood in for MinIO: conformance only, no timings are shown for s3/http." in text
    assert "This run was interrupted: 1 of 1 trial recorded." in text


@pytest.mark.parametrize("render", [render_html, render_markdown, _printed])
def test_numbers_carry_their_units(render):
    one = record(timed=True)

    text = render(build_report(run_of([one], walls(one, [12.345]), stores=MINIO)))

    assert "12.3 ms" in text or ("in ms" in text and "12.3" in text)


@pytest.mark.parametrize("render", [render_html, render_markdown, timings_csv, _printed])
def test_an_empty_run_has_a_report(render):
    assert isinstance(render(build_report(run_of())), str)


def test_the_terminal_names_each_unexpected_outcome_and_explains_it_below():
    lines = _printed(build_report(large_run()), width=1000).splitlines()

    unexpected = lines[lines.index("Unexpected outcomes: 9") + 1 :]
    heads, explanations = unexpected[::2], unexpected[1::2]
    assert len(heads) == len(explanations) == 5
    assert all(re.match(r"  \S \w+ \S+@\S+ \S+/\S+", head) for head in heads)
    assert all(re.match(r"    \S", explanation) for explanation in explanations)


def test_the_terminal_counts_by_store():
    records = [record(), record(case="faults/nuclei/plane/file", outcome="failed")]

    text = _printed(build_report(run_of(records)))

    assert re.search(r"tensorstore@0\.1\.86 +1/2 +1/2", text)


def test_a_report_is_written_below_the_run_and_again_the_same(tmp_path):
    run = large_run()

    paths = write_report(run, tmp_path)
    first = {path.name: path.read_bytes() for path in (tmp_path / "report").iterdir()}
    write_report(large_run(), tmp_path)

    assert paths.html == tmp_path / "report" / "report.html"
    assert set(first) == {"report.html", "report.md", "conformance.csv", "timings.csv"}
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "report").iterdir()}
