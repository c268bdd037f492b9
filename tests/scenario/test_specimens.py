"""Specimens in scenarios: named by globs, each with the operations that make sense of it."""

import pytest

from harness.host.errors import InputError
from harness.scenario.expand import expand
from harness.scenario.load import load_scenario
from harness.scenario.specimen import Specimen

DOCUMENT = {
    "zarr_format": 3,
    "node_type": "array",
    "shape": [7, 10],
    "data_type": "uint16",
    "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 6]}},
    "chunk_key_encoding": {"name": "default"},
    "fill_value": 0,
    "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
}
SHARDING = {"name": "sharding_indexed", "configuration": {"chunk_shape": [2, 3], "codecs": []}}
OME = {"ome": {"version": "0.5", "multiscales": [{"datasets": [{"path": "0"}]}]}}


def specimen(name, document=DOCUMENT, **more):
    fields = {"zarr_format": 3, "ome_zarr": "0.5", "arrays": {"0": {"metadata": document}}, **more}
    return Specimen.model_validate({"name": name, **fields})


SPECIMENS = {
    one.name: one
    for one in (
        specimen("corner-array", array="0"),
        specimen("corner-image", groups={"": OME}),
        specimen("corner-scalar", {**DOCUMENT, "shape": []}, array="0"),
        specimen("corner-refused", array="0", must="refuse"),
        specimen("rule-broken", groups={"": OME}, valid=False),
    )
}
SCENARIO = """\
scenario: s
title: S
datasets: [DATASETS]
operations:
  - {operation: OPERATION}
"""


@pytest.fixture
def cases(tmp_path):
    def expanded(datasets, operation, more=""):
        path = tmp_path / "s.yaml"
        path.write_text(SCENARIO.replace("DATASETS", datasets).replace("OPERATION", operation) + more)
        return [case.id for case in expand(load_scenario(path, {}, lambda: SPECIMENS))]

    return expanded


def test_a_glob_names_all_specimens_that_match(cases):
    assert cases("corner-*", "read") == [
        f"s/corner-{name}/read/file" for name in ("array", "image", "scalar", "refused")
    ]


def test_an_operation_makes_a_case_only_where_it_makes_sense(cases):
    assert cases("'*'", "read, selection: strided") == [
        f"s/corner-{name}/read/file" for name in ("array", "image", "refused")
    ]
    assert cases("'*'", "inspect") == ["s/corner-image/inspect/file"]
    assert cases("'*'", "validate") == ["s/rule-broken/validate/file"]


@pytest.mark.parametrize(
    ("datasets", "operation", "more", "said"),
    [
        ("conrer-array", "read", "", "unknown dataset 'conrer-array', did you mean 'corner-array'?"),
        ("corner-*", "read", "timing: {sessions: 1}\n", "specimens are only judged"),
        ("corner-*", "downsample", "", "operation 'downsample' fits none of 4 specimens"),
        ("corner-*", "read, selection: slab, region: {x: 1}", "", "give `region` or `selection`, not both"),
        ("corner-*", "read", "exchange: true\n", "an exchange is of `write` operations only"),
    ],
)
def test_what_makes_no_sense_is_one_line(cases, datasets, operation, more, said):
    with pytest.raises(InputError, match=r"s\.yaml:") as caught:
        cases(datasets, operation, more)
    assert said in str(caught.value)


def test_shape_and_chunks_are_those_of_the_array_that_is_read():
    sharded = specimen("corner-shards", {**DOCUMENT, "codecs": [SHARDING]}, groups={"": OME})
    v2 = {"zarr_format": 2, "shape": [5], "chunks": [3]}

    assert (sharded.worked_on, sharded.shape, sharded.chunks, sharded.sharded) == ("0", (7, 10), (2, 3), True)
    assert SPECIMENS["corner-array"].chunks == (4, 6)
    assert specimen("corner-v2", v2, array="0").chunks == (3,)


def test_an_array_that_is_not_there_is_no_specimen():
    with pytest.raises(ValueError, match="array '1' is not among its arrays"):
        specimen("corner-none", array="1")


def test_the_digest_of_a_scenario_does_not_tell_where_a_suite_lies(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(SCENARIO.replace("DATASETS", "suite").replace("OPERATION", "read"))

    def digest(**fields):
        return load_scenario(path, {}, lambda: {"suite": specimen("suite", array="0", **fields)}).digest

    assert digest(folder="/here") == digest(folder="/there")
    assert digest(folder="/here") != digest(folder="/here", must="either")
