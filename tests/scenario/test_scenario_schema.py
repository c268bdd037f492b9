"""The JSON Schema of a scenario, as an editor uses it."""

import pytest
import yaml
from jsonschema import Draft202012Validator

from harness.scenario.find import shipped_scenarios
from harness.scenario.model import Scenario
from harness.scenario.recipe import Recipe

SCHEMA = Scenario.model_json_schema()


@pytest.mark.parametrize("model", [Scenario, Recipe])
def test_the_schema_is_a_schema(model):
    Draft202012Validator.check_schema(model.model_json_schema())


@pytest.mark.parametrize("path", shipped_scenarios(), ids=lambda path: path.stem)
def test_every_scenario_that_comes_with_the_harness_fits_it(path):
    Draft202012Validator(SCHEMA).validate(yaml.safe_load(path.read_text()))


def test_the_good_one_fits_it(good):
    Draft202012Validator(SCHEMA).validate(yaml.safe_load(good))


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("title: Good", "titel: Good"),
        ("operation: inspect", "operation: raed"),
        ("operation: inspect", "{operation: read, region: {z: [1]}}"),
        ("operation: inspect", "{operation: inspect, level: 1}"),
        ("axes: zyx", "axes: xyz"),
        ("levels: 2", "factor: {y: 0}"),
        ("operations:", "stores: [tape]\noperations:"),
    ],
)
def test_an_editor_can_mark_what_is_wrong(good, was, instead):
    assert was in good
    assert not Draft202012Validator(SCHEMA).is_valid(yaml.safe_load(good.replace(was, instead)))
