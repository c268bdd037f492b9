"""Published results stay readable, and say what they said when they were published."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from harness.report.content import build_report
from harness.results.load import load_run

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference"
# Of each run, how much nobody had expected, and the part of the report that it is published for.
RUNS = {
    "faults": (139, "faults"),
    "published": (0, "requests"),
    "quick": (0, "timings"),
    "round-trips": (0, "costs"),
    "wire": (0, "requests"),
}


# Published without their records, which are too many.
REPORTS = {"conformance"}


def test_every_published_run_is_known_here():
    assert {folder.name for folder in REFERENCE.iterdir()} == set(RUNS) | REPORTS


def test_the_published_conformance_run_tells_each_difference_and_names_no_folder_of_a_machine():
    folder = REFERENCE / "conformance"
    footer = json.loads((folder / "footer.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    with (folder / "report" / "differences.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    told = Counter(row["outcome"] for row in rows)
    assert told == {
        name: count for name, count in footer["outcomes"].items() if name not in ("passed", "unsupported")
    }
    assert sum(row["expected"] == "False" for row in rows) == footer["unexpected"] == 1417
    assert manifest["planned_trials"] == footer["records"] == sum(footer["outcomes"].values())
    page = (folder / "report" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"(/root|/home|/Users)/", page)


@pytest.mark.parametrize("name", RUNS)
def test_a_published_run_is_whole_and_can_be_reported(name):
    run = load_run(REFERENCE / name)
    unexpected, part = RUNS[name]

    assert sorted(record.trial for record in run.records) == sorted(run.manifest.planned)
    assert run.footer is not None
    assert run.footer.unexpected == sum(not record.expected for record in run.records) == unexpected
    assert getattr(build_report(run), part)
