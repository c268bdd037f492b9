import pytest
from depth_runs import many_cases
from report_runs import TENSORSTORE, ZARR_2, ZARR_3, record, run_of

from harness.report.content import build_report
from harness.report.html import render_html
from harness.report.matrix import MANY_DATASETS


def _matrix(records, **facts):
    (scenario,) = build_report(run_of(records, **facts)).matrix
    return scenario


def _right(datasets, tool=TENSORSTORE, titles=("whole",)):
    return [record(tool, f"quick/d{n}/{title}/file") for n in range(datasets) for title in titles]


def test_up_to_sixty_datasets_are_all_listed():
    scenario = _matrix(_right(MANY_DATASETS))

    assert (len(scenario.datasets), scenario.left_out, scenario.left_out_text) == (60, 0, "")


def test_of_more_only_what_is_not_right_is_listed_and_the_rest_counted():
    records = [*_right(70), record(case="quick/bad/whole/file", outcome="failed")]

    scenario = _matrix(records)

    assert [one.dataset for one in scenario.datasets] == ["bad"]
    assert scenario.left_out_text == (
        "70 of 71 datasets: every tool right in every case that it supports. Only the others are listed."
    )
    assert [(counts.passed, counts.planned) for counts in scenario.counts] == [(70, 71)]


@pytest.mark.parametrize(
    ("outcome", "facts", "listed"),
    [
        ("unsupported", {}, 0),
        ("not_built", {"expected": True}, 0),
        ("unsupported", {"expected": False}, 1),
        ("known_issue", {}, 1),
        ("failed", {"expected": True}, 1),
        ("passed", {"expected": False}, 1),
    ],
)
def test_a_tool_that_does_not_take_part_does_not_hold_a_dataset_back(outcome, facts, listed):
    records = [*_right(70), record(ZARR_2, "quick/d3/whole/file", outcome, **facts)]

    assert len(_matrix(records).datasets) == listed


def test_a_dataset_that_no_tool_got_right_is_listed():
    assert [
        one.dataset
        for one in _matrix([*_right(70), record(case="quick/x/a/file", outcome="unsupported")]).datasets
    ] == ["x"]


def test_what_was_not_run_is_listed():
    planned = [*(one.trial for one in _right(70)), f"quick/late/whole/file::{TENSORSTORE}"]

    assert [one.dataset for one in _matrix(_right(70), planned=planned, torn=True).datasets] == ["late"]


def test_datasets_and_operations_that_went_alike_are_told_together():
    titles = ("whole", "slab", "list", "empty")
    records = _right(70, titles=titles)
    for dataset in ("p", "q"):
        records += [
            record(
                case=f"quick/{dataset}/{t}/file",
                outcome="failed" if t == "list" else "passed",
                explanation="no",
            )
            for t in titles
        ]
    records += [record(case=f"quick/r/{t}/file", outcome="failed", explanation="no") for t in titles]

    first, second = _matrix(records).datasets

    assert first.datasets == ("p", "q")
    assert [title for title, _ in first.operations] == ["all but list", "list"]
    assert [title for title, _ in second.operations] == ["all 4"]


def test_notes_on_right_answers_do_not_tear_rows_apart():
    records = _right(70)
    records += [
        record(case="quick/x/whole/file", outcome="failed"),
        record(case="quick/x/slab/file", notes=("a",)),
    ]
    records += [record(case="quick/x/list/file")]

    (one,) = _matrix(records).datasets

    assert [title for title, _ in one.operations] == ["whole", "slab, list"]


def test_each_scenario_has_the_columns_of_the_tools_that_take_part():
    records = [record(TENSORSTORE, "quick/a/whole/file"), record(ZARR_3, "other/a/whole/file")]

    report = build_report(run_of(records))

    assert {one.scenario: one.tools for one in report.matrix} == {"quick": (0,), "other": (1,)}


def test_the_page_of_thousands_of_cases_stays_small_even_where_most_datasets_have_a_problem():
    run = many_cases(wrong=0.5)

    report = build_report(run)
    page = render_html(report)

    assert report.counts.planned == 7 * 313 * 8
    assert len(page) < 1_500_000
    assert len(report.problems) < 40
    assert sum(len(p.cases) for p in report.problems if not p.expected) == report.counts.unexpected
