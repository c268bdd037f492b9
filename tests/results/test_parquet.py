"""Samples as Parquet."""

import pandas as pd
import pytest
from pyarrow import parquet

from harness.results.append import RunWriter
from harness.results.load import load_run
from harness.results.parquet import write_samples


@pytest.fixture
def run(tmp_path, manifest, record, sample):
    with RunWriter.create(tmp_path / "run", manifest) as writer:
        writer.append(record("a"), [sample("a", repeat=n, value=n / 3) for n in range(5)])
        writer.append(record("b"), [sample("b", metric="peak_rss", unit="bytes", value=2**40)])
    return load_run(tmp_path / "run")


def test_the_file_holds_the_samples(run):
    frame = pd.read_parquet(write_samples(run))

    assert frame.to_dict("records") == [sample.model_dump() for sample in run.samples]


def test_a_run_without_samples_has_the_same_columns(tmp_path, manifest, run):
    with RunWriter.create(tmp_path / "empty", manifest):
        pass

    empty = write_samples(load_run(tmp_path / "empty"))

    assert parquet.read_schema(empty).equals(parquet.read_schema(write_samples(run)))
    assert pd.read_parquet(empty).empty


def test_nothing_is_left_behind_where_it_fails(run, monkeypatch):
    def fails(_table, path):
        path.write_bytes(b"half")
        raise OSError("full")

    monkeypatch.setattr(parquet, "write_table", fails)
    with pytest.raises(OSError, match="full"):
        write_samples(run)

    left = {path.name for path in run.folder.iterdir()}
    assert left == {"run.json", "records.jsonl", "samples.jsonl", "requests.jsonl"}
