import json

from rich.console import Console

from harness.report.verdicts import verdict_lines, verdict_sentences, verdicts_part
from harness.report.verdicts_markdown import verdicts_markdown
from harness.report.verdicts_terminal import verdicts_terminal
from harness.results.bouts import ArmOf, Verdict, Verdicts
from harness.results.model import ToolId


def arm(version="1", case="s/d/plane/file"):
    return ArmOf(case=case, tool=ToolId(name="tool", version=version))


def verdict(word="not slower", arms=None, **more):
    figures = {"ratio": 1.01, "low": 0.99, "high": 1.03, "bouts": 10, "seconds": 21.4, "detectable": 0.05}
    return Verdict(arms=arms or (arm(), arm("2")), word=word, **{**figures, **more})


def verdicts(*each, nulls=(), left_out=None):
    return Verdicts(
        arms=("tool@1", "tool@2"), seed=0, verdicts=each, nulls=tuple(nulls), left_out=left_out or {}
    )


def null(word="not slower"):
    return verdict(word, arms=(arm(), arm()), purpose="null")


def test_it_is_told_how_many_of_which_verdict_and_what_would_have_been_found():
    found = verdicts(verdict(), verdict("slower", confirmed=True), verdict("slower", confirmed=False))

    assert list(verdict_sentences(found)) == [
        "Time of tool@2, in pairs within this run: 3 cases, 2 slower, 1 not slower.",
        "1 of 2 slower, confirmed by fresh bouts.",
        "A slow-down of 5.0 % or more would have been found 95 times of 100.",
    ]
    assert found.regressed


def test_where_a_tool_seems_slower_than_itself_no_time_counts():
    found = verdicts(verdict("slower", confirmed=True), nulls=[null("slower")])

    assert found.void
    assert not found.regressed
    assert next(verdict_sentences(found)).startswith(
        "The times say nothing: tool 1 seemed slower than itself"
    )


def test_a_line_has_the_ratio_with_its_interval():
    line, itself = verdict_lines(verdicts(verdict("slower", confirmed=True), nulls=[null()]))

    assert (line.said, line.arms, line.ratio) == (
        "slower, confirmed",
        "tool 1 → tool 2",
        "1.010x [0.990, 1.030]",
    )
    assert itself.arms == "tool 1 → itself"


def test_a_mean_and_a_minimum_that_disagree_are_told():
    (line,) = verdict_lines(verdicts(verdict(total_ratio=1.2, cpu_ratio=1.5)))

    assert "slow only now and then" in line.notes[0]
    assert line.notes[1] == "CPU time: 1.500x"


def test_a_verdict_without_a_bout_has_its_reason_and_no_figures():
    empty = {"ratio": None, "low": None, "high": None, "detectable": None, "bouts": 0, "seconds": 0}
    (line,) = verdict_lines(verdicts(verdict("inconclusive", why="a worker ended", **empty)))

    assert (line.ratio, line.detectable, line.notes) == ("", "", ("a worker ended",))


def test_cases_that_were_not_timed_are_listed_with_the_reason():
    found = verdicts(left_out={"s/d/write/file": "`write` is judged, not timed"})

    assert list(verdict_sentences(found)) == ["Not timed: s/d/write/file: `write` is judged, not timed."]


HOSTILE = "<script>|\x1b[31m"


def test_markdown_escapes_what_came_from_tools():
    text = verdicts_markdown(verdicts_part(verdicts(verdict("inconclusive", why=HOSTILE))))

    assert "<script>" not in text
    assert "\x1b" not in text
    (row,) = [line for line in text.splitlines() if "s/d/plane/file" in line]
    assert row.count("|") - row.count("\\|") == 9


def test_the_terminal_shows_no_control_characters():
    console = Console(record=True, width=100)
    for part in verdicts_terminal(verdicts(verdict("slower", confirmed=True, why=HOSTILE))):
        console.print(part)

    text = console.export_text()
    assert "✗ slower, confirmed  s/d/plane/file" in text
    assert "\x1b[31m" not in text


def test_verdicts_are_read_back_as_they_were_written():
    found = verdicts(verdict(), nulls=[null()])

    assert Verdicts.model_validate(json.loads(found.model_dump_json())) == found
