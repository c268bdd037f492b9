"""Planted bugs of readers and writers, through the whole run room: each is found, and rightly explained."""

import pytest
from run_small import run_small

SCENARIO = """
scenario: bugs
title: Bugs
datasets:
  - DATASET
deadlines: {start: 60, prepare: 60, run: 60}
memory_mib: 512
operations:
  - OPERATION
"""
# Recipes; any other dataset is a specimen.
IMAGES = {
    "plain": """
     {name: plain, source: microscopy, axes: zyx, shape: [6, 40, 46], dtype: uint16, chunks: [1, 16, 16],
     levels: 3, ome_zarr: "0.4", codec: {name: none}, scale: {z: 2, y: 0.5, x: 0.5},
     units: {z: micrometer, y: micrometer, x: micrometer}}""",
    "sharded": """
     {name: sharded, source: microscopy, axes: zyx, shape: [6, 40, 46], dtype: uint16, chunks: [1, 16, 16],
     shards: [2, 32, 32], levels: 3, ome_zarr: "0.5", scale: {z: 2, y: 0.5, x: 0.5}}""",
    "cube": """
     {name: cube, source: microscopy, axes: zyx, shape: [4, 32, 48], dtype: uint16, chunks: [2, 16, 16],
     ome_zarr: "0.5", codec: {name: zstd}}""",
    "channels": """
     {name: channels, source: microscopy, axes: czyx, shape: [2, 6, 40, 46], dtype: uint16,
     chunks: [1, 2, 16, 16], shards: [1, 6, 32, 32], levels: 2, ome_zarr: "0.5",
     channels: [{label: DNA, color: 0000FF}, {label: Lamin, color: 00FF00}],
     labels: {cells: {source: microscopy, dtype: uint32}, nuclei: {source: ramp}}}""",
    "floats": """
     {name: floats, source: microscopy, axes: yx, shape: [40, 46], dtype: float32, chunks: [16, 16],
     levels: 2, ome_zarr: "0.5"}""",
    "ramp": """
     {name: ramp, source: ramp, axes: yx, shape: [40, 46], dtype: float32, chunks: [16, 16],
     ome_zarr: "0.4"}""",
    "bools": """
     {name: bools, source: ramp, axes: yx, shape: [8, 9], dtype: bool, chunks: [4, 4], ome_zarr: "0.4"}""",
}
WHOLE = "{operation: read}"
ALL = "{operation: read, selection: whole}"
LAST = "{operation: read, selection: negative}"
SOME = "{operation: read, selection: list}"
PLANE = "{operation: read, region: {z: 3}}"
CROP = "{operation: read, region: {z: [1, 5], y: [5, 37], x: [17, 43]}}"
SPARSE = "{operation: read, region: {y: [1, 39, 3], x: [0, 46, 2]}}"
LEVEL_1 = "{operation: read, level: 1, region: {y: [3, 19]}}"
LABEL = "{operation: read, label: cells}"
OPEN = "{operation: open}"
INSPECT = "{operation: inspect}"
LIST = "{operation: list}"
WRITE = "{operation: write}"

# By image and operation: each bug with the kind of the evidence ("": it passes) and the telling part.
BUGS = {
    ("plain", WHOLE): {
        "zeros-for-one-chunk": ("fill", "1 of 54 chunks are fill value (0) where data exist: [3, 1, 1]"),
        "zeros-for-all": ("fill", "all 54 chunks of level 0 came back as fill value (0) where data exist"),
        "zeros-for-edge-chunks": ("fill", "18 of 54 chunks are fill value (0) where data exist: all with x"),
        "constant-for-one-chunk": ("chunks-differ", "1 of 54 chunks differ: [3, 1, 1]; 256 of 11040 pixels"),
        "noise-in-one-chunk": ("chunks-differ", "1 of 54 chunks differ: [3, 1, 1]; 256 of 11040 pixels are"),
        "one-pixel": ("chunks-differ", "1 of 54 chunks differ: [0, 2, 0]; 1 of 11040 pixels are wrong"),
        "other-separator": ("fill", "all 54 chunks of level 0 came back as fill value (0)"),
        "transposed": ("transposed", "the array is transposed: axes z and x are swapped"),
        "column-major": ("transposed", "laid out in column-major order but read in row-major order"),
        "byte-swapped-chunk": ("byte-swapped", "the bytes of each pixel are swapped in 1 of 54 chunks"),
        "rolled": ("shifted", "the region is shifted by -1 along y: what came back for y=1 belongs to y=0"),
        "planes-reversed": ("mirrored", "the image is mirrored along z"),
        "coarser-level": ("wrong-level", "these are pixels of level 1, not of level 0"),
        "signed": ("dtype", "signed instead of unsigned; the values are the same"),
        "narrowed": ("dtype", "uint8 came back instead of uint16; the values are those that fit into it"),
        "widened": ("dtype", "dtype float64 came back instead of uint16; the values are the same"),
        "low-bytes-only": ("truncated", "10928 of 11040 pixels are cut off: only their lower 8 bits"),
        "saturated": ("saturated", "4098 of 11040 pixels are saturated: what is above 1023 came"),
        "rescaled": ("scaled", "every value is multiplied by 8"),
        "inverted": ("scaled", "every value is inverted (subtracted from 65535)"),
        "one-grey-value-off": ("rounding", "5520 of 11040 pixels are off by rounding: by at most 1"),
        "edge-not-cut": ("shape", "reach beyond the edge; the pixels inside are right"),
        "edge-strides": ("chunks-differ", "18 of 54 chunks differ: all those at the ragged edge of x"),
        "indices-exchanged": ("key-order", "with their indices in the order z, x, y instead of z, y, x"),
        "buffer-used-again": ("chunks-misplaced", "chunk [5, 2, 2] has those of [5, 2, 1]"),
        "plane-repeated": ("repeated", "planes are repeated along z: what came back for z=3 belongs to z=2"),
        "wrong-digest": ("not-repeatable", "the first answer had other pixels or a wrong digest"),
        "saves-too-little": ("other", "is not what was answered: 22077 bytes are not an array of shape"),
        "saves-something-else": ("", ""),  # nobody asks for the pixels of a right answer
    },
    ("plain", PLANE): {
        "next-plane": ("shifted", "these are the pixels at z=4, not those at z=3"),
        "index-keeps-its-axis": ("shape", "axis z should be dropped; the pixels are right"),
        "y-and-x-exchanged": ("transposed", "the array is transposed: axes y and x are swapped"),
        "mirrored": ("mirrored", "the image is mirrored along y"),
    },
    ("plain", CROP): {
        "byte-swapped": ("byte-swapped", "the bytes of each pixel are swapped: big-endian"),
        "shifted-by-one": ("shifted", "by +1 along x: what came back for x=17 belongs to x=18"),
        "shifted-by-a-chunk": ("shifted", "by -16 along x: what came back for x=17 belongs to x=1"),
        "start-ignored": ("shifted", "its start was ignored, what came back for z=1 belongs to z=0"),
        "last-index-dropped": ("shape", "axis x has 25 elements instead of 26"),
    },
    ("plain", SPARSE): {
        "step-ignored": ("shape", "instead of [6, 13, 23]: the step of the region was ignored"),
        "step-ignored-count-kept": ("step-ignored", "the step along y and x was ignored"),
    },
    ("plain", LEVEL_1): {"finer-level": ("wrong-level", "these are pixels of level 0, not of level 1")},
    ("cube", WHOLE): {
        "column-major-chunks": ("transposed", "transposed within each of 12 chunks: column-major order"),
        "indices-reversed": ("key-order", "with their indices in the order x, y, z instead of z, y, x"),
    },
    ("channels", WHOLE): {"channels-exchanged": ("reordered", "c=0 and c=1 are exchanged")},
    ("channels", LABEL): {
        "other-label": ("wrong-array", "these are the pixels of 'labels/nuclei/0', not of level 0"),
    },
    ("floats", WHOLE): {
        "half-precision": ("rounding", "off by rounding: they went through float16, which takes up to 1"),
        "last-digits-lost": ("rounding", "103 of 1840 pixels are off by rounding: by at most 0.000244141"),
    },
    ("floats", LEVEL_1): {
        "whole-numbers": ("rounding", "they were rounded to whole numbers, which takes up to 0.5"),
    },
    ("ramp", WHOLE): {"negative-zero": ("signed-zero", "1 of 1 zeros have the wrong sign")},
    ("bools", WHOLE): {
        "true-is-255": ("bool-bytes", "36 times true is the byte 255, where it must be 1"),
        "bool-as-bytes": ("dtype", "dtype uint8 came back instead of bool; true came as 255"),
    },
    ("corner-v2-absent-chunks-checkered-fill-7", ALL): {
        "absent-as-zeros": ("wrong-fill", "2 of 4 chunks hold no data and should be the fill value 7, but"),
        "absent-as-noise": ("wrong-fill", "should be the fill value 7, but came back as 99: [0, 1], [1, 0]"),
    },
    ("corner-v3-fill-nan-float32", ALL): {
        "absent-as-zeros": ("wrong-fill", "should be the fill value nan, but came back as 0.0: [0, 1]"),
        "other-nans": ("", ""),
    },
    ("corner-v2-absent-chunks-checkered-fill-7", LAST): {
        "first-instead-of-last": ("shifted", "these are the pixels at y=0, not those at y=6"),
    },
    ("corner-v2-absent-chunks-checkered-fill-7", SOME): {
        "list-sorted": ("picked", "the indices along y were taken in ascending order, not as asked"),
        "list-as-a-range": ("shape", "came back instead of [3, 10]: the list of indices was ignored"),
    },
    ("corner-v2-unicode-little", ALL): {
        "texts-cut": ("text", "70 of 70 elements are cut after 1 characters: 's' instead of 's0'"),
    },
    ("corner-v3-complex64-pixels", ALL): {
        "imaginary-part-lost": ("imaginary-lost", "49 of 70 pixels have lost their imaginary part"),
    },
    ("corner-v2-structured", ALL): {
        "first-field-only": ("other", "elements differ in 'mean', first at (d0=0, d1=1): (1, 0.0) instead"),
        "zeros-for-all": ("fill", "came back as fill value ((0, 0.0)) where data exist"),
    },
    ("plain", OPEN): {"dtype-without-sign": ("facts", "is uint16 [6, 40, 46], but was opened as int16")},
    ("plain", INSPECT): {
        "unit-lost": ("unit", "axis x unit: 'micrometer' was expected, none is there"),
        "unit-as-a-symbol": ("unit", "axis x unit: 'micrometer' was expected, 'um' is there"),
        "axis-type-lost": ("axis-type", "axis z type: 'space' was expected, none is there"),
        "scale-of-level-0": ("scale", "level 1 scale y, x: [1.0, 1.0] was expected, [0.5, 0.5] is there"),
        "translation-invented": ("translation", "level 1 translation: none was expected, [0.0, 0.25, 0.25]"),
        "axes-reversed": ("axes", "axes: [z, y, x] was expected, [x, y, z] is there"),
        "level-lost": ("levels", "number of levels: 3 was expected, 2 is there"),
        "shape-reversed": ("shape", "level 0 shape z, x: [6, 46] was expected, [46, 6] is there"),
    },
    ("channels", INSPECT): {
        "colours-exchanged": ("channel-color", "channel 0 color: '0000FF' was expected, '00FF00' is there"),
        "labels-lost": ("labels", "labels: [cells, nuclei] was expected, none is there"),
        "version-of-zarr": ("version", "OME-Zarr version: '0.5' was expected, '3' is there"),
        "shards-for-chunks": ("chunks", "level 0 chunks z, y, x: [2, 16, 16] was expected, [6, 32, 32]"),
    },
    ("channels", LIST): {
        "labels-not-listed": ("missing", "2 of 6 arrays were listed: array 'labels/cells/0' is missing"),
        "groups-listed": ("extra", "array 'labels/cells' was listed but is not there"),
    },
    ("plain", WRITE): {
        "unit-lost-on-disk": ("unit", "axis x unit: 'micrometer' was asked for, none is on disk"),
        "wrong-scale-of-level-2": ("scale", "level 2 scale y, x: [2.0, 2.0] was asked for, [1.0, 1.0] is"),
        "no-scale": ("scale", "1 thing is not as asked for: level 0 scale z, y, x: [2.0, 0.5, 0.5]"),
        "translation-by-an-element": ("translation", "level 0 translation y, x: [0.0, 0.0] was asked for"),
        "half-an-element-later": ("pixels", "too late in level 0, in elements: 1 along y and 1 along x"),
        "levels-reversed": ("order", "not in the order of their resolution, which would be [2, 1, 0]"),
        "levels-unequal-in-order": ("order", "which would be [0, 2, 1]"),
        "level-not-written": ("levels", "number of levels: 3 was asked for, 2 is on disk"),
        "level-empty": ("pixels", "level 2 is not the mean of level 1: all 6 chunks of level 2 came back as"),
        "strides-for-means": ("method", "level 1 method: 'mean' was asked for, 'nearest' is on disk"),
        "level-0-again": ("shape", "level 1 shape y, x: [20, 23] was asked for, [40, 46] is on disk"),
        "other-chunks": ("chunks", "1 thing is not as asked for: chunks x: 16 was asked for, 32 is on disk"),
        "other-codec": ("codec", "codec: 'none' was asked for, 'gzip' is on disk"),
        "separator-ignored": ("separator", "separator: '/' was asked for, '.' is on disk"),
        "keys-unlike-the-separator": ("pixels", "level 0: all 54 chunks of level 0 came back as fill value"),
        "last-chunks-lost": ("pixels", "1 thing is not as asked for: level 0: 9 of 54 chunks are fill value"),
        "edge-cut-off": ("unreadable", "0/0/0/2: the chunk has 448 bytes, but its metadata need 512"),
        "widened-on-disk": ("pixels", "level 0: dtype float64 came back instead of uint16; the values are"),
        "other-byte-order-declared": ("pixels", "3 things are not as asked for: level 0: the bytes of"),
        "transposed-on-disk": ("pixels", "level 0: the array is transposed: axes y and x are swapped"),
        "zeros-on-disk": ("pixels", "level 0: all 54 chunks of level 0 came back as fill value (0)"),
        "schema-broken": ("schema", "the metadata break the OME-Zarr schema: $.omero.channels[0]: "),
        "newer-version": ("version", "OME-Zarr version: '0.4' was asked for, '0.5' is on disk"),
        "nothing-written": ("unreadable", "cannot be read: the image: multiscales: Field required"),
        "other-fill-value": ("", ""),  # every chunk is stored: nothing comes of it
    },
    ("sharded", WRITE): {
        "no-shards": ("shards", "shards: [2, 32, 32] was asked for, none is on disk"),
        "other-dimension-names": ("dimension-names", "dimension_names: [z, y, x] was asked for, [x, y, z]"),
        "other-level-of-the-codec": ("codec", "codec level: 5 was asked for, 1 is on disk"),
    },
}  # fmt: skip

# Other than the manifest of a fake says that is no `fake_worker`.
FILES = '[versions."1".capabilities]\nstores = ["file"]\narrays = true\n'


@pytest.mark.parametrize(("image", "operation"), BUGS)
def test_each_planted_bug_is_found_and_rightly_explained(image, operation, add_fake, tmp_path):
    scenario = tmp_path / "bugs.yaml"
    dataset = IMAGES.get(image, image).strip()
    scenario.write_text(SCENARIO.replace("DATASET", dataset).replace("OPERATION", operation))
    planted = BUGS[image, operation]
    tools = {add_fake(bug, worker="planted_bugs.py", more=FILES): bug for bug in ("none", *planted)}

    finished = run_small(scenario, tmp_path / "run", *tools, jobs=2)

    found = {tools[record.tool.name]: record for record in finished.records}
    assert found.pop("none").outcome == "passed"
    told = {bug: (record.evidence.get("kind", ""), record.explanation) for bug, record in found.items()}
    assert {bug: kind for bug, (kind, _) in told.items()} == {bug: kind for bug, (kind, _) in planted.items()}
    for bug, (kind, said) in planted.items():
        assert said in told[bug][1], (bug, told[bug])
        assert found[bug].outcome == ("failed" if kind else "passed")
