import csv
import io

import pytest
from depth_runs import ALWAYS, BROKEN, MODELS, OVERLOOKED, exchange_run, nothing, reading, written
from report_runs import MINIO, OME_ZARR_PY, TENSORSTORE, ZARR_2, ZARR_3, ZARR_3_TUNED, record, run_of

from harness.report.agreement_csv import exchange_csv
from harness.report.content import build_report
from harness.report.exchange import exchange_sentences


def _report(*records, **facts):
    return build_report(run_of(records, stores=MINIO, scenarios=[("matrix", "")], **facts))


def _cell(report):
    """Return the only cell of a matrix of one writer and one reader."""
    ((cell,),) = (row.readers for row in report.exchange.rows)
    return cell


def _shares(cell):
    return {one.look: (one.share.right, one.share.counted) for one in cell.looks}


def test_a_run_without_such_cases_has_no_such_part():
    assert _report(record(operation="write")).exchange is None


def test_a_cell_sums_over_datasets_ways_of_writing_and_stores():
    places = [f"{data}/{title}/{store}" for data in "ab" for title in "xyz" for store in ("file", "s3")]
    records = [
        reading(ZARR_3, TENSORSTORE, look, place) for place in places for look in ("pixels", "metadata")
    ]
    records[0] = records[0].model_copy(update={"outcome": "failed", "expected": False})

    cell = _cell(_report(*records))

    assert _shares(cell) == {"pixels": (11, 12), "metadata": (12, 12)}
    assert cell.worst == "failed"
    assert [(one.look, one.problem, one.places) for one in cell.wrong] == [("pixels", 1, ("a x file",))]


@pytest.mark.parametrize(
    ("pixels", "metadata", "worst"),
    [
        ("passed", "passed", "passed"),
        ("errored", "failed", "failed"),
        ("known_issue", "crashed", "crashed"),
        ("unsupported", "passed", "passed"),
        ("unsupported", "infrastructure", None),
    ],
)
def test_a_cell_has_the_colour_of_the_worst(pixels, metadata, worst):
    records = [
        reading(ZARR_3, TENSORSTORE, "pixels", outcome=pixels),
        reading(ZARR_3, TENSORSTORE, "metadata", outcome=metadata),
    ]

    assert _cell(_report(*records)).worst == worst


def test_nothing_to_read_does_not_count_and_is_no_remark():
    report = _report(
        written(ZARR_2, outcome="unsupported", explanation="Zarr v3"),
        nothing(ZARR_2, TENSORSTORE),
        reading(ZARR_2, TENSORSTORE, place="ramp/v04/file"),
        reading(ZARR_2, TENSORSTORE, place="ramp/v04/s3", outcome="unsupported", explanation="no s3"),
    )

    (look,) = _cell(report).looks
    assert (look.share.right, look.share.counted) == (1, 1)
    assert look.share.apart == (("nothing to read", 1), ("unsupported", 1))
    assert {remark.text for remark in report.remarks} == {"Zarr v3", "no s3"}


@pytest.mark.parametrize(
    ("records", "text"),
    [
        ([nothing(ZARR_2, ZARR_3)], "nothing to read"),
        ([reading(ZARR_2, ZARR_3, outcome="not_built")], "not built"),
        ([nothing(ZARR_2, ZARR_3), reading(ZARR_2, ZARR_3, place="a/b/s3", outcome="unsupported")], "none"),
    ],
)
def test_a_look_at_nothing_says_why(records, text):
    assert _cell(_report(*records)).looks[0].text == text


def test_stores_are_named_where_they_are_worse_than_others():
    outcomes = {"file": "passed", "http": "errored", "s3": "passed"}
    records = [
        reading(ZARR_3, OME_ZARR_PY, place=f"a/x/{store}", outcome=one) for store, one in outcomes.items()
    ]
    even = [reading(ZARR_3, OME_ZARR_PY, "metadata", f"a/x/{store}", outcome="failed") for store in outcomes]

    pixels, metadata = _cell(_report(*records, *even)).looks

    assert [(store, share.text) for store, share in pixels.stores] == [("http", "0/1")]
    assert metadata.stores == ()


def test_each_configuration_of_a_writer_has_a_row_with_its_own_writes():
    report = _report(
        written(ZARR_3),
        written(ZARR_3_TUNED, outcome="failed"),
        reading(ZARR_3, TENSORSTORE),
        reading(ZARR_3_TUNED, TENSORSTORE),
    )

    assert [(row.label, row.writes.passed, row.writes.planned) for row in report.exchange.rows] == [
        ("zarr-python@3.4.2", 1, 1),
        ("zarr-python@3.4.2+tuned", 0, 1),
    ]


def test_writes_of_other_scenarios_are_not_among_them():
    other = record(ZARR_3, "quick/ramp/write/file", operation="write")

    report = _report(written(ZARR_3), reading(ZARR_3, TENSORSTORE), other)

    assert report.exchange.rows[0].writes.planned == 1


def test_what_was_read_back_is_not_in_the_matrix_nor_in_a_readers_counts():
    report = _report(written(ZARR_3), reading(ZARR_3, TENSORSTORE), reading(ZARR_3, MODELS, "validity"))

    assert [(d.dataset, [t for t, _ in d.operations]) for d in report.matrix[0].datasets] == [
        ("ramp", ["v05"])
    ]
    assert {tool.label: tool.counts.planned for tool in report.tools} == {
        "ome-zarr-models@1.7": 0,
        "tensorstore@0.1.86": 0,
        "zarr-python@3.4.2": 1,
    }
    assert report.counts.planned == 3
    assert report.validators is None


def test_validators_of_what_was_written_have_columns_of_their_own():
    report = _report(
        written(ZARR_3),
        written(TENSORSTORE, outcome="failed", **BROKEN),
        *(reading(ZARR_3, one, "validity") for one in (ALWAYS, MODELS)),
        reading(TENSORSTORE, ALWAYS, "validity", outcome="failed", **OVERLOOKED),
        reading(TENSORSTORE, MODELS, "validity"),
        reading(ZARR_3, TENSORSTORE),
    )

    part = report.exchange
    assert [line.id for line in part.readers] == [TENSORSTORE]
    assert [line.id for line in part.validators] == [ALWAYS, MODELS]
    told = {row.writer: [(cell.looks[0].text, cell.worst) for cell in row.validators] for row in part.rows}
    assert told == {
        TENSORSTORE: [("1/1", "failed"), ("0/1", "passed")],
        ZARR_3: [("1/1", "passed"), ("1/1", "passed")],
    }


def test_a_planned_look_without_a_record_is_not_run_and_known_by_its_case():
    torn = f"matrix/ramp/v05--{ZARR_3_TUNED}--metadata/http::{TENSORSTORE}"

    report = _report(written(ZARR_3_TUNED), planned=[written(ZARR_3_TUNED).trial, torn], torn=True)

    (row,) = report.exchange.rows
    assert row.writer == ZARR_3_TUNED
    assert [one.text for one in row.readers[0].looks] == ["not run"]
    assert len(report.matrix[0].datasets) == 1


def test_sentences_say_how_many_readings_were_right_and_which_pair_fares_worst():
    run = exchange_run()
    read = [one for one in run.records if one.written_by and one.title != "validity"]
    counted = [one for one in read if one.outcome != "unsupported"]
    shares = [
        f"{look} right in {sum(one.outcome == 'passed' for one in several):,} of {len(several):,}"
        for look in ("pixels", "metadata")
        for several in [[one for one in counted if one.title == look]]
    ]
    empty = sum(one.explanation.startswith("nothing to read") for one in read)

    first, second = exchange_sentences(build_report(run).exchange)

    assert first == (
        f"What 5 writers wrote was read by 4 tools: {shares[0]} and {shares[1]}; {empty} times there was "
        "nothing to read."
    )
    assert second == (
        "Pairs of writer and reader that agree on all of it: 15 of 20; most goes wrong where "
        "zarr-python 3.4.2 reads what zarr-python 2.18.7 wrote: pixels right in 9 of 18 and metadata right "
        "in 18 of 18."
    )


def test_sentences_say_where_all_agree_and_where_nothing_was_read():
    agree = _report(reading(ZARR_3, TENSORSTORE)).exchange
    empty = _report(nothing(ZARR_2, TENSORSTORE)).exchange

    assert exchange_sentences(agree)[1] == "Pairs of writer and reader that agree on all of it: 1 of 1."
    assert exchange_sentences(empty) == ("Nothing that a tool wrote could be read back.",)


def test_exchange_csv_has_a_line_for_each_reading():
    run = exchange_run()

    rows = list(csv.DictReader(io.StringIO(exchange_csv(run))))

    assert len(rows) == sum(record.written_by is not None for record in run.records)
    assert rows[0] == {
        "scenario": "matrix",
        "dataset": "ramp-2",
        "written": "v04-none",
        "writer": "zarr-python",
        "writer_version": "3.4.2",
        "writer_configuration": "default",
        "store": "file",
        "tool": "ome-zarr-py",
        "version": "0.21.0",
        "configuration": "default",
        "look": "pixels",
        "outcome": "passed",
        "expected": "True",
        "explanation": "",
    }
