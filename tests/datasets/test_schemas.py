"""The schema check: sentences for people, and agreement with the official suites."""

import json
import os
from pathlib import Path

import pytest

from harness.datasets.schemas import check_schema

# Marked invalid, although the official schema accepts it.
ODD = {("0.5", "plate/well_path_has_column_before_row")}


def test_each_error_is_a_sentence_with_its_place():
    attributes = {"multiscales": [{"axes": [], "datasets": [{"path": 0}]}]}
    assert "$.multiscales[0].datasets[0].path: 0 is not of type 'string'" in check_schema(attributes, "0.4")


def test_a_long_value_is_shortened():
    (error,) = check_schema({"ome": "x" * 1000}, "0.5")
    assert len(error) < 300


def test_version_0_5_is_required():
    assert check_schema({"ome": {"multiscales": []}}, "0.5") != []


@pytest.mark.suites
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_we_agree_with_the_official_suites(version):
    root = os.environ.get("OZH_SUITES")
    if not root:
        pytest.skip("OZH_SUITES does not say where the suites are")
    cases = 0
    for file in sorted((Path(root) / "ngff-spec" / version / "tests").glob("*_suite.json")):
        suite = json.loads(file.read_text())
        kind = Path(suite["schema"]["id"]).stem
        for case in suite["tests"]:
            cases += 1
            valid = case["valid"] or (version, case["formerly"]) in ODD
            assert (check_schema(case["data"], version, kind) == []) == valid, case["formerly"]
    assert cases == {"0.4": 92, "0.5": 86}[version]
