import pytest
from depth_runs import ALWAYS, FIXED, MODELS, reading, verdict
from hypothesis import given
from hypothesis import strategies as st
from report_runs import TENSORSTORE, ZARR_2, ZARR_3, record, run_of
from wire_runs import faulty

from harness.report.content import build_report
from harness.results.model import Problem


def _failed(dataset, explanation, tool=TENSORSTORE, **other):
    return record(tool, f"quick/{dataset}/whole/file", "failed", explanation=explanation, **other)


def _problems(*records):
    return build_report(run_of(records)).problems


def test_what_differs_in_numbers_types_and_names_is_told_once_by_an_example():
    texts = {
        name: f"{n} of 64 pixels of {name} are {t}"
        for n, (name, t) in enumerate([("a-1", "uint8"), ("b", "<f4")])
    }
    other = _failed("c", "the array is transposed")

    same, transposed = _problems(*(_failed(name, text) for name, text in texts.items()), other)

    assert (same.explanation, same.others) == (texts["a-1"], (texts["b"],))
    assert same.datasets == ("a-1", "b")
    assert same.example.dataset == "a-1"
    assert (transposed.explanation, transposed.others) == ("the array is transposed", ())


def test_of_many_texts_a_few_are_named():
    (one,) = _problems(*(_failed(f"d{n}", f"{n} pixels differ") for n in range(9)))

    assert one.others == ("1 pixels differ", "2 pixels differ", "3 pixels differ", "and 5 more")


def test_the_same_error_with_a_similar_message_is_told_once_and_another_type_apart():
    said = [("ValueError", "codec 'a'"), ("ValueError", "codec 'b'"), ("KeyError", "codec 'c'")]
    records = [
        record(
            case=f"quick/d{n}/whole/file",
            outcome="errored",
            explanation=f"read raised {kind}: {message}",
            problem=Problem(type=kind, message=message),
        )
        for n, (kind, message) in enumerate(said)
    ]

    assert [len(problem.cases) for problem in _problems(*records)] == [2, 1]


def test_equal_texts_are_one_problem_whatever_their_datasets_are_called():
    problems = _problems(_failed("nuclei", "wrong near nuclei"), _failed("ramp", "wrong near nuclei"))

    assert [len(problem.cases) for problem in problems] == [2]


def test_tools_outcomes_and_what_was_expected_are_kept_apart():
    records = [
        _failed("a", "1 pixel"),
        _failed("b", "2 pixel", ZARR_3),
        _failed("c", "3 pixel", expected=True),
        record(case="quick/d/whole/file", outcome="known_issue", explanation="4 pixel"),
    ]

    assert len(_problems(*records)) == 4


@given(st.permutations(range(6)))
def test_groups_are_the_same_in_whatever_order_trials_ended(order):
    records = [_failed(f"d{n}", f"{n} pixels {'differ' if n % 2 else 'are zero'}") for n in range(6)]
    planned = [one.trial for one in records]

    def told(several):
        problems = build_report(run_of(several, planned=planned)).problems
        return [(one.explanation, one.others, one.cases) for one in problems]

    assert told([records[place] for place in order]) == told(records)


def test_each_case_leads_to_the_problem_that_it_is_told_in():
    report = build_report(run_of([_failed(f"d{n}", f"{n} pixels differ") for n in range(3)]))

    rows = [rows[0] for dataset in report.matrix[0].datasets for _, rows in dataset.operations]
    assert [row.cells[0].problem for row in rows] == [1, 1, 1]


def test_all_that_a_validator_overlooked_is_one_problem_and_what_it_rejected_another():
    records = [
        verdict(MODELS, f"ome-0.4-{rule}", valid=False, said=True, rule=rule) for rule in ("order", "names")
    ]
    records.append(verdict(MODELS, "ome-0.4-fine", valid=True, said=False))

    overlooked, rejected = _problems(*records)

    assert overlooked.others == ("accepts what breaks a rule: names",)
    assert rejected.datasets == ("ome-0.4-fine",)


def test_the_example_is_one_whose_arrays_were_kept():
    kept = _failed("b", "2 pixels differ", evidence={"kind": "other", "saved": "wrong/0007"})

    (one,) = _problems(_failed("a", "1 pixels differ"), kept)

    assert one.example.dataset == "b"
    assert one.arrays == ("wrong/0007/expected.npy", "wrong/0007/got.npy")
    assert [fact.name for fact in one.evidence] == ["kind"]


@pytest.mark.parametrize("folder", ["../../etc", "wrong/1/../..", "wrong/x", 7, ["wrong/0001"]])
def test_what_is_no_folder_of_kept_arrays_is_evidence_like_any_other(folder):
    (one,) = _problems(_failed("a", "differs", evidence={"saved": folder}))

    assert one.arrays == ()
    assert [fact.name for fact in one.evidence] == ["saved"]


@pytest.mark.parametrize("operation", ["read", "open", "inspect"])
def test_a_problem_says_how_to_do_it_again(operation):
    (one,) = _problems(_failed("a", "differs", operation=operation))

    assert one.again == "ozh repro quick/a/whole/file --tool tensorstore@0.1.86"


def test_the_command_to_do_it_again_is_safe_to_paste():
    (one,) = _problems(_failed("a; rm -rf '$HOME'", "differs"))

    assert one.again == """ozh repro 'quick/a; rm -rf '"'"'$HOME'"'"'/whole/file' --tool tensorstore@0.1.86"""


@pytest.mark.parametrize(
    "one",
    [
        _failed("a", "differs", operation="write"),
        record(outcome="not_built", expected=False),
        faulty("fill"),
        reading(ZARR_2, ZARR_3, outcome="failed", explanation="differs"),
    ],
    ids=["write", "not built", "fault", "read back"],
)
def test_what_cannot_be_done_again_alone_has_no_command(one):
    (problem,) = _problems(one)

    assert problem.again == ""


def test_remarks_that_are_alike_are_counted_together():
    records = [
        record(case=f"quick/d-{n}/outside/file", notes=(f"refused: index {n} of 'd-{n}'",)) for n in range(5)
    ]

    (remark,) = build_report(run_of(records)).remarks

    assert (remark.text, remark.cases, remark.others) == ("refused: index 0 of 'd-0'", 5, 4)


def test_a_reason_stands_in_the_sentence_only_where_all_say_the_same():
    records = [
        record(case=f"quick/d{n}/whole/file", outcome="unsupported", explanation=f"no dtype int{8 * n}")
        for n in (1, 2)
    ]

    assert build_report(run_of(records)).sentences[1].endswith("; 2 unsupported.")


def test_a_known_issue_that_did_not_appear_has_its_place_and_is_no_remark():
    note = FIXED.format("Half a pixel.", 403)
    records = [record(case=f"quick/{name}/whole/file", notes=(note, "refused")) for name in "ab"]

    report = build_report(run_of(records))

    (fixed,) = report.fixed
    assert (fixed.text, fixed.url) == ("Half a pixel.", "https://github.com/ome/ome-zarr-py/issues/403")
    assert fixed.datasets == ("a", "b")
    assert [remark.text for remark in report.remarks] == ["refused"]
    assert "tensorstore 0.1.86: a known issue did not appear in any of 2 cases: Half a pixel." in (
        report.sentences
    )
    assert [rows[0].cells[0].note for d in report.matrix[0].datasets for _, rows in d.operations] == [
        "fixed",
        "fixed",
    ]


def test_several_that_did_not_appear_are_one_sentence():
    notes = tuple(FIXED.format(text, 1) for text in ("Half a pixel.", "No units."))

    report = build_report(run_of([record(notes=notes), record(ALWAYS)]))

    assert "Fixed? 2 known issues did not appear at all." in report.sentences


def test_the_cases_of_a_problem_stand_in_the_order_of_the_scenario():
    titles = ("whole", "slab", "list")
    records = [
        record(case=f"quick/{name}/{title}/file", outcome="failed", explanation=f"{n} pixels differ")
        for n, name in enumerate("ba")
        for title in titles
    ]
    records[1] = records[1].model_copy(update={"explanation": "1 pixels differ"})

    (one,) = _problems(*records)

    assert [key.case for key in one.cases] == [record.case for record in records]


def test_a_known_issue_that_appeared_in_another_case_is_not_called_fixed():
    records = [record(case="quick/a/whole/file", notes=(FIXED.format("Half a pixel.", 403),))]
    records.append(record(case="quick/b/whole/file", outcome="known_issue", notes=("Half a pixel.",)))

    report = build_report(run_of(records))

    assert report.fixed == ()
    assert report.remarks == ()
