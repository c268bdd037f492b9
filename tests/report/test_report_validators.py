import csv
import io

import pytest
from depth_runs import ALWAYS, MODELS, validators_run, verdict
from report_runs import TENSORSTORE, record, run_of

from harness.report.agreement_csv import validators_csv
from harness.report.content import build_report
from harness.report.validators import suite_of


def _part(*records, **facts):
    return build_report(run_of(records, **facts)).validators


def _numbers(verdicts):
    return (
        verdicts.right,
        verdicts.judged,
        verdicts.accepted,
        verdicts.valid,
        verdicts.caught,
        verdicts.broken,
    )


def test_a_run_without_validators_has_no_such_part():
    assert _part(record()) is None


def test_the_baseline_comes_first_and_is_named():
    part = _part(
        verdict(TENSORSTORE.model_copy(update={"name": "a-validator"}), "x", valid=True, said=True),
        verdict(ALWAYS, "x", valid=True, said=True),
    )

    assert [line.id.name for line in part.validators] == ["always-valid", "a-validator"]
    assert part.baseline == (True, False)


def test_verdicts_are_told_by_what_was_valid_and_what_was_broken():
    datasets = {
        "a": (True, True),
        "b": (True, False),
        "c": (False, False),
        "d": (False, True),
        "e": (False, False),
    }
    records = [verdict(MODELS, name, valid=valid, said=said) for name, (valid, said) in datasets.items()]
    records += [verdict(ALWAYS, name, valid=valid, said=True) for name, (valid, _) in datasets.items()]

    baseline, models = _part(*records).all_of_it

    assert _numbers(models) == (3, 5, 1, 2, 2, 3)
    assert _numbers(baseline) == (2, 5, 2, 2, 0, 3)


def test_what_is_no_verdict_is_named_and_does_not_count():
    records = [
        verdict(ALWAYS, "a", valid=False, said=True),
        verdict(MODELS, "a", valid=False, said=None),
        record(MODELS, "validators/b/hierarchy/file", "unsupported", operation="validate"),
    ]
    planned = [*(one.trial for one in records), f"validators/c/hierarchy/file::{MODELS}"]

    _, models = _part(*records, planned=planned, torn=True).all_of_it

    assert (models.judged, models.otherwise) == (0, (("errored", 1), ("unsupported", 1), ("not run", 1)))


def test_without_a_baseline_what_all_say_rightly_is_right_but_neither_valid_nor_broken():
    (models,) = _part(verdict(MODELS, "a", valid=True, said=True)).all_of_it

    assert _numbers(models) == (1, 1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("dataset", "suite"),
    [
        ("ngff-0.4-image-valid", "ngff-0.4"),
        ("ngff-tree-0.6-plate-x", "ngff-tree-0.6"),
        ("ome-0.5-axes-order", "ome-0.5"),
        ("corner-bool", ""),
        ("ngff-0.4", ""),
    ],
)
def test_a_dataset_tells_its_suite_by_its_name(dataset, suite):
    assert suite_of(dataset) == suite


def test_suites_have_rows_of_their_own():
    part = build_report(validators_run()).validators

    assert [(row.suite, row.datasets) for row in part.suites] == [
        ("ngff-0.4", 80),
        ("ome-0.4", 4),
        ("ngff-0.5", 80),
        ("ome-0.5", 4),
    ]
    assert [sum(row.cells[1].right for row in part.suites)] == [part.all_of_it[1].right]


def test_the_rules_say_who_catches_which():
    part = build_report(validators_run()).validators

    broken = {row.rule: row for row in part.broken_rules}
    assert list(broken) == ["axes-order", "scale-missing", "version-missing"]
    assert broken["axes-order"].text == "The rule of axes-order"
    assert broken["axes-order"].versions == ("0.4", "0.5")
    told = {rule: [(c.right, c.judged, c.cases, c.worst) for c in row.cells] for rule, row in broken.items()}
    assert told == {
        "axes-order": [(0, 2, 2, "failed"), (2, 2, 2, "passed")],
        "scale-missing": [(0, 2, 2, "failed"), (0, 2, 2, "failed")],
        "version-missing": [(0, 2, 2, "failed"), (1, 1, 2, "errored")],
    }
    assert [(row.rule, row.text) for row in part.kept_rules] == [("paths-own", "paths own")]


def test_a_validator_has_its_sentence_and_no_other():
    sentences = build_report(validators_run()).sentences

    assert sentences[1:] == (
        "To compare: always-valid 1 was right in 82 of 168 verdicts, as it calls everything valid.",
        (
            "ome-zarr-models 1.7 was right in 154 of 167 verdicts: 76 of 82 valid ones accepted, "
            "78 of 85 broken ones caught."
        ),
    )


def test_verdicts_are_counted_but_stand_in_no_matrix():
    report = build_report(run_of([verdict(MODELS, "a", valid=True, said=True), record()]))

    assert [one.scenario for one in report.matrix] == ["quick"]
    assert [tool.counts.planned for tool in report.tools] == [1, 1]


def test_validators_csv_has_a_line_for_each_verdict_with_the_truth():
    rows = list(csv.DictReader(io.StringIO(validators_csv(validators_run()))))

    assert len(rows) == 336
    by_name = {(row["dataset"], row["tool"]): row for row in rows}
    caught = by_name["ome-0.4-axes-order", "ome-zarr-models"]
    assert (caught["suite"], caught["valid"], caught["said_valid"]) == ("ome-0.4", "False", "False")
    raised = by_name["ome-0.4-version-missing", "ome-zarr-models"]
    assert (raised["said_valid"], raised["gave_a_verdict"], raised["outcome"]) == ("", "False", "errored")


def test_a_dataset_of_which_nobody_knows_whether_it_is_valid_counts_for_nobody():
    note = ("not judged, there is no truth: it says valid",)

    baseline, models = _part(
        *(verdict(one, "corner-x", valid=True, said=True, notes=note) for one in (ALWAYS, MODELS))
    ).all_of_it

    assert _numbers(baseline) == _numbers(models) == (0, 0, 0, 0, 0, 0)
    assert models.otherwise == (("not judged", 1),)
