"""From a scenario to its cases."""

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.scenario.expand import Case, choose, expand
from harness.scenario.load import load_scenario

MORE = """\
  - operation: "null"
  - {operation: read, name: plane, region: {z: 1}}
  - {operation: write, ome_zarr: "0.5", shards: [2, 16, 16]}
stores: [file, s3]
"""


def cases_of(load, good) -> list[Case]:
    return list(expand(load(good.replace("levels: 2", 'levels: 2, ome_zarr: "0.4"') + MORE)))


def test_there_is_one_case_for_each_cell_in_the_order_of_the_file(load, good):
    assert [case.id for case in cases_of(load, good)] == [
        f"good/own/{title}/{store}"
        for title in ("inspect", "null", "plane", "write")
        for store in ("file", "s3")
    ]


NAMES = st.lists(
    st.from_regex(r"[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True), min_size=1, max_size=4, unique=True
)


@settings(deadline=None, max_examples=50)
@given(datasets=NAMES, titles=NAMES, stores=st.permutations(["file", "http", "s3"]))
def test_ids_are_unique_and_a_cell_keeps_its_id_whatever_else_there_is(
    datasets, titles, stores, tmp_path_factory
):
    def ids(datasets, titles, stores):
        path = tmp_path_factory.mktemp("scenario") / "own.yaml"
        recipe = "source: ramp, axes: yx, shape: [8, 8], dtype: uint8, chunks: [8, 8]"
        lines = ["scenario: own", "title: Own", f"stores: [{', '.join(stores)}]"]
        lines += ["datasets:", *(f'  - {{name: "{name}", {recipe}}}' for name in datasets)]
        lines += ["operations:", *(f'  - {{operation: read, name: "{title}"}}' for title in titles)]
        path.write_text("\n".join(lines))
        return [case.id for case in expand(load_scenario(path, {}))]

    found = ids(datasets, titles, stores)
    assert len(set(found)) == len(found) == len(datasets) * len(titles) * 3
    assert set(ids(datasets[:1], titles[::-1], stores[:2])) <= set(found)


def test_cases_are_chosen_by_store_and_by_glob(load, good):
    cases = cases_of(load, good)

    assert choose(cases, [], []) == cases
    assert {case.store for case in choose(cases, ["s3"], [])} == {"s3"}
    assert [case.id for case in choose(cases, ["file"], ["*/plane/*", "good/own/w*"])] == [
        "good/own/plane/file",
        "good/own/write/file",
    ]
    assert choose(cases, [], ["*/PLANE/*"]) == []


def test_the_form_of_a_write_is_what_is_asked_for_and_of_a_read_what_is_there(load, good):
    forms = {case.operation.title: case.form for case in cases_of(load, good)}

    assert forms["plane"] == ("0.4", False)
    assert forms["write"] == ("0.5", True)


def test_the_dataset_must_be_remote_for_what_reads_it(load, good):
    remote = {case.id for case in cases_of(load, good) if case.reads_remotely}

    assert remote == {"good/own/inspect/s3", "good/own/plane/s3"}


def test_an_operation_on_a_label_image_works_on_its_recipe(load, good):
    text = good.replace("levels: 2", "labels: {cells: {source: nuclei-labels}}")
    text = text.replace("operation: inspect", "{operation: read, label: cells}")

    (case,) = expand(load(text))

    assert case.image.name == "cells"
    assert case.image.dtype == "uint32"
