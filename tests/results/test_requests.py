"""Requests in a run folder: they belong to a record, of a trial counted twice the later ones."""

import pandas as pd

from harness.results.append import RunWriter
from harness.results.load import load_run
from harness.results.parquet import write_requests


def test_requests_are_read_back_with_their_record(tmp_path, manifest, record, request_seen):
    seen = [request_seen(), request_seen(number=1, start=0, stop=10, status=206)]
    with RunWriter.create(tmp_path / "run", manifest) as writer:
        writer.append(record(), requests=seen)

    assert load_run(tmp_path / "run").requests == tuple(seen)


def test_requests_without_a_record_do_not_count(tmp_path, manifest, record, request_seen):
    with RunWriter.create(tmp_path / "run", manifest) as writer:
        writer.append(record("a"), requests=[request_seen("b")])

    assert load_run(tmp_path / "run").requests == ()


def test_of_a_trial_counted_twice_only_the_later_requests_count(tmp_path, manifest, record, request_seen):
    with RunWriter.create(tmp_path / "run", manifest) as writer:
        writer.append(record(), requests=[request_seen(), request_seen(number=1), request_seen(number=2)])
        writer.append(record(), requests=[request_seen(received=9), request_seen(repeat=1)])

    assert [(one.repeat, one.number, one.received) for one in load_run(tmp_path / "run").requests] == [
        (0, 0, 9),
        (1, 0, 7),
    ]


def test_requests_as_parquet_keep_what_is_unknown_empty(tmp_path, manifest, record, request_seen):
    with RunWriter.create(tmp_path / "run", manifest) as writer:
        writer.append(
            record(), requests=[request_seen(), request_seen(number=1, start=2**40, stop=2**40 + 1)]
        )

    frame = pd.read_parquet(write_requests(load_run(tmp_path / "run")))

    assert list(frame["number"]) == [0, 1]
    assert frame["start"].isna().tolist() == [True, False]
    assert frame["stop"][1] == 2**40 + 1
    assert list(frame.columns) == list(request_seen().model_dump())


def test_a_run_without_requests_has_an_empty_table_of_the_same_columns(tmp_path, manifest, request_seen):
    with RunWriter.create(tmp_path / "run", manifest):
        pass

    frame = pd.read_parquet(write_requests(load_run(tmp_path / "run")))

    assert len(frame) == 0
    assert list(frame.columns) == list(request_seen().model_dump())
