"""Samples as Parquet, for whoever computes with them; made when a run is closed."""

from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from harness.results.load import Run

_COLUMNS = pa.schema(
    [
        ("trial", pa.dictionary(pa.int32(), pa.string())),
        ("session", pa.int32()),
        ("repeat", pa.int32()),
        ("phase", pa.dictionary(pa.int32(), pa.string())),
        ("step", pa.dictionary(pa.int32(), pa.string())),
        ("metric", pa.dictionary(pa.int32(), pa.string())),
        ("value", pa.float64()),
        ("unit", pa.dictionary(pa.int32(), pa.string())),
    ]
)


def write_samples(run: Run) -> Path:
    """Write `samples.parquet` into the run folder."""
    path = run.folder / "samples.parquet"
    aside = path.with_name(".samples.parquet")
    table = pa.Table.from_pylist([sample.model_dump() for sample in run.samples], schema=_COLUMNS)
    try:
        parquet.write_table(table, aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path
