import pytest
from report_runs import MINIO, TENSORSTORE, ZARR_2, ZARR_3, record, run_of
from wire_runs import faulty, request, with_wire

from harness.report.content import build_report
from harness.results.model import Problem
from harness.scenario.fault import FaultClass

CLASSES = ("right", "raised", "fill", "wrong", "stuck", "crashed")


def _report(*records, requests=(), **facts):
    return build_report(with_wire(run_of(records, stores=MINIO, **facts), requests))


def _cells(report):
    return [cell for group in report.faults.groups for row in group.rows for cell in row.cells]


def test_a_run_without_faults_has_no_such_part():
    assert _report(record()).faults is None


@pytest.mark.parametrize("made", CLASSES)
def test_each_class_stands_in_its_cell_and_in_the_tally(made: FaultClass):
    report = _report(faulty(made, allowed=("raised",)))

    (cell,) = _cells(report)
    (tally,) = report.faults.tallies
    assert (cell.seen.made, cell.allowed) == (made, made == "raised")
    assert dict(tally.made) == {name: int(name == made) for name in CLASSES}
    assert tally.not_allowed == int(made != "raised")


def test_what_is_not_allowed_leads_to_its_problem():
    report = _report(faulty("fill", explanation="all zeros", attempts=4, left=None))

    (cell,) = _cells(report)
    (problem,) = report.problems
    assert cell.problem == problem.number == 1
    assert ("fault", "absent: fill, where right or raised is allowed; 4 attempts in 41.5 ms") in [
        (fact.name, fact.value) for fact in problem.evidence
    ]


def test_a_fault_that_was_not_met_is_no_credit():
    report = _report(faulty("right", met=0, attempts=0, allowed=("right",)), faulty("raised", ZARR_3))

    (row,) = report.faults.groups[0].rows
    assert row.allowed == ("right", "raised")
    assert [(tally.met, tally.not_met) for tally in report.faults.tallies] == [(0, 1), (1, 0)]
    assert row.cells[0].tone == "unmet"
    assert not [
        sentence for sentence in report.sentences if sentence.startswith("tensorstore") and "met" in sentence
    ]


def test_sentences_say_what_each_tool_made_of_the_faults_it_met():
    made = ["raised"] * 31 + ["right"] * 6 + ["wrong"] * 3
    records = [faulty(one, case=f"faults/nuclei/plane/s3/f{place}") for place, one in enumerate(made)]

    assert (
        "tensorstore 0.1.86 met 40 faults: it recovered in 6, raised in 31 and was silently wrong in 3; 3 of "
        "these were not allowed." in _report(*records).sentences
    )


def test_a_tool_that_was_not_tried_has_its_outcome():
    report = _report(
        faulty("raised"),
        record(ZARR_2, "faults/nuclei/plane/s3/absent", "unsupported", network="direct"),
    )

    told = {tally.tool.id: tally for tally in report.faults.tallies}
    assert [(cell.outcome, cell.seen is None) for cell in _cells(report)] == [
        ("passed", False),
        ("unsupported", True),
    ]
    assert (told[ZARR_2].met, told[ZARR_2].untold) == (0, 1)


def test_a_planned_trial_without_a_record_is_not_run():
    planned = [f"faults/nuclei/plane/s3/{name}::{TENSORSTORE}" for name in ("absent", "stall")]

    report = build_report(
        with_wire(run_of([faulty("raised")], planned=planned, torn=True, scenarios=[("faults", "")]))
    )

    rows = {row.key.fault: row for group in report.faults.groups for row in group.rows}
    assert set(rows) == {"absent", "stall"}
    assert (rows["stall"].cells[0].outcome, rows["stall"].cells[0].planned) == (None, True)
    assert report.matrix == ()


def test_faults_are_not_among_right_answers_and_not_in_the_matrix():
    calm = record(case="quick/nuclei/plane/s3", outcome="failed")

    report = _report(calm, faulty("raised"))

    assert (report.tools[0].counts.planned, report.tools[0].counts.passed) == (1, 0)
    assert [rows.scenario for rows in report.matrix] == ["quick"]
    assert report.counts.planned == 2


def test_a_write_tells_what_a_reader_then_sees():
    report = _report(faulty("right", allowed=("raised",), left="half", case="faults/nuclei/write/s3/killed"))

    assert _cells(report)[0].seen.left == "half"
    assert report.faults.writes
    assert "left: half" in {fact.name: fact.value for fact in report.problems[0].evidence}["fault"]


def test_what_a_tool_said_as_it_raised_is_told_once_for_all_faults():
    said = Problem(type="OSError", message="503 Slow Down")
    cases = [f"faults/nuclei/plane/s3/{name}" for name in ("busy-once", "busy")]

    report = _report(*(faulty("raised", case=case, problem=said) for case in cases))

    (saying,) = report.faults.sayings
    assert (saying.problem, saying.faults) == (said, ("busy-once", "busy"))


def test_what_is_allowed_has_no_waterfall_and_what_is_not_has_one():
    good, bad = faulty("raised"), faulty("fill", ZARR_3)

    report = _report(good, bad, requests=[request(one, 0, fault="absent", status=404) for one in (good, bad)])

    ((_, (fall,)),) = report.faults.waterfalls
    assert fall.tool.id == ZARR_3


def test_faults_of_one_operation_stand_together_in_their_own_order():
    names = ("stall", "absent", "drip")
    records = [
        faulty("raised", case=f"faults/nuclei/{title}/s3/{name}") for name in names for title in ("a", "b")
    ]

    groups = _report(*records).faults.groups

    assert [(group.key.title, [row.key.fault for row in group.rows]) for group in groups] == [
        ("a", list(names)),
        ("b", list(names)),
    ]
