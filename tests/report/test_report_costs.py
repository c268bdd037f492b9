from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from report_runs import MINIO, TENSORSTORE, ZARR_3, record, run_of, walls
from wire_runs import NETWORKS, counted, request, with_wire

from harness.report.content import build_report
from harness.report.sweep import sweep
from harness.report.wire_figures import trips_text

LINKS = {network.name: network for network in NETWORKS}
BYTES = 2_000_000


def _ms(network, trips, work):
    transfer = BYTES * 8 / (network.mbit_per_s * 1000) if network.mbit_per_s else 0
    return trips * network.rtt_ms + transfer + work


def _swept(*tools, networks=NETWORKS, wire=True, noise=(0.99, 1, 1.01)):
    """Return the report of one case on these networks; each tool has its round trips and its work in ms."""
    records, samples, asked = [], [], []
    for tool, trips, work in tools:
        for network in networks:
            if network.name == "direct":
                one = counted(tool, timed=True) if wire else record(tool, "wire/nuclei/plane/s3", timed=True)
                asked += [request(one, 0, received=BYTES - 300)] if wire else []
            else:
                one = record(tool, f"wire/nuclei/plane/s3/{network.name}", timed=True)
            records.append(one)
            times = [_ms(network, trips, work) * factor for factor in noise]
            samples += walls(one, times, phase="cold")
    run = run_of(records, samples, stores=MINIO, scenarios=[("wire", "")])
    return build_report(with_wire(run, asked, networks))


def _line(report, place=0):
    return report.costs.cases[0].lines[place]


def test_a_run_on_one_network_has_no_such_part():
    assert _swept((TENSORSTORE, 2, 10), networks=NETWORKS[:1]).costs is None
    assert _swept((TENSORSTORE, 2, 10), networks=NETWORKS[:2]).costs is None


def test_the_round_trips_are_the_slope_of_time_over_latency():
    report = _swept((TENSORSTORE, 3, 10), (ZARR_3, 7, 20))

    trips = [_line(report, place).trips for place in (0, 1)]
    assert [one.trips for one in trips] == pytest.approx([3, 7], rel=0.03)
    assert all(one.low <= one.trips <= one.high for one in trips)
    assert trips[0].rtts_ms == (50, 100, 150)


def test_what_waits_for_less_than_one_answer_is_overlapped():
    line = _line(_swept((TENSORSTORE, 0.3, 200), noise=(0.999, 1, 1.001)))

    assert trips_text(line.trips).startswith("overlapped (0.")


def test_the_model_is_fitted_to_links_and_checked_on_each_of_them():
    line = _line(_swept((TENSORSTORE, 3, 10), noise=(1, 1, 1)))

    assert line.model.curve.trips == pytest.approx(3, rel=0.05)
    assert line.model.wire_bytes == BYTES
    assert {check.observation.network for check in line.model.checks} == set(LINKS) - {"direct"}
    assert line.errors.median < 0.05


def test_the_errors_are_told_by_network_and_the_worst_is_named():
    report = _swept((TENSORSTORE, 3, 10), (ZARR_3, 7, 20))

    errors = report.costs.errors
    assert errors.checks == 2 * 7 == sum(one.errors.checks for one in report.costs.networks)
    assert [one.network.name for one in report.costs.networks] == [
        "lan", "region", "narrow", "continent", "hotel", "moon-base", "far",
    ]  # fmt: skip
    assert max(one.errors.worst for one in report.costs.networks) == errors.worst
    assert report.sentences[-1].startswith("The cost model predicted networks that it had not seen")
    assert errors.worst_trial in report.sentences[-1]


def test_without_counted_bytes_there_are_round_trips_and_no_model():
    line = _line(_swept((TENSORSTORE, 3, 10), wire=False))

    assert line.trips is not None
    assert (line.model, line.why) == (None, "its requests were not counted")


def test_too_few_links_are_a_reason_and_not_an_error():
    line = _line(
        _swept((TENSORSTORE, 3, 10), networks=tuple(LINKS[name] for name in ("direct", "continent", "far")))
    )

    assert line.trips.trips == pytest.approx(3, rel=0.05)
    assert line.model is None
    assert "4 links are needed" in line.why


def test_wrong_answers_have_no_part_in_it():
    run_wrong = [
        record(TENSORSTORE, f"wire/nuclei/plane/s3/{name}", "failed", timed=True)
        for name in LINKS
        if name != "direct"
    ]
    samples = [sample for one in run_wrong for sample in walls(one, [1, 2, 3], phase="cold")]
    run = with_wire(run_of(run_wrong, samples, stores=MINIO, scenarios=[("wire", "")]), (), NETWORKS)

    assert build_report(run).costs is None


def test_networks_stand_in_the_order_of_their_latency():
    report = _swept((TENSORSTORE, 3, 10))

    assert [case.key.network for case in report.timings] == [
        "direct", "lan", "region", "narrow", "continent", "hotel", "moon-base", "far",
    ]  # fmt: skip
    assert [case.key.network for case in report.near_timings] == ["direct"]
    assert len(report.far_timings) == 7


def test_the_matrix_counts_the_networks_of_a_store_that_has_many():
    report = _swept((TENSORSTORE, 3, 10))

    assert report.matrix[0].datasets[0].operations[0][1][0].places == "s3 (8 networks)"


def _drawing(report):
    return ET.fromstring(sweep(report.costs.cases[0]))


def test_a_drawing_has_a_dot_for_each_link_without_a_limit_and_a_name_for_each_tool():
    svg = _drawing(_swept((TENSORSTORE, 3, 10), (ZARR_3, 7, 20)))

    assert len(list(svg.iter("circle"))) == 2 * 5
    assert [text.text for text in svg.iter("text") if text.get("class") == "name"] == [
        "zarr-python@3.4.2",
        "tensorstore@0.1.86",
    ]
    assert "tensorstore@0.1.86, 150 ms: 460 ms" in svg.get("aria-label")


def test_names_of_lines_that_meet_do_not_meet():
    tools = [TENSORSTORE.model_copy(update={"version": str(place)}) for place in range(8)]
    svg = _drawing(_swept(*((tool, 3, 10) for tool in tools)))

    heights = [float(text.get("y")) for text in svg.iter("text") if text.get("class") == "name"]
    assert len(heights) == 8
    assert all(b - a >= 14 for a, b in pairwise(heights))
    assert min(heights) > 0
    assert max(heights) < 260
