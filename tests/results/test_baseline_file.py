"""Baselines as files: whole or not at all, and readable in a diff."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.host.errors import HostError
from harness.results.baseline import Baseline, Counted, TrialFigures
from harness.results.baseline_file import lines_of, load_baseline, save_baseline
from harness.results.model import Selection, ToolId

TRIAL = TrialFigures(
    case="a/b/c/s3",
    tool=ToolId(name="thing", version="1"),
    store="s3",
    outcome="passed",
    counted=Counted(passes=1, requests=(3, 4), bytes=(10, 10), again=(0, 0)),
)
BASELINE = Baseline(
    made="2026-01-01T00:00:00.000Z", harness="0", host="h", selection=Selection(scenarios=("a",)),
    scenarios=(), tools=(), trials=(TRIAL,),
)  # fmt: skip

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=40,
)


@given(any_json)
def test_lines_are_the_same_json(value):
    assert json.loads(lines_of(value)) == value


def test_what_is_saved_can_be_loaded_and_shows_a_line_for_each_figure(tmp_path):
    path = tmp_path / "new" / "b.json"

    save_baseline(path, BASELINE)

    assert load_baseline(path) == BASELINE
    assert '    "requests": [3, 4],' in path.read_text().splitlines()


def test_a_baseline_that_cannot_be_written_leaves_the_old_one(tmp_path):
    (tmp_path / "folder").write_text("a file")

    with pytest.raises(HostError, match="cannot be written"):
        save_baseline(tmp_path / "folder" / "b.json", BASELINE)

    assert [one.name for one in tmp_path.iterdir()] == ["folder"]
