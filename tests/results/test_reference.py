"""Published results stay readable."""

from pathlib import Path

import pytest

from harness.report.content import build_report
from harness.results.load import load_run

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference"


@pytest.mark.parametrize("folder", sorted(REFERENCE.iterdir()), ids=lambda folder: folder.name)
def test_a_published_run_is_whole_and_can_be_reported(folder):
    run = load_run(folder)

    assert [record.trial for record in run.records] == list(run.manifest.planned)
    assert run.footer is not None
    assert run.footer.unexpected == 0
    assert build_report(run).timings
