"""The paper's figure: what is told of the run that is published, and of runs that lack parts."""

import dataclasses
from pathlib import Path

import published
import pytest

from harness.results.load import load_run

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference" / "published"


@pytest.fixture(scope="module")
def finished():
    return load_run(REFERENCE)


def test_every_figure_of_the_paper_has_a_line_and_every_tool_both_times(finished):
    lines = list(published.table(published.cells_of(finished)))[2:]
    cells = [[part.strip() for part in line[1:-1].split("|")] for line in lines]
    told = {(row[0], row[1], float(row[5])) for row in cells if row[5]}

    assert told == {(*where, ms) for where, paper in published.PAPER.items() for ms in paper.values()}
    assert all(0 < float(row[3]) < float(row[4]) for row in cells)


def test_each_pair_of_forms_is_ranked_once_for_each_store(finished):
    said = list(published.rankings(published.cells_of(finished)))

    assert len(said) == 3 * 3 + 3 * 1
    assert sum(line.endswith(": as in the paper") for line in said) == 10


def test_what_is_open_already_counts_as_the_paper_counted_it():
    cell = published.Cell(read=2, open=5)

    assert [published.as_in_the_paper(cell, form) for form in ("Zarr", "TIFF", "HDF5")] == [7, 7, 2]


def test_a_wrong_answer_has_no_time(finished):
    wrong = [one.model_copy(update={"outcome": "failed"}) for one in finished.records]
    spoilt = dataclasses.replace(finished, records=tuple(wrong))

    assert published.cells_of(spoilt) == {}
    assert list(published.rankings({})) == []


def test_a_folder_that_is_no_run_is_told(tmp_path, capsys):
    assert published.main(["--run", str(tmp_path)]) == 2
    assert "is no run folder" in capsys.readouterr().err


def test_all_of_it_is_printed(capsys):
    assert published.main(["--run", str(REFERENCE)]) == 0

    said = capsys.readouterr().out
    assert "h5py@3.16.0+tuned on http" in said
    assert "to open 512 planes over http" in said
