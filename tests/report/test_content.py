import pytest
from report_runs import (
    MINIO,
    OME_ZARR_PY,
    TENSORSTORE,
    ZARR_2,
    ZARR_3,
    ZARR_3_TUNED,
    large_run,
    memory,
    record,
    run_of,
    walls,
)

from harness.report.content import build_report
from harness.results.model import Problem

STAND_IN = {"s3": {"server": "moto", "version": "5.2.5", "found": "--allow-stand-in", "stand_in": True}}


def _timed(*pairs, store="file"):
    """Return a run of one timed case: tools with their warm times in ms, or with an outcome."""
    records, samples = [], []
    for tool, result in pairs:
        outcome = result if isinstance(result, str) else "passed"
        one = record(tool, f"quick/nuclei/plane/{store}", outcome, timed=True)
        records.append(one)
        samples += walls(one, [4, 5, 6] if isinstance(result, str) else result)
    return run_of(records, samples)


def _banners(run):
    return {banner.kind: banner.text for banner in build_report(run).head.banners}


def test_a_finished_run_without_surprises_has_no_banner():
    assert _banners(run_of([record()], stores=MINIO)) == {}


def test_a_stand_in_is_named_in_the_head():
    text = _banners(run_of([record()], stores=STAND_IN))["stand-in"]

    assert text == "moto stood in for MinIO: conformance only, no timings are shown for s3/http."


@pytest.mark.parametrize("store", ["s3", "http"])
def test_no_time_is_shown_where_a_stand_in_served(store):
    one = record(case=f"quick/nuclei/plane/{store}", timed=True)

    report = build_report(run_of([one], walls(one, [1, 2, 3]), stores=STAND_IN))

    assert report.timings == ()
    assert report.tools[0].peak is None
    assert report.timing_notes == (f"No timings are shown for {store}: a stand-in served them.",)


def test_times_of_files_are_shown_beside_a_stand_in():
    one = record(timed=True)

    report = build_report(run_of([one], walls(one, [1, 2, 3]), stores=STAND_IN))

    assert [case.key.store for case in report.timings] == ["file"]


def test_a_torn_run_says_how_much_of_it_is_there():
    planned = [f"quick/nuclei/{title}/file::{TENSORSTORE}" for title in ("plane", "slab", "crop")]

    text = _banners(run_of([record()], planned=planned, torn=True))["torn"]

    assert text.startswith("This run was interrupted: 1 of 3 trials recorded.")


def test_a_planned_trial_without_a_record_is_a_cell_of_its_own():
    planned = [f"quick/nuclei/{title}/s3/50ms::{ZARR_3_TUNED}" for title in ("plane", "slab")]

    report = build_report(run_of(planned=planned, torn=True))

    rows = [rows[0] for _, rows in report.matrix[0].datasets[0].operations]
    assert [(row.places, row.cells[0].outcome, row.cells[0].planned) for row in rows] == [
        ("s3, 50ms", None, True)
    ] * 2
    assert report.tools[0].id == ZARR_3_TUNED
    assert report.counts.missing == 2


def test_a_trial_that_was_not_planned_is_an_empty_cell():
    records = [record(TENSORSTORE), record(ZARR_3, "quick/nuclei/slab/file")]

    report = build_report(run_of(records))

    (_, plane), (_, slab) = report.matrix[0].datasets[0].operations
    assert [cell.planned for cell in plane[0].cells] == [True, False]
    assert [cell.planned for cell in slab[0].cells] == [False, True]


def test_the_sentences_hold_the_numbers_of_the_records():
    cases = [f"quick/nuclei/{place}/file" for place in range(40)]
    records = [record(TENSORSTORE, case) for case in cases]
    records += [record(ZARR_2, case) for case in cases[:26]]
    records += [record(ZARR_2, case, "unsupported", explanation="Zarr v3") for case in cases[26:]]

    report = build_report(run_of(records))

    assert report.sentences == (
        "Of 80 trials with 2 tools, 66 passed and 14 unsupported; none was unexpected.",
        "tensorstore 0.1.86 answered 40 of 40 cases rightly.",
        "zarr-python 2.18.7 answered 26 of 40 cases rightly; 14 unsupported (Zarr v3).",
    )


def test_the_counts_of_a_large_run_add_up():
    run = large_run()

    report = build_report(run)

    assert report.counts.planned == len(run.records) == 600
    assert sum(tool.counts.passed for tool in report.tools) == sum(r.outcome == "passed" for r in run.records)
    assert sum(len(p.cases) for p in report.problems if not p.expected) == report.counts.unexpected
    shown = [row for s in report.matrix for d in s.datasets for _, rows in d.operations for row in rows]
    assert sum(len(row.keys) for row in shown) == 120


def test_cases_and_stores_stand_in_the_order_of_their_scenario():
    records = [record(case=f"quick/{place}") for place in ("b/z/s3", "b/z/file", "b/a/http", "a/z/file")]

    report = build_report(run_of(records))

    datasets = [(one.dataset, [title for title, _ in one.operations]) for one in report.matrix[0].datasets]
    assert datasets == [("b", ["z", "a"]), ("a", ["z"])]
    assert report.matrix[0].datasets[0].operations[0][1][0].places == "file · s3"


def test_a_store_that_differs_has_a_row_of_its_own():
    cases = {"file": "passed", "http": "failed", "s3": "passed"}
    records = [record(case=f"quick/nuclei/plane/{store}", outcome=one) for store, one in cases.items()]

    rows = build_report(run_of(records)).matrix[0].datasets[0].operations[0][1]

    assert [(row.places, row.cells[0].outcome) for row in rows] == [
        ("file · s3", "passed"),
        ("http", "failed"),
    ]


def test_tools_stand_in_the_order_of_name_and_version():
    newer = ZARR_3.model_copy(update={"version": "3.10.0"})
    tools = (ZARR_3_TUNED, newer, ZARR_3, ZARR_2, OME_ZARR_PY)

    report = build_report(run_of([record(tool) for tool in tools]))

    assert [tool.id for tool in report.tools] == [OME_ZARR_PY, ZARR_2, ZARR_3, ZARR_3_TUNED, newer]


def test_the_unexpected_comes_first_and_the_same_problem_is_told_once():
    known = record(case="quick/nuclei/a/file", outcome="known_issue", explanation="Half a pixel.")
    same = [record(case=f"quick/nuclei/{n}/file", outcome="failed", explanation="Zeros.") for n in "bc"]
    fixed = record(case="quick/nuclei/d/file", expected=False)

    problems = build_report(run_of([known, *same, fixed])).problems

    assert [(p.number, p.outcome, p.expected, len(p.cases)) for p in problems] == [
        (1, "failed", False, 2),
        (2, "passed", False, 1),
        (3, "known_issue", True, 1),
    ]


def test_an_expected_failure_is_a_problem_too():
    one = record(outcome="errored", expected=True, problem=Problem(type="OSError", message="403"))

    (problem,) = build_report(run_of([one])).problems

    assert (problem.problem, problem.explanation) == ("OSError: 403", "403")


def test_a_note_on_a_right_answer_is_a_remark():
    one = record(notes=("NaN payloads differ",))

    (remark,) = build_report(run_of([one])).remarks

    assert (remark.outcome, remark.text, remark.cases) == ("passed", "NaN payloads differ", 1)


@pytest.mark.parametrize(
    "outcome", ["failed", "errored", "known_issue", "timeout", "crashed", "infrastructure"]
)
def test_an_answer_that_was_not_right_has_no_number_and_no_dots(outcome):
    report = build_report(_timed((TENSORSTORE, outcome), (ZARR_3, [7, 8, 9])))

    (case,) = report.timings
    assert case.outcomes == (outcome, "passed")
    assert [cell.summary is None for cell in case.rows[0].cells] == [True, False]
    assert {dots.tool.id for dots in case.dots} == {ZARR_3}
    assert not any(cell.fastest for cell in case.rows[0].cells)


def test_the_fastest_is_marked_when_its_spread_lies_apart():
    report = build_report(_timed((TENSORSTORE, [1, 2, 3]), (ZARR_2, [3.5, 4, 5]), (ZARR_3, [4, 5, 6])))

    assert [cell.fastest for cell in report.timings[0].rows[0].cells] == [True, False, False]
    assert report.sentences[-1] == (
        "Fastest, where two or more answers were right: operation, warm: tensorstore 0.1.86 in 1 of 1 case."
    )


@pytest.mark.parametrize("other", [[3, 4, 5], [1, 100, 200], [50]])
def test_nobody_is_the_fastest_when_spreads_touch_or_values_are_few(other):
    report = build_report(_timed((TENSORSTORE, [1, 2, 3]), (ZARR_3, other)))

    assert not any(cell.fastest for cell in report.timings[0].rows[0].cells)
    assert report.sentences[-1].endswith("operation, warm: no tool apart from the others in 1 of 1 case.")


def test_repeats_in_one_process_make_nobody_the_fastest():
    fast, slow = record(TENSORSTORE, timed=True), record(ZARR_3, timed=True)
    samples = [
        sample.model_copy(update={"session": 0, "repeat": place})
        for one, times in ((fast, [1, 2, 3]), (slow, [7, 8, 9]))
        for place, sample in enumerate(walls(one, times))
    ]

    report = build_report(run_of([fast, slow], samples))

    assert not any(cell.fastest for cell in report.timings[0].rows[0].cells)


def test_cold_and_warm_are_told_apart():
    one = record(timed=True)
    samples = [
        *walls(one, [30], step="open", phase="cold"),
        *walls(one, [20], phase="cold"),
        *walls(one, [10], phase="warm"),
    ]

    (case,) = build_report(run_of([one], samples)).timings

    medians = {row.step: row.cells[0].summary.median / 1e6 for row in case.rows}
    assert medians == {"open cold": 30, "operation cold": 20, "operation warm": 10}


def test_start_up_is_over_all_processes_and_memory_is_the_highest():
    first, second = (record(case=f"quick/nuclei/{title}/file", timed=True) for title in ("plane", "slab"))
    samples = [
        *walls(first, [100, 110], step="start", phase="cold"),
        *walls(second, [120], step="start", phase="cold"),
        memory(first, 90),
        memory(second, 120),
    ]

    (tool,) = build_report(run_of([first, second], samples)).tools

    assert (tool.start.median, tool.start.n) == (110e6, 3)
    assert tool.peak == 120 * 2**20


def test_an_empty_run_says_so():
    assert build_report(run_of()).sentences == ("This run has no trials.",)


def test_the_same_run_gives_the_same_report():
    assert build_report(large_run()) == build_report(large_run())
