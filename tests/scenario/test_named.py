"""From the id of a case to its scenario."""

import pytest

from harness.datasets.catalogue import catalogue
from harness.host.errors import InputError
from harness.scenario.load import load_scenario
from harness.scenario.named import case_of, scenario_of


def test_a_shipped_scenario_is_found_by_the_name_it_gives_itself():
    path = scenario_of("quick-read/nuclei-0.5/plane/s3", None)

    assert path.name == "read.yaml"
    loaded = load_scenario(path, catalogue())
    assert case_of(loaded, "quick-read/nuclei-0.5/plane/s3").store == "s3"


def test_a_file_of_ones_own_is_taken_as_named(small_scenario):
    assert scenario_of("anything/at/all", str(small_scenario)) == small_scenario


def test_a_scenario_that_is_not_shipped_is_to_be_named():
    with pytest.raises(InputError, match=r"no scenario .* is called 'mine' -- name its file by --scenario"):
        scenario_of("mine/a/b/c", None)


def test_a_case_that_is_none_says_what_may_have_been_meant(small_scenario):
    loaded = load_scenario(small_scenario, catalogue())

    with pytest.raises(InputError, match=r"did you mean 'small/ramp-0\.5/plane/file'\?"):
        case_of(loaded, "small/ramp-0.5/plan/file")
