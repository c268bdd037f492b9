"""Written images: whatever was asked for and is not on disk is named; a faithful writer is never failed."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import image

from harness.conformance.digest import v3_name
from harness.conformance.written import judge_write
from harness.datasets.reduce import ROUNDINGS, reduce
from harness.datasets.written import WrittenImage
from harness.scenario.image import Axis, Image, Level
from harness.scenario.recipe import Codec
from harness.tools.protocol import AskedImage

TRUTH = image()  # 5 x 37 x 46
ASKED = AskedImage(
    ome_zarr="0.5",
    name="cells",
    axes=tuple(Axis(name=name, type="space", unit="micrometer") for name in "zyx"),
    scale=(0.29, 0.26, 0.26),
    chunks=(1, 16, 16),
    shards=None,
    codec=Codec(name="blosc", cname="zstd", level=5),
    separator="/",
    levels=3,
    factor=(1, 2, 2),
    method="mean",
)


def pyramid(truth=TRUTH, asked=ASKED, **how):
    arrays = [truth]
    while len(arrays) < asked.levels:
        arrays.append(reduce(arrays[-1], asked.factor, asked.method, **how))
    return arrays


def written(asked=ASKED, arrays=None):
    """Return what a faithful writer leaves behind."""
    arrays = pyramid(asked=asked) if arrays is None else arrays
    levels = tuple(
        Level(
            path=str(n),
            shape=array.shape,
            chunks=asked.chunks,
            shards=asked.shards,
            dtype=v3_name(array.dtype),
            scale=tuple(s * f**n for s, f in zip(asked.scale, asked.factor, strict=True)),
        )
        for n, array in enumerate(arrays)
    )
    facts = Image(ome_zarr=asked.ome_zarr, name=asked.name, axes=asked.axes, levels=levels)
    count = len(arrays)
    return WrittenImage(facts, tuple(arrays), (asked.codec,) * count, (asked.separator,) * count, {})


def with_facts(got, **changes):
    return replace(got, facts=got.facts.model_copy(update=changes))


def with_level(got, n, **changes):
    levels = list(got.facts.levels)
    levels[n] = levels[n].model_copy(update=changes)
    return with_facts(got, levels=tuple(levels))


def with_pixels(got, n, array):
    arrays = list(got.level_arrays)
    arrays[n] = array
    return with_level(replace(got, level_arrays=tuple(arrays)), n, shape=array.shape)


def found(got, *, kinds, said, asked=ASKED, **more):
    verdict = judge_write(asked, TRUTH, got, **more)
    assert not verdict.right
    assert verdict.evidence["kinds"] == kinds, verdict
    assert said in verdict.explanation
    json.dumps(verdict.evidence, allow_nan=False)
    return verdict


# --- right


@settings(max_examples=40)
@given(
    st.sampled_from(["mean", "nearest"]),
    st.sampled_from(["floor", "ceil"]),
    st.sampled_from(ROUNDINGS),
    st.integers(0, 1),
    st.booleans(),
)
def test_a_faithful_writer_is_right_whatever_its_convention(method, edge, rounding, phase, from_zero):
    asked = ASKED.model_copy(update={"method": method})
    arrays = pyramid(asked=asked, edge=edge, rounding=rounding, phase=phase)
    if from_zero:
        arrays[2] = reduce(TRUTH, (1, 4, 4), method, edge, rounding, phase)
    verdict = judge_write(asked, TRUTH, written(asked, arrays))
    assert verdict.right, verdict


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32", "float64", "bool"])
def test_every_dtype_can_be_written(dtype):
    truth = image(dtype)
    assert judge_write(ASKED, truth, written(arrays=pyramid(truth))).right


def test_the_writer_s_convention_is_noted():
    verdict = judge_write(ASKED, TRUTH, written(arrays=pyramid(edge="ceil", rounding="half-up")))
    assert verdict.notes[0] == "level 1 is reduced with edge ceil (5x37x46 becomes 5x19x23), rounding half-up"


def test_another_name_is_only_noted():
    verdict = judge_write(ASKED, TRUTH, with_facts(written(), name=None))
    assert verdict.right
    assert verdict.notes == ("the image is called None, not 'cells'",)


def test_scales_by_the_ratio_of_shapes_are_right():
    exact = (0.29, 0.26 * 37 / 18, 0.26 * 46 / 23)
    assert judge_write(ASKED, TRUTH, with_level(written(), 1, scale=exact)).right


@pytest.mark.parametrize("translation", [(0, 0, 0), (0, 0.13, 0.13), (0, 0.26, 0.26)])
def test_a_level_placed_at_its_blocks_start_centre_or_sample_is_right(translation):
    assert judge_write(ASKED, TRUTH, with_level(written(), 1, translation=translation)).right


def test_chunks_cut_to_a_small_level_are_right():
    assert judge_write(ASKED, TRUTH, with_level(written(), 2, chunks=(1, 9, 11))).right


def test_a_deviation_within_the_tolerance_is_right_and_noted():
    arrays = pyramid()
    arrays[2] = arrays[2] + np.uint16(1)
    verdict = judge_write(ASKED, TRUTH, written(arrays=arrays), tolerance=1)
    assert verdict.right
    assert verdict.notes == ("level 2 deviates from the mean by at most 1",)


# --- metadata


def test_lost_units_are_named():
    axes = tuple(axis.model_copy(update={"unit": None}) for axis in ASKED.axes)
    verdict = found(
        with_facts(written(), axes=axes),
        kinds=["unit"],
        said="axis z unit: 'micrometer' was asked for, none is on disk",
    )
    assert verdict.explanation.startswith("3 things are not as asked for: ")


def test_an_invented_unit_is_named():
    asked = ASKED.model_copy(update={"axes": tuple(Axis(name=n, type="space") for n in "zyx")})
    got = with_facts(written(asked), axes=ASKED.axes)
    found(got, asked=asked, kinds=["unit"], said="axis z unit: none was asked for, 'micrometer' is on disk")


def test_a_wrong_axis_type_is_named():
    axes = (ASKED.axes[0].model_copy(update={"type": "time"}), *ASKED.axes[1:])
    found(with_facts(written(), axes=axes), kinds=["axis-type"], said="axis z type: 'space' was asked for")


def test_axes_in_another_order_are_named():
    got = with_facts(written(), axes=ASKED.axes[::-1])
    found(got, kinds=["axes"], said="axes: [z, y, x] was asked for, [x, y, z] is on disk")


def test_a_lost_scale_is_named_and_the_levels_that_follow_it_are_not():
    got = written()
    for n in range(3):
        got = with_level(got, n, scale=(1.0, 0.26 * 2**n, 0.26 * 2**n))
    verdict = found(got, kinds=["scale"], said="level 0 scale z: 0.29 was asked for, 1.0 is on disk")
    assert len(verdict.evidence["differences"]) == 1


def test_a_scale_that_does_not_grow_with_the_level_is_named():
    got = with_level(written(), 1, scale=ASKED.scale)
    found(
        got, kinds=["scale"], said="level 1 scale y, x: [0.52, 0.52] was asked for, [0.26, 0.26] is on disk"
    )


def test_no_scale_at_all_is_named():
    found(with_level(written(), 0, scale=None), kinds=["scale"], said="none is on disk")


def test_a_translation_of_level_0_is_named():
    got = with_level(written(), 0, translation=(0, 0, 0.5))
    found(got, kinds=["translation"], said="level 0 translation x: 0.0 was asked for, 0.5 is on disk")


def test_another_version_is_named():
    got = with_facts(written(), ome_zarr="0.4")
    found(got, kinds=["version"], said="OME-Zarr version: '0.5' was asked for, '0.4' is on disk")


def test_a_missing_level_is_named():
    got = written(arrays=pyramid()[:2])
    found(got, kinds=["levels"], said="number of levels: 3 was asked for, 2 is on disk")


def test_a_broken_schema_is_told():
    said = "the metadata break the OME-Zarr schema: 'axes' is missing"
    found(written(), kinds=["schema"], said=said, schema_errors=["'axes' is missing"])


# --- storage


def test_other_chunks_are_named_once_for_all_levels():
    got = written()
    for n in range(3):
        got = with_level(got, n, chunks=(5, 16, 16))
    verdict = judge_write(ASKED, TRUTH, got)
    assert verdict.explanation == "1 thing is not as asked for: chunks z: 1 was asked for, 5 is on disk"


def test_other_chunks_of_one_level_are_named_with_it():
    got = with_level(written(), 1, chunks=(1, 8, 16))
    found(got, kinds=["chunks"], said="level 1 chunks y: 16 was asked for, 8 is on disk")


def test_lost_shards_are_named():
    asked = ASKED.model_copy(update={"shards": (1, 32, 32)})
    found(written(), asked=asked, kinds=["shards"], said="shards: [1, 32, 32] was asked for, none is on disk")


def test_another_codec_is_named():
    got = replace(written(), codecs=(Codec(name="gzip"),) * 3)
    found(got, kinds=["codec"], said="codec: 'blosc' was asked for, 'gzip' is on disk")


def test_another_setting_of_the_codec_is_named():
    got = replace(written(), codecs=(Codec(name="blosc", cname="lz4", level=5),) * 3)
    found(got, kinds=["codec"], said="codec cname: 'zstd' was asked for, 'lz4' is on disk")


def test_a_codec_nobody_can_ask_for_is_named():
    found(replace(written(), codecs=(None,) * 3), kinds=["codec"], said="'another one' is on disk")


def test_another_separator_is_named():
    got = replace(written(), separators=(".",) * 3)
    found(got, kinds=["separator"], said="separator: '/' was asked for, '.' is on disk")


def test_another_dtype_is_named():
    got = written(arrays=[array.astype(np.float64) for array in pyramid()])
    found(got, kinds=["dtype", "pixels"], said="dtype: 'uint16' was asked for, 'float64' is on disk")


# --- pixels


def test_a_missing_chunk_of_level_0_is_explained():
    damaged = TRUTH.copy()
    damaged[2, :16, :16] = 0
    got = written(arrays=pyramid(damaged))
    said = "level 0: 1 of 45 chunks are fill value (0) where data exist: [2, 0, 0]"
    verdict = found(got, kinds=["pixels"], said=said)
    assert verdict.evidence["differences"][0]["got"]["kind"] == "fill"


def test_a_transposed_level_0_is_explained():
    got = with_pixels(written(), 0, TRUTH.transpose(0, 2, 1).copy())
    assert "axes y and x are swapped" in judge_write(ASKED, TRUTH, got).explanation


def test_a_level_by_another_method_is_named():
    got = with_pixels(written(), 1, reduce(TRUTH, (1, 2, 2), "nearest"))
    arrays = [*got.level_arrays[:2], reduce(got.level_arrays[1], (1, 2, 2), "mean")]
    got = replace(got, level_arrays=tuple(arrays))
    found(got, kinds=["method"], said="level 1 method: 'mean' was asked for, 'nearest' is on disk")


def test_an_empty_level_is_explained():
    got = with_pixels(written(), 2, np.zeros_like(pyramid()[2]))
    found(
        got,
        kinds=["pixels"],
        said="level 2 is not the mean of level 1: all 5 chunks of level 2 came back as fill",
    )


def test_a_level_of_another_shape_is_named():
    got = with_pixels(written(), 2, np.zeros((5, 18, 23), np.uint16))
    said = "level 2 shape y, x: [9, 11] was asked for, [18, 23] is on disk"
    assert said in judge_write(ASKED, TRUTH, got).explanation


def test_a_shifted_level_is_explained_and_the_next_one_is_not_blamed():
    got = with_pixels(written(), 1, np.roll(pyramid()[1], 1, 2))
    said = (
        "1 thing is not as asked for: level 1 is not the mean of level 0: the region is shifted by -1 along x"
    )
    found(got, kinds=["pixels"], said=said)


def test_a_level_off_by_one_is_wrong_without_a_tolerance():
    arrays = pyramid()
    arrays[2] = arrays[2] + np.uint16(1)
    found(written(arrays=arrays), kinds=["pixels"], said="off by rounding: by at most 1")
