"""docs/write-a-scenario.md: what it shows can be run as it stands."""

import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from harness.datasets.catalogue import catalogue
from harness.datasets.specimens import specimens
from harness.scenario.expand import expand
from harness.scenario.load import Loaded, load_scenario
from harness.scenario.model import Deadlines, Scenario
from harness.scenario.operation import OPERATIONS
from harness.scenario.region import resolve, shape_of

TEXT = (Path(__file__).parents[2] / "docs" / "write-a-scenario.md").read_text(encoding="utf-8")
WHOLE, *PARTS = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def load_data(tmp_path):
    def load(text: str) -> Loaded:
        (tmp_path / "my-planes.yaml").write_text(text, encoding="utf-8")
        return load_scenario(tmp_path / "my-planes.yaml", catalogue(), specimens)

    return load


def test_the_whole_example_is_loaded_and_has_the_case_that_the_text_names(load_data):
    ids = [case.id for case in expand(load_data(WHOLE))]

    assert len(ids) == 2 * 2 * 5
    assert re.search(r"for instance `([^`]+)`", TEXT)[1] in ids


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.split(":")[0])
def test_a_part_can_take_the_place_of_its_like_in_the_example(load_data, part):
    changed = {**yaml.safe_load(WHOLE), **yaml.safe_load(part)}

    assert list(expand(load_data(yaml.safe_dump(changed))))


@pytest.mark.parametrize("part", ["", *PARTS], ids=lambda part: part.split(":")[0] or "whole")
def test_an_editor_marks_nothing_in_it(part):
    changed = {**yaml.safe_load(WHOLE), **(yaml.safe_load(part) or {})}

    Draft202012Validator(Scenario.model_json_schema()).validate(changed)


def test_all_fields_and_operations_are_told():
    for name in (*Scenario.model_fields, *Deadlines.model_fields, *(set(OPERATIONS) - {"null"}), '"null"'):
        assert f"`{name}`" in TEXT


@pytest.mark.parametrize("row", re.findall(r"^\| (`z: .*) \|$", TEXT, re.MULTILINE))
def test_a_region_of_the_table_keeps_the_axis_as_it_says(row):
    region, _, axis = row.split(" | ")

    length = shape_of(resolve(yaml.safe_load(region.strip("`")), "z", (60,)))

    assert axis == (f"kept, length {length[0]}" if length else "dropped")


def test_the_example_begins_with_what_editors_look_for():
    assert WHOLE.startswith("# yaml-language-server: $schema=scenario.schema.json\n")
    assert "ozh schema scenario > scenario.schema.json" in TEXT
