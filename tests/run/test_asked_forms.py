"""Forms: a tool is asked of its own alone, and only where the scenario names it."""

import os
from pathlib import Path

import pytest

from harness.host.errors import InputError
from harness.results.model import Selection
from harness.run.bench import published
from harness.run.prepare import build_datasets
from harness.run.progress import Progress
from harness.run.request import work_out

READ = """
scenario: forms
title: Forms
datasets:
  - {name: ramp, source: ramp, axes: zyx, shape: [4, 40, 30], dtype: uint16, chunks: [2, 16, 16],
     codec: {name: none}}
operations:
  - operation: "null"
  - operation: read
"""


@pytest.fixture
def of_form(add_fake):
    def add(form):
        name = add_fake(name=f"fake-{form}")
        manifest = Path(os.environ["OZH_ADAPTERS"]) / name / "adapter.toml"
        manifest.write_text(manifest.read_text().replace("shards = true", f'shards = true\nform = "{form}"'))
        return name

    return add


@pytest.fixture
def planned(tmp_path, of_form):
    tools = tuple(of_form(form) for form in ("ome-zarr", "ome-tiff", "hdf5"))

    def plan(more):
        path = tmp_path / "forms.yaml"
        path.write_text(READ + more)
        return work_out(Selection(scenarios=(str(path),), tools=tools), 0).trials

    return plan


def test_without_a_word_about_forms_only_tools_of_ome_zarr_take_part(planned):
    assert {trial.form for trial in planned("")} == {"ome-zarr"}


def test_every_tool_whose_form_is_named_is_asked_the_same_cases(planned):
    cases = {}
    for trial in planned("forms: [ome-zarr, hdf5]\n"):
        cases.setdefault(trial.form, set()).add(trial.case.id)

    assert set(cases) == {"ome-zarr", "hdf5"}
    assert cases["hdf5"] == cases["ome-zarr"] == {"forms/ramp/null/file", "forms/ramp/read/file"}


def test_a_form_that_no_tool_has_leaves_nothing_to_run(tmp_path, of_form):
    path = tmp_path / "forms.yaml"
    path.write_text(READ + "forms: [hdf5]\n")

    with pytest.raises(InputError, match="nothing to run"):
        work_out(Selection(scenarios=(str(path),), tools=(of_form("ome-zarr"),)), 0)


def test_each_form_has_a_name_and_a_place_of_its_own(planned):
    (dataset,) = build_datasets(planned("forms: [ome-zarr, ome-tiff, hdf5]\n"), Progress()).values()

    places = [published(dataset, form) for form in ("ome-zarr", "ome-tiff", "hdf5")]

    assert [name.partition(".")[2] for name, _ in places] == ["ome.zarr", "ome.tif", "h5"]
    assert [place.is_dir() for _, place in places] == [True, False, False]
    assert len({name for name, _ in places}) == 3
