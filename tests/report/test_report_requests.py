import pytest
from report_runs import MINIO, OME_ZARR_PY, TENSORSTORE, ZARR_3, record, run_of
from wire_runs import NETWORKS, counted, faulty, large_wire_run, request, with_wire

from harness.report.content import build_report
from harness.report.falls import FEWEST_ROWS, MOST_ROWS, PAGE_ROWS
from harness.report.wire_figures import bytes_span, kinds_text, span_text, times_text
from harness.results.wire import WireSeen


def _report(records, requests=()):
    return build_report(with_wire(run_of(records, stores=MINIO), requests))


def _line(report, case=0, line=0):
    return report.requests.cases[case].lines[line]


def test_a_run_that_saw_no_request_has_no_such_part():
    report = _report([record()])

    assert report.requests is None
    assert not [sentence for sentence in report.sentences if "equests" in sentence]


def test_opening_and_operation_are_told_apart():
    one = counted(needed=2000)
    asked = [
        request(one, 0, step="open", kind="metadata", key="zarr.json", received=300),
        request(one, 1, status=404, received=0),
        request(one, 2, in_flight=2, connection=1, received=1500),
        request(one, 3, in_flight=2, received=1500),
    ]

    opening, operation = _line(_report([one], asked)).steps

    assert (opening.step, kinds_text(opening.spans)) == ("open", "1 GET metadata")
    assert opening.amplification is None
    assert (operation.step, kinds_text(operation.spans)) == ("operation", "3 GET chunk")
    assert [span_text(span) for span in (operation.spans.not_found, operation.spans.in_flight_peak)] == [
        "1",
        "2",
    ]
    assert times_text(operation.amplification) == "1.50"


def test_what_differs_from_pass_to_pass_is_given_as_least_and_most():
    one = counted(repeats=2, needed=1000)
    asked = [request(one, 0), request(one, 0, repeat=1), request(one, 1, repeat=1, kind="metadata")]

    (operation,) = _line(_report([one], asked)).steps

    assert span_text(operation.spans.requests) == "1\N{EN DASH}2"
    assert kinds_text(operation.spans) == "1 GET chunk, 0\N{EN DASH}1 GET metadata"
    assert bytes_span(operation.spans.received) == "0.977\N{EN DASH}1.95 KiB"
    assert times_text(operation.amplification) == "1.00\N{EN DASH}2.00"


def test_a_pass_without_a_request_counts_as_none():
    one = counted(repeats=2)

    (operation,) = _line(_report([one], [request(one, 0)])).steps

    assert span_text(operation.spans.requests) == "0\N{EN DASH}1"


def test_on_store_file_nothing_is_counted_and_a_note_says_so():
    one, local = counted(), record(case="wire/nuclei/plane/file")

    report = _report([one, local], [request(one, 0)])

    by_store = {case.key.store: case.lines for case in report.requests.cases}
    assert by_store["file"] == ()
    assert len(by_store["s3"]) == 1
    assert any("on store file nothing was counted" in note for note in report.requests.notes)


def test_cases_of_a_scenario_that_does_not_count_are_left_out():
    one, other = counted(), record(case="quick/nuclei/plane/s3")

    report = _report([one, other], [request(one, 0)])

    assert [case.key.case for case in report.requests.cases] == [one.case]


def test_cases_on_other_networks_are_left_out():
    one, far = counted(), record(case="wire/nuclei/plane/s3/region")

    report = _report([one, far], [request(one, 0)])

    assert [case.key.network for case in report.requests.cases] == ["direct"]


def test_a_tool_that_was_wrong_has_its_outcome_and_no_figure():
    one, wrong = counted(TENSORSTORE), counted(ZARR_3, outcome="failed", wire=None)

    report = _report([one, wrong], [request(one, 0)])

    assert [(line.outcome, bool(line.steps)) for line in report.requests.cases[0].lines] == [
        ("passed", True),
        ("failed", False),
    ]


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (("trace and gateway",), "agreed request by request, in 1 pass of its own"),
        (("gateway",), "by the gateway alone, without the store's own trace"),
        (("trace and gateway", "gateway"), "(some trials by the gateway alone)"),
    ],
)
def test_a_note_says_how_requests_were_counted(by, said):
    records = [
        counted(tool, wire=WireSeen(by=how, repeats=1))
        for tool, how in zip((TENSORSTORE, ZARR_3), by, strict=False)
    ]

    report = _report(records, [request(one, 0) for one in records])

    assert said in report.requests.notes[0]


def test_a_sentence_says_how_much_was_counted_and_how_much_was_the_same():
    records = [counted(tool, repeats=2) for tool in (TENSORSTORE, ZARR_3)]
    asked = [request(one, 0, repeat=repeat) for one in records for repeat in (0, 1)]
    asked.append(request(records[1], 1, repeat=1))

    report = _report(records, asked)

    assert (
        "Requests were counted in 2 trials of 1 case; requests and bytes were the same in every pass in 1 of "
        "them." in report.sentences
    )


def test_waterfalls_are_of_the_first_pass_in_the_order_of_beginning():
    one = counted(repeats=2)
    asked = [request(one, 0, begin_ms=5.0), request(one, 1, begin_ms=2.0), request(one, 0, repeat=1)]

    ((key, (fall,)),) = _report([one], asked).requests.waterfalls

    assert (key.case, fall.left_out) == (one.case, 0)
    assert [each.number for each in fall.requests] == [1, 0]


def test_a_long_waterfall_says_how_much_is_left_out():
    one = counted()
    asked = [request(one, number) for number in range(MOST_ROWS + 7)]

    ((_, (fall,)),) = _report([one], asked).requests.waterfalls

    assert (len(fall.requests), fall.left_out) == (MOST_ROWS, 7)


def test_many_waterfalls_have_fewer_rows_each():
    records = [counted(case=f"wire/nuclei/p{place}/s3") for place in range(100)]
    asked = [request(one, number) for one in records for number in range(MOST_ROWS)]

    falls = [fall for _, several in _report(records, asked).requests.waterfalls for fall in several]

    assert len(falls) == 100
    assert FEWEST_ROWS <= len(falls[0].requests) == PAGE_ROWS // 100
    assert all(len(fall.requests) + fall.left_out == MOST_ROWS for fall in falls)


def test_requests_of_trials_with_a_fault_are_no_count():
    one = faulty("raised")

    report = _report([one], [request(one, 0)])

    assert report.requests.cases == ()
    assert report.requests.notes == (
        "Nothing was counted in this run; these are the requests of trials with a fault.",
    )
    assert [line.requests for line in report.requests.clients] == [1]


def test_a_large_run_counts_each_trial_once():
    run = large_wire_run(NETWORKS[:1])

    lines = [line for case in build_report(run).requests.cases for line in case.lines if line.steps]

    assert len(lines) == sum(record.wire is not None for record in run.records)
    assert {line.tool.id for line in lines} >= {TENSORSTORE, OME_ZARR_PY}
