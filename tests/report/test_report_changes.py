"""Changes between two runs as people and programs read them."""

import io
import json

import pytest
from rich.console import Console

from harness.performance.changes import Apart, Beside, Change, Comparison, Part
from harness.report.changes import TIME_IS_NOT_JUDGED, change_lines, sentences
from harness.report.changes_json import changes_json
from harness.report.changes_markdown import changes_markdown
from harness.report.changes_terminal import changes_terminal
from harness.report.gate import gate_sentences
from harness.results.baseline import Middle
from harness.results.model import ToolId

OLD, NEW = ToolId(name="zarr-python", version="3.4.2"), ToolId(name="zarr-python", version="3.5.0")
PLANE = "quick/nuclei/plane/s3"


def change(metric="requests", before=(19, 19), after=(20, 21), direction="worse", **other):
    facts = {"case": PLANE, "tool_before": OLD, "tool_after": OLD, "ratio": None, **other}
    return Change(metric=metric, before=before, after=after, direction=direction, **facts)


def comparison(*changes, **other):
    facts = {"compared": 3, "changes": changes, "beside": (), "apart": (), "notes": ()}
    return Comparison(**{**facts, **other})


def in_terminal(one):
    out = io.StringIO()
    console = Console(file=out, width=160)
    for part in changes_terminal(one):
        console.print(part)
    return out.getvalue()


WARM = Beside(
    PLANE, OLD, NEW, "operation warm",
    Middle(median=10e6, low=9e6, high=12e6, interval="range", n=3, over="sessions"),
    Middle(median=15e6, low=14e6, high=16e6, interval="range", n=3, over="sessions"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "texts"),
    [
        (change(), ("19", "20\N{EN DASH}21")),
        (change("bytes", (2 * 2**20,) * 2, (3 * 2**20,) * 2), ("2.00 MiB", "3.00 MiB")),
        (change("bytes", (11_021_719,) * 2, (11_021_720,) * 2), ("11,021,719 B", "11,021,720 B")),
        (change("outcome", "passed", "failed (fill)"), ("passed", "failed (fill)")),
        (change("outcome", "passed", None, tool_after=None), ("passed", "gone")),
        (change("outcome", None, "passed", "neutral", tool_before=None), ("new", "passed")),
    ],
)  # fmt: skip
def test_before_and_after_differ_as_texts_too(one, texts):
    (line,) = change_lines(comparison(one))

    assert (line.before, line.after) == texts


def test_a_change_says_what_it_is_made_of_and_between_which_versions():
    one = change(
        ratio=20.5 / 19, tool_after=NEW,
        parts=(Part("operation GET shard_index", (1, 1), (2, 2)), Part("fetched again", (0, 0), (1, 1))),
    )  # fmt: skip

    (line,) = change_lines(comparison(one))

    assert line.tool == "zarr-python 3.4.2 → zarr-python 3.5.0"
    assert line.ratio == "1.08x"
    assert line.parts == ("operation GET shard index: 1 → 2", "fetched again: 0 → 1")


def test_fetches_again_are_counts_among_bytes_too():
    one = change(
        "bytes", (10, 10), (10, 10), "neutral", parts=(Part("open received", (2000, 2000), (3000, 3000)),)
    )

    (line,) = change_lines(comparison(one))

    assert line.parts == ("open received: 1.95 KiB → 2.93 KiB",)


def test_sentences_count_what_got_worse_and_what_was_not_compared():
    apart = (Apart(PLANE, OLD, "store s3 was a stand-in in one of the two"),) * 2

    said = sentences(comparison(change(), apart=apart, notes=("A note.",)))

    assert said == (
        "3 trials compared, 2 the same. 1 change: 1 worse.",
        "2 trials not compared: store s3 was a stand-in in one of the two.",
        "A note.",
    )


@pytest.mark.parametrize("shown", [in_terminal, lambda one: changes_markdown(one, "Changes")])
def test_time_has_medians_intervals_and_the_reason_why_there_is_no_verdict(shown):
    text = shown(comparison(beside=(WARM,)))

    assert "10.0 ms (9.00\N{EN DASH}12.0, range, n 3)" in text
    assert "15.0 ms (14.0\N{EN DASH}16.0, range, n 3)" in text
    assert "1.50x" in text
    assert "nforms only; not paired" in text
    assert TIME_IS_NOT_JUDGED in " ".join(text.split())
    assert not any(word in text for word in ("worse", "better", "slower", "faster"))


@pytest.mark.parametrize("shown", [in_terminal, lambda one: changes_markdown(one, "Changes")])
def test_what_did_not_change_is_said_shortly(shown):
    text = shown(comparison())

    assert "3 trials compared, 3 the same. 0 changes." in text
    assert "|" not in text


def test_markdown_escapes_what_tools_and_datasets_said():
    evil = "<script>x</script>|`a`\n## b"
    one = change("outcome", "passed", f"errored ({evil})", case=evil)

    text = changes_markdown(comparison(one, apart=(Apart(evil, OLD, evil),), notes=(evil,)), evil, (evil,))

    assert "<script>" not in text.replace("`<script>x</script>¦'a' ## b`", "")
    assert not any(line.startswith("## b") for line in text.splitlines())


def test_a_terminal_is_told_no_escape_sequence():
    text = in_terminal(
        comparison(change("outcome", "passed", "errored (\x1b[2J[bold]x)", case="\x1b]0;x\x07y"))
    )

    assert "\x1b" not in text
    assert "[bold]x" in text


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (comparison(), ["Passed: no outcome, request or byte got worse."]),
        (
            comparison(change(direction="better")),
            [
                "Passed: no outcome, request or byte got worse.",
                "Not all is as in the baseline; take it in: ozh gate b --update",
            ],
        ),
        (
            comparison(change(), change("outcome", "passed", None, tool_after=None)),
            ["Not passed: 1 worse, 1 gone.", "If this is meant, take it in: ozh gate b --update"],
        ),
        (comparison(apart=(Apart(PLANE, OLD, "x"),)), ["Not passed: 1 trial could not be compared."]),
    ],
)
def test_the_gate_says_whether_it_is_passed_and_what_to_do(one, said):
    assert list(gate_sentences(one, "ozh gate b --update")) == said


def test_a_comment_on_a_pull_request_stays_short_enough():
    parts = tuple(Part(f"operation GET kind-{number}", (0, 0), (1, 1)) for number in range(12))
    many = [change(parts=parts, case=f"a-scenario/a-dataset-{n}/an-operation/s3") for n in range(500)]

    text = changes_markdown(comparison(*many, beside=(WARM,) * 500), "Changes")

    assert len(text) < 65_536
    assert "And 400 more changes" in text


def test_programs_get_all_of_it():
    one = change(ratio=1.08, parts=(Part("open GET metadata", (0, 0), (1, 2)),))
    whole = comparison(one, beside=(WARM,), apart=(Apart(PLANE, OLD, "because"),), notes=("A note.",))

    said = json.loads(json.dumps(changes_json(whole)))

    assert said["changes"][0] == {
        "case": PLANE, "tool_before": "zarr-python@3.4.2", "tool_after": "zarr-python@3.4.2",
        "metric": "requests", "before": [19, 19], "after": [20, 21], "ratio": 1.08, "direction": "worse",
        "parts": [{"name": "open GET metadata", "before": [0, 0], "after": [1, 2]}],
    }  # fmt: skip
    assert (said["compared"], said["worse"], said["better"], said["notes"]) == (3, 1, 0, ["A note."])
    assert (said["beside"][0]["unit"], said["beside"][0]["judged"]) == ("ns", False)
    assert said["apart"] == [{"case": PLANE, "tool": "zarr-python@3.4.2", "why": "because"}]
