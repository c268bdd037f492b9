"""A scenario file is loaded, or refused in one line: file, line, what is wrong, what was meant."""

from pathlib import Path

import pytest

from harness.datasets.catalogue import catalogue
from harness.datasets.known import known_specimens
from harness.host.errors import InputError
from harness.scenario.find import shipped_scenarios
from harness.scenario.load import load_scenario, scenario_name
from harness.scenario.operation import OPERATIONS

DATASET = (
    "  - {name: own, source: ramp, axes: zyx, shape: [4, 40, 30], dtype: uint16,"
    " chunks: [2, 16, 16], levels: 2}"
)


def test_a_good_file_is_loaded_with_names_and_recipes_resolved(load, good):
    loaded = load(good.replace(DATASET, f"  - ramp\n{DATASET}"))

    assert [recipe.name for recipe in loaded.recipes] == ["ramp", "own"]
    assert loaded.scenario.stores == ("file",)
    assert loaded.path.name == "own.yaml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1, 2\nb: 3", "own.yaml:2: not valid YAML: while parsing a flow sequence, expected ',' or ']'"),
        ("a:\n\t- b", "own.yaml:2: not valid YAML: "),
        ("a: 1\n---\nb: 2", "own.yaml:2: not valid YAML: expected a single document"),
        ("a: !!python/object:os.system x", "own.yaml:1: not valid YAML: 'x' cannot be read as python/object"),
        ("a: \x07", "own.yaml: not valid YAML: unacceptable character #x0007"),
        ("", "own.yaml: the file is empty"),
        ("# nothing but words\n", "own.yaml: the file is empty"),
        ("- a\n- b\n", "own.yaml:1: a scenario is a mapping (`scenario: name`, ...), not a list"),
        ("hello", "own.yaml:1: a scenario is a mapping (`scenario: name`, ...), not plain text"),
        ("3", "own.yaml:1: a scenario is a mapping (`scenario: name`, ...), not a single int"),
        ("title: a\ntitle: b\n", "own.yaml:2: the key 'title' stands twice"),
        ("? [a]\n: b", "own.yaml:1: a key must be plain text"),
        ("a: &a [*a]", "own.yaml:1: nested deeper than 30 levels"),
        ("[" * 100 + "]" * 100, "own.yaml:1: nested deeper than 30 levels"),
        ("[" * 5000 + "]" * 5000, "own.yaml: nested deeper than 30 levels"),
        ("#" * (1024**2 + 1), "own.yaml: larger than 1048576 bytes"),
        ("title: Größe".encode("latin-1"), "own.yaml: not UTF-8 text (byte 9)"),
        ("title: x".encode("utf-16"), "own.yaml: not UTF-8 text (byte 0)"),
    ],
)
def test_text_that_holds_no_scenario_is_refused(refusal, text, said):
    assert refusal(text).startswith(said)


def test_billion_laughs_are_refused(refusal):
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    assert "expands to more than 20000 values (aliases counted)" in refusal("\n".join(lines))


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ("titel: Good", "own.yaml:2: titel: unknown field 'titel', did you mean 'title'?"),
        ("titles: [Good]", "own.yaml:2: titles: unknown field 'titles', did you mean 'title'?"),
        ("description: Good", "own.yaml:1: `title` is missing"),
        ("title: 3", "own.yaml:2: title: Input should be a valid string"),
        ("title: Good\nstores: [fiel]", "own.yaml:3: stores.0: 'fiel' is not known, did you mean 'file'?"),
        ("title: Good\nstores: [tape]", "own.yaml:3: stores.0: 'tape' is not known (one of: file, http, s3)"),
        ("title: Good\nstores: [file, file]", "own.yaml:3: stores: the same entry stands twice"),
        ("title: Good\nstores: file", "own.yaml:3: stores: give a list"),
        ("title: Good\ntiming: 3", "own.yaml:3: timing: give a mapping (`field: value`)"),
        (
            "title: Good\ntiming: {warms: 3}",
            "own.yaml:3: timing.warms: unknown field 'warms', did you mean 'warm'?",
        ),
        ("title: Good\ndeadlines: {run: 0}", "own.yaml:3: deadlines.run: Input should be greater than 0"),
        ("title: Good\nexpect:\n- outcome: failed", "own.yaml:4: `because` is missing"),
    ],
)
def test_a_field_that_is_wrong_is_named_with_its_line(refusal, good, instead, said):
    assert refusal(good.replace("title: Good", instead)) == said


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("{operation: raed}", "operations.0: unknown operation 'raed', did you mean 'read'?"),
        ("{operation: zzz}", "operations.0: unknown operation 'zzz'"),
        ("{operation: null}", 'operations.0: unknown operation; to do nothing, write "null" in quotes'),
        (
            "{name: plane}",
            f"operations.0: `operation` is missing (one of: {', '.join(OPERATIONS)})",
        ),
        ("read", "operations.0: give a mapping (`field: value`)"),
        (
            "{operation: read, regoin: {}}",
            "operations.0.regoin: unknown field 'regoin', did you mean 'region'?",
        ),
        (
            "{operation: open, levels: 1}",
            "operations.0.levels: unknown field 'levels', did you mean 'level'?",
        ),
        (
            "{operation: read, region: {z: [0]}}",
            "operations.0.region.z: give an index, [start, stop] or [start, stop, step]",
        ),
        (
            "{operation: read, region: {z: [0, 1, 1, 1]}}",
            "operations.0.region.z: give an index, [start, stop] or [start, stop, step]",
        ),
        (
            "{operation: read, region: {z: '0'}}",
            "operations.0.region.z: give an index, [start, stop] or [start, stop, step]",
        ),
        (
            "{operation: read, region: {z: true}}",
            "operations.0.region.z: give an index, [start, stop] or [start, stop, step]",
        ),
        (
            "{operation: read, region: {z: 1.5}}",
            "operations.0.region.z: give an index, [start, stop] or [start, stop, step]",
        ),
        ("{operation: read, region: [0, 1]}", "operations.0.region: give a mapping (`field: value`)"),
        (
            "{operation: read, region: {z: 4}}",
            "operation 'read' on 'own': z: 4 is outside the image (0 to 3)",
        ),
        (
            "{operation: read, region: {z: -1}}",
            "operation 'read' on 'own': z: -1 is outside the image (0 to 3)",
        ),
        (
            "{operation: read, region: {z: [0, 5]}}",
            "operation 'read' on 'own': z: [0, 5] is not inside the image (0 to 4)",
        ),
        (
            "{operation: read, region: {z: [2, 2]}}",
            "operation 'read' on 'own': z: [2, 2] is not inside the image (0 to 4)",
        ),
        (
            "{operation: read, region: {z: [0, 2, 0]}}",
            "operation 'read' on 'own': z: the step must be at least 1, not 0",
        ),
        (
            "{operation: read, level: 1, region: {x: 20}}",
            "operation 'read' on 'own': x: 20 is outside the image (0 to 14)",
        ),
        (
            "{operation: read, name: time, region: {t: 0}}",
            "operation 'time' on 'own': axis 't' is not an axis of this image (axes 'zyx')",
        ),
        (
            "{operation: read, level: 2}",
            "operation 'read' on 'own': level 2 is asked for, the image has 2 (from 0)",
        ),
        (
            "{operation: open, level: 2}",
            "operation 'open' on 'own': level 2 is asked for, the image has 2 (from 0)",
        ),
        (
            "{operation: read, label: cells}",
            "operation 'read' on 'own': label image 'cells' is not there (it has: none)",
        ),
        (
            "{operation: downsample, factor: {y: 0}}",
            "operations.0.factor.y: Input should be greater than or equal to 1",
        ),
        (
            "{operation: downsample, factor: {c: 2}}",
            "operation 'downsample' on 'own': axis 'c' is not an axis of this image (axes 'zyx')",
        ),
        (
            "{operation: downsample, method: nearest, phase: 2}",
            "operation 'downsample' on 'own': phase 2 is not inside a block of 2",
        ),
        (
            "{operation: downsample, region: {z: 0}}",
            "operation 'downsample' on 'own': a region to downsample has no dropped axes and no steps",
        ),
        (
            "{operation: downsample, region: {z: [0, 4, 2]}}",
            "operation 'downsample' on 'own': a region to downsample has no dropped axes and no steps",
        ),
        (
            "{operation: write, levels: 9}",
            "operation 'write' on 'own': 9 levels are too many for shape [4, 40, 30]",
        ),
        (
            "{operation: write, chunks: [1, 1]}",
            "operation 'write' on 'own': chunks has 2 entries, but axes 'zyx' has 3",
        ),
        (
            "{operation: write, ome_zarr: '0.4', shards: [4, 16, 16]}",
            "operation 'write' on 'own': shards need OME-Zarr 0.5 (Zarr v3)",
        ),
    ],
)
def test_an_operation_that_makes_no_sense_is_named_with_its_line(refusal, good, operation, said):
    assert refusal(good.replace("- operation: inspect", f"- {operation}")) == f"own.yaml:6: {said}"


@pytest.mark.parametrize(
    ("was", "instead", "said"),
    [
        ("levels: 2", "level: 2", "datasets.0.level: unknown field 'level', did you mean 'levels'?"),
        ("dtype: uint16, ", "", "`dtype` is missing"),
        ("dtype: uint16", "dtype: unit16", "datasets.0.dtype: 'unit16' is not known, did you mean 'uint16'?"),
        ("source: ramp", "source: lamp", "datasets.0.source: 'lamp' is not known, did you mean 'ramp'?"),
        ("axes: zyx", "axes: xyz", "datasets.0.axes: String should match pattern '^t?c?z?yx$'"),
        ("name: own", "name: a/b", "datasets.0.name: String should match pattern"),
        ("shape: [4, 40, 30]", "shape: [4, 40]", "datasets.0: shape has 2 entries, but axes 'zyx' has 3"),
        ("shape: [4, 40, 30]", "shape: [4, 0, 30]", "datasets.0.shape: every length must be at least 1"),
        ("shape: [4, 40, 30]", "shape: 4", "datasets.0.shape: give a list"),
        (
            "shape: [4, 40, 30]",
            "shape: [4, 65536, 65536]",
            "datasets.0: the image has more than 4294967296 elements",
        ),
        ("chunks: [2, 16, 16]", "chunks: [16, 16]", "datasets.0: chunks has 2 entries, but axes 'zyx' has 3"),
        ("levels: 2", "levels: 7", "datasets.0: 7 levels are too many for shape [4, 40, 30]"),
        (
            "levels: 2",
            "levels: 2, factor: {y: 0}",
            "datasets.0.factor.y: Input should be greater than or equal to 1",
        ),
        (
            "levels: 2",
            "factor: {t: 2}",
            "datasets.0: factor names axis 't', which the image lacks (axes 'zyx')",
        ),
        ("levels: 2", "scale: {y: .nan}", "datasets.0.scale.y: Input should be a finite number"),
        ("levels: 2", "scale: {y: 0}", "datasets.0.scale.y: Input should be greater than 0"),
        (
            "levels: 2",
            "units: {c: micrometer}",
            "datasets.0: units names axis 'c', which the image lacks (axes 'zyx')",
        ),
        (
            "levels: 2",
            "shards: [3, 16, 16]",
            "datasets.0: each shard length must be a multiple of the chunk length",
        ),
        ("levels: 2", "shards: [2, 16, 16], ome_zarr: 0.4", "datasets.0: shards need OME-Zarr 0.5 (Zarr v3)"),
        ("levels: 2", "ome_zarr: 0.3", "datasets.0.ome_zarr: '0.3' is not known"),
        (
            "levels: 2",
            "codec: {name: lz4}",
            "datasets.0.codec.name: 'lz4' is not known (one of: none, gzip, zlib, zstd, blosc)",
        ),
        (
            "levels: 2",
            "codec: {name: zstd, level: 99}",
            "datasets.0.codec.level: Input should be less than or equal to 22",
        ),
        (
            "levels: 2",
            "codec: {name: zlib}",
            "datasets.0: codec zlib is not a Zarr v3 codec; use gzip, zstd or blosc",
        ),
        (
            "levels: 2",
            "channels: [{label: a}]",
            "datasets.0: channels must list one entry for each element of axis 'c'",
        ),
        (
            "levels: 2",
            "labels: {cells: {source: nuclear}}",
            "datasets.0.labels.cells.source: 'nuclear' is not known, did you mean 'nuclei'?",
        ),
    ],
)
def test_a_dataset_that_cannot_be_is_named_with_its_line(refusal, good, was, instead, said):
    assert refusal(good.replace(was, instead)).startswith(f"own.yaml:4: {said}")


def test_a_dataset_that_is_neither_name_nor_recipe_is_refused(refusal, good):
    assert (
        refusal(good.replace(DATASET, "  - 5")) == "own.yaml:4: datasets.0: give a mapping (`field: value`)"
    )


def test_an_unknown_dataset_gets_a_suggestion_and_a_way_to_see_all(refusal, good):
    said = "own.yaml:4: unknown dataset 'rampe', did you mean 'ramp'? -- see `ozh list datasets`"
    assert refusal(good.replace(DATASET, "  - rampe")).startswith(said)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("  - operation: inspect\n", "two operations are called 'inspect'; give one of them another `name`"),
        ("  - {operation: read, name: inspect}\n", "two operations are called 'inspect'"),
        (
            "  - operation: write\nstores: [file, http]\n",
            "store http is read-only: put `write` in a scenario",
        ),
        (
            "  - {operation: write_regions, size: {z: 1}}\ntiming: {}\n",
            "`write_regions` is judged, not timed: take `timing` out",
        ),
        (
            "  - {operation: write_regions, size: {z: 1}}\nwire: {}\n",
            "the requests of `write_regions` are not counted",
        ),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(refusal, good, more, said):
    assert refusal(good + more).startswith(f"own.yaml:1: {said}")


@pytest.mark.parametrize("entry", [DATASET, "  - own"])
def test_two_datasets_of_one_name_are_refused(refusal, good, entry):
    assert refusal(good.replace(DATASET, f"{entry}\n{DATASET}")) == "own.yaml:1: dataset 'own' stands twice"


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.yaml: cannot be read: No such file"):
        load_scenario(tmp_path / "none.yaml", {})
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        load_scenario(tmp_path, {})


def test_a_file_without_end_is_refused_without_reading_it_all():
    with pytest.raises(InputError, match="larger than 1048576 bytes"):
        load_scenario(Path("/dev/zero"), {})


@pytest.mark.parametrize("version", ["0.4", '"0.4"'])
def test_quotes_around_a_version_may_be_left_out(load, good, version):
    assert load(good.replace("levels: 2", f"ome_zarr: {version}")).recipes[0].ome_zarr == "0.4"


@pytest.mark.parametrize("text", ["\ufeff{}", "# Größe\n{}", "{}\n# end"])
def test_marks_and_comments_do_no_harm(load, good, text):
    assert load(text.format(good).encode()).scenario.title == "Good"


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("scenario: good", "# a word\nscenario: good"),
        ("scenario: good\ntitle: Good\n", "title: Good\nscenario: good\n"),
        ("name: own, source: ramp", "source: ramp, name: own"),
        ("title: Good\n", 'title: "Good"\n\n'),
        ("operations:", "stores: [file]\noperations:"),
        ("region: {y: 1, x: 2}", "region: {x: 2, y: 1}"),
    ],
)
def test_the_digest_stays_where_nothing_else_is_done(load, good, was, instead):
    text = good.replace("operation: inspect", "{operation: read, region: {y: 1, x: 2}}")
    assert was in text
    assert load(text).digest == load(text.replace(was, instead)).digest


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("scenario: good", "scenario: better"),
        ("shape: [4, 40, 30]", "shape: [4, 40, 31]"),
        ("chunks: [2, 16, 16]", "chunks: [2, 16, 8]"),
        ("levels: 2", "levels: 2, seed: 1"),
        ("levels: 2", "levels: 2, codec: {name: none}"),
        ("region: {y: 1, x: 2}", "region: {y: 1, x: 3}"),
        ("region: {y: 1, x: 2}", "region: {y: [1, 2], x: 2}"),
        ("operations:", "timing: {warm: 6}\noperations:"),
        ("operations:", "deadlines: {run: 3}\noperations:"),
        ("operations:", "stores: [file, s3]\noperations:"),
        ("operations:", "operations:\n  - operation: open"),
    ],
)
def test_the_digest_changes_with_what_is_done(load, good, was, instead):
    text = good.replace("operation: inspect", "{operation: read, region: {y: 1, x: 2}}")
    assert was in text
    assert load(text).digest != load(text.replace(was, instead)).digest


def test_the_digest_changes_with_the_recipe_behind_a_name(good, tmp_path, ramp):
    path = tmp_path / "own.yaml"
    path.write_text(good.replace(DATASET, "  - ramp"))

    first, second = (load_scenario(path, {"ramp": ramp(seed=seed)}) for seed in (0, 1))

    assert first.scenario == second.scenario
    assert first.digest != second.digest


OF_SUITES = ("suites", "trees", "fixtures")
SHIPPED = [
    pytest.param(path, id=path.stem, marks=[pytest.mark.suites] if path.stem in OF_SUITES else [])
    for path in shipped_scenarios()
]


@pytest.mark.parametrize("path", SHIPPED)
def test_every_scenario_that_comes_with_the_harness_is_loaded(path):
    loaded = load_scenario(path, catalogue(), known_specimens)

    assert loaded.recipes
    assert scenario_name(path) == loaded.scenario.scenario
