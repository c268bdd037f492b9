import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_runs import MINIO, TENSORSTORE, ZARR_3, run_of
from wire_runs import AIOBOTOCORE, AIOHTTP, CURL, counted, faulty, request, with_wire

from harness.report.clients import LONGEST, UNNAMED, client_of
from harness.report.content import build_report


def _clients(*agents_by_case, tool=ZARR_3, store="s3"):
    """Return the requests part of a run: for each case, its requests' user agents."""
    records = [counted(tool, f"wire/nuclei/p{place}/{store}") for place in range(len(agents_by_case))]
    asked = [
        request(one, number, user_agent=agent)
        for one, agents in zip(records, agents_by_case, strict=True)
        for number, agent in enumerate(agents)
    ]
    return build_report(with_wire(run_of(records, stores=MINIO), asked)).requests


@pytest.mark.parametrize(
    ("agent", "client"),
    [
        (AIOBOTOCORE.format("Z"), "aiobotocore/2.25.0"),
        (AIOHTTP, "Python/3.13 aiohttp/3.13.2"),
        (CURL, "tensorstore/0.1 libcurl/8.16.0"),
        ("Java/21 (OpenJDK) okhttp/4", "Java/21 okhttp/4"),
        ("ua/2.1 os/linux", "ua/2.1 os/linux"),
        ("", UNNAMED),
        ("\x1b[31m\u202e", UNNAMED),
    ],
)
def test_a_client_is_its_name_and_version(agent, client):
    assert client_of(agent) == client


@given(st.text(st.characters(codec=None), max_size=200))
def test_a_client_always_has_a_short_name(agent):
    assert 1 <= len(client_of(agent)) <= LONGEST


def test_one_client_that_uses_different_features_is_one_client():
    part = _clients([AIOBOTOCORE.format("Z"), AIOBOTOCORE.format("E")])

    assert [(line.client, line.requests) for line in part.clients] == [("aiobotocore/2.25.0", 2)]
    assert part.remarks == ()


def test_another_client_in_one_case_is_noticed():
    part = _clients([AIOHTTP], [AIOHTTP, AIOHTTP], [CURL, CURL])

    (remark,) = part.remarks
    assert remark == (
        "zarr-python 3.4.2: the requests of wire/nuclei/p2/s3 came from tensorstore/0.1 libcurl/8.16.0 (2); "
        "in its other 2 cases on s3 from Python/3.13 aiohttp/3.13.2 alone."
    )


def test_several_clients_in_one_case_are_noticed():
    part = _clients([AIOHTTP], [AIOHTTP, CURL])

    (remark,) = part.remarks
    assert "p1/s3 came from 2 clients, Python/3.13 aiohttp/3.13.2 (1) and tensorstore/0.1" in remark
    assert remark.endswith("in its other 1 case on s3 from Python/3.13 aiohttp/3.13.2 alone.")


def test_several_clients_in_every_case_are_told_once():
    part = _clients(*[[AIOHTTP, CURL]] * 5)

    (remark,) = part.remarks
    assert remark == (
        "zarr-python 3.4.2: the requests of wire/nuclei/p0/s3, wire/nuclei/p1/s3, wire/nuclei/p2/s3 and 2 "
        "more came from 2 clients, Python/3.13 aiohttp/3.13.2 (5) and tensorstore/0.1 libcurl/8.16.0 (5)."
    )


def test_another_client_on_another_store_is_no_fallback():
    http, s3 = (counted(ZARR_3, f"wire/nuclei/plane/{store}") for store in ("http", "s3"))
    asked = [request(http, 0, user_agent=AIOHTTP), request(s3, 0, user_agent=AIOBOTOCORE)]

    part = build_report(with_wire(run_of([http, s3], stores=MINIO), asked)).requests

    assert part.remarks == ()
    assert [(line.client, line.stores) for line in part.clients] == [
        ("Python/3.13 aiohttp/3.13.2", ("http",)),
        ("aiobotocore/2.25.0", ("s3",)),
    ]


def test_another_client_under_a_fault_is_noticed():
    calm = counted(TENSORSTORE)
    hit = faulty("right", TENSORSTORE)
    asked = [request(calm, 0), request(hit, 0), request(hit, 1, user_agent=AIOHTTP)]

    report = build_report(with_wire(run_of([calm, hit], stores=MINIO), asked))

    assert len(report.requests.remarks) == 1
    assert "faults/nuclei/plane/s3/absent came from 2 clients" in report.requests.remarks[0]
    assert report.requests.remarks[0] in report.sentences
