"""Published results stay readable, and say what they said when they were published."""

from pathlib import Path

import pytest

from harness.report.content import build_report
from harness.results.load import load_run

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference"
# Of each run, how much nobody had expected, and the part of the report that it is published for.
RUNS = {
    "faults": (139, "faults"),
    "quick": (0, "timings"),
    "round-trips": (0, "costs"),
    "wire": (0, "requests"),
}


def test_every_published_run_is_known_here():
    assert {folder.name for folder in REFERENCE.iterdir()} == set(RUNS)


@pytest.mark.parametrize("name", RUNS)
def test_a_published_run_is_whole_and_can_be_reported(name):
    run = load_run(REFERENCE / name)
    unexpected, part = RUNS[name]

    assert sorted(record.trial for record in run.records) == sorted(run.manifest.planned)
    assert run.footer is not None
    assert run.footer.unexpected == sum(not record.expected for record in run.records) == unexpected
    assert getattr(build_report(run), part)
