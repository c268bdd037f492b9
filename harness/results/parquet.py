"""Samples and requests as Parquet, for whoever computes with them; made when a run is closed."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet
from pydantic import BaseModel

from harness.results.load import Run

_NAME = pa.dictionary(pa.int32(), pa.string())  # of few different values

_SAMPLES = pa.schema(
    [
        ("trial", _NAME),
        ("session", pa.int32()),
        ("repeat", pa.int32()),
        ("phase", _NAME),
        ("step", _NAME),
        ("metric", _NAME),
        ("value", pa.float64()),
        ("unit", _NAME),
    ]
)
_REQUESTS = pa.schema(
    [
        ("trial", _NAME),
        ("repeat", pa.int32()),
        ("number", pa.int32()),
        ("step", _NAME),
        ("method", _NAME),
        ("key", pa.string()),
        ("kind", _NAME),
        ("start", pa.int64()),
        ("stop", pa.int64()),
        ("status", pa.int16()),
        ("sent", pa.int64()),
        ("received", pa.int64()),
        ("head", pa.int64()),
        ("begin_ms", pa.float64()),
        ("end_ms", pa.float64()),
        ("user_agent", _NAME),
        ("connection", pa.int32()),
        ("in_flight", pa.int32()),
        ("fault", _NAME),
    ]
)


def write_samples(run: Run) -> Path:
    """Write `samples.parquet` into the run folder."""
    return _write(run.folder / "samples.parquet", run.samples, _SAMPLES)


def write_requests(run: Run) -> Path:
    """Write `requests.parquet` into the run folder."""
    return _write(run.folder / "requests.parquet", run.requests, _REQUESTS)


def _write(path: Path, rows: Iterable[BaseModel], columns: pa.Schema) -> Path:
    aside = path.with_name(f".{path.name}")
    table = pa.Table.from_pylist([row.model_dump() for row in rows], schema=columns)
    try:
        parquet.write_table(table, aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path
