import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.escape import (
    markdown,
    markdown_block,
    markdown_code,
    one_line,
    plain,
    shortened,
    spreadsheet,
    web_address,
)

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


def test_terminal_sequences_are_taken_out_whole():
    assert plain("\x1b[31mred\x1b[0m \x1b]0;title\x07text\x1b]8;;http://x\x1b\\link") == "red textlink"


def test_bidirectional_overrides_are_taken_out():
    assert plain("safe\u202egnp.exe\u2066") == "safegnp.exe"


@given(ANY_TEXT)
def test_plain_text_has_nothing_invisible_but_newlines(text):
    shown = plain(text)

    assert not {unicodedata.category(c) for c in shown if c != "\n"} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    shown.encode()


@given(ANY_TEXT)
def test_one_line_is_one_line(text):
    assert len(one_line(text).splitlines()) <= 1


@given(ANY_TEXT, st.integers(min_value=2, max_value=20))
def test_a_shortened_text_is_as_short_as_asked(text, length):
    assert len(shortened(text, length)) <= length


@given(ANY_TEXT)
def test_no_text_leaves_its_markdown_cell(text):
    cell = markdown(text)

    assert "\n" not in cell
    assert "<" not in cell
    assert "|" not in cell.replace("\\\\", "").replace("\\|", "")


def test_markdown_shows_links_and_images_as_text():
    assert markdown("![x](http://t.example/p.png)") == "!\\[x\\](http://t.example/p.png)"


@given(ANY_TEXT)
def test_no_text_ends_its_code_span(text):
    span = markdown_code(text)

    assert span == "" or (span.count("`") == 2 and "|" not in span)


@given(st.text("`ab\n", max_size=40))
def test_no_text_ends_its_fenced_block(text):
    first, *body, last = markdown_block(text).split("\n")

    assert first == f"{last}text"
    assert not any(
        line.strip() and set(line.strip()) == {"`"} and len(line.strip()) >= len(last) for line in body
    )


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", "\u200b=1", "\uff1d1"]
)
def test_no_cell_of_a_csv_file_begins_a_formula(text):
    assert spreadsheet(text).startswith("'")


def test_an_ordinary_cell_stays_as_it_is():
    assert spreadsheet("a-b = c") == "a-b = c"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", 'https://a"b', "file:///etc", None],
)
def test_only_web_addresses_become_links(address):
    assert web_address(address) is None


def test_a_web_address_stays_as_it_is():
    assert web_address("https://github.com/ome/x/issues/1?a=b#c") == "https://github.com/ome/x/issues/1?a=b#c"
