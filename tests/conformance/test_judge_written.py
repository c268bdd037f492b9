"""Written images: whatever was asked for and is not on disk is named; a faithful writer is never failed."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import image
from recorded import hold

from harness.conformance.digest import v3_name
from harness.conformance.pixels import NAN_NOTE
from harness.conformance.written import judge_write
from harness.datasets.reduce import ROUNDINGS, reduce
from harness.datasets.written import WrittenImage
from harness.scenario.image import Axis, Image, Level
from harness.scenario.recipe import Codec
from harness.tools.protocol import AskedImage

TRUTH = image()  # 5 x 37 x 46


@dataclass(frozen=True)
class Convention:
    """How a tool documents that it reduces: as asked, exactly or not."""

    exact: bool
    edge: None = None
    rounding: None = None
    phase: None = None
    url: str = "https://example.org/"


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
    codecs, separators, names = (asked.codec,) * count, (asked.separator,) * count, ("z", "y", "x")
    return WrittenImage(facts, tuple(arrays), codecs, separators, {}, (names,) * count)


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
    verdict = hold(judge_write(asked, TRUTH, got, **more))
    assert not verdict.right
    assert verdict.evidence["kinds"] == kinds, verdict
    assert said in verdict.explanation
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
    assert hold(judge_write(ASKED, truth, written(arrays=pyramid(truth)))).right


def test_the_writer_s_convention_is_noted():
    verdict = hold(judge_write(ASKED, TRUTH, written(arrays=pyramid(edge="ceil", rounding="half-up"))))
    assert verdict.notes[0] == "level 1 is reduced with edge ceil (5x37x46 becomes 5x19x23), rounding half-up"


def test_another_name_is_only_noted():
    verdict = hold(judge_write(ASKED, TRUTH, with_facts(written(), name=None)))
    assert verdict.right
    assert verdict.notes == ("the image is called None, not 'cells'",)


def test_scales_by_the_ratio_of_shapes_are_right():
    exact = (0.29, 0.26 * 37 / 18, 0.26 * 46 / 23)
    assert hold(judge_write(ASKED, TRUTH, with_level(written(), 1, scale=exact))).right


@pytest.mark.parametrize("translation", [(0, 0, 0), (0, 0.13, 0.13), (0, 0.26, 0.26)])
def test_a_level_placed_at_its_blocks_start_centre_or_sample_is_right(translation):
    assert hold(judge_write(ASKED, TRUTH, with_level(written(), 1, translation=translation))).right


def test_chunks_cut_to_a_small_level_are_right():
    assert hold(judge_write(ASKED, TRUTH, with_level(written(), 2, chunks=(1, 9, 11)))).right


def test_a_deviation_within_the_tolerance_is_right_and_noted():
    arrays = pyramid()
    arrays[2] = arrays[2] + np.uint16(1)
    verdict = hold(judge_write(ASKED, TRUTH, written(arrays=arrays), tolerance=1))
    assert verdict.right
    assert verdict.notes == ("level 2 deviates from the mean by at most 1",)


@pytest.mark.parametrize(("exact", "by", "right"), [(False, 1, True), (False, 2, False), (True, 1, False)])
def test_a_convention_that_is_not_exact_allows_one_grey_value(exact, by, right):
    arrays = pyramid()
    arrays[2] = arrays[2] + np.uint16(by)
    verdict = hold(judge_write(ASKED, TRUTH, written(arrays=arrays), convention=Convention(exact)))
    assert verdict.right is right


def test_other_nan_payloads_of_level_0_are_noted():
    truth = image("float32")
    truth[0, 0, 0] = np.nan
    arrays = pyramid(truth)
    arrays[0] = truth.copy()
    arrays[0].view("u4")[0, 0, 0] |= 1
    verdict = hold(judge_write(ASKED, truth, written(arrays=arrays)))
    assert verdict.notes == (NAN_NOTE,)


def test_levels_that_are_right_are_in_no_other_order():
    asked = ASKED.model_copy(update={"factor": (1, 1, 1)})
    assert hold(judge_write(asked, TRUTH, written(asked, [TRUTH] * 3))).right


def test_level_1_in_the_place_of_level_0_is_told():
    got = written(arrays=[TRUTH, *pyramid()[1:]])
    same_shape = with_pixels(got, 0, np.ascontiguousarray(np.pad(pyramid()[1], ((0, 0), (0, 19), (0, 23)))))
    assert not hold(judge_write(ASKED, TRUTH, same_shape)).right
    assert (
        "these are pixels of level 1, not of level 0"
        in hold(judge_write(ASKED, TRUTH, with_pixels(got, 0, pyramid()[1]))).explanation
    )


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


def test_a_translation_by_a_rounding_error_is_right():
    moved = (0.0, 0.13 * (1 + 1e-12), 0.13)
    assert hold(judge_write(ASKED, TRUTH, with_level(written(), 1, translation=moved))).right
    wrong = (0.0, 0.13 * (1 + 1e-6), 0.13)
    assert not hold(judge_write(ASKED, TRUTH, with_level(written(), 1, translation=wrong))).right


@pytest.mark.parametrize(
    ("n", "elements", "right"),
    [
        (1, 0.5, True),
        (1, 1, True),
        (1, 2, False),
        (2, 1.5, True),
        (2, 3, True),
        (2, 1, False),
        (2, 0.5, False),
    ],
)
def test_a_level_may_lie_at_the_centre_or_a_sample_of_its_blocks(n, elements, right):
    moved = (0.0, 0.0, 0.26 * elements)
    assert hold(judge_write(ASKED, TRUTH, with_level(written(), n, translation=moved))).right is right


def test_levels_with_an_axis_too_few_are_named():
    flat = [array[0] for array in pyramid()]
    two = ASKED.model_copy(
        update={"axes": ASKED.axes[1:], "scale": (0.26, 0.26), "chunks": (16, 16), "factor": (2, 2)}
    )
    said = "axes: [z, y, x] was asked for, [y, x] is on disk; level 0: shape [37, 46] came back"
    found(written(two, flat), kinds=["axes", "chunks", "pixels", "shape"], said=said)


def test_levels_that_follow_a_wrong_level_0_are_right_beside_one_without_a_scale():
    got = written()
    for n, scale in enumerate([(1.0, 0.26, 0.26), None, (1.0, 1.04, 1.04)]):
        got = with_level(got, n, scale=scale)
    found(got, kinds=["scale"], said="2 things are not as asked for: level 0 scale z: 0.29 was asked for")


def test_scales_by_powers_of_three_and_by_ratios_are_right():
    thirds = ASKED.model_copy(update={"factor": (1, 3, 1)})
    assert hold(judge_write(thirds, TRUTH, written(thirds))).right
    fourths = ASKED.model_copy(update={"factor": (4, 1, 1), "levels": 2})
    by_ratio = with_level(written(fourths), 1, scale=(0.29 * 5, 0.26, 0.26))
    assert hold(judge_write(fourths, TRUTH, by_ratio)).right


# --- storage


def test_other_chunks_are_named_once_for_all_levels():
    got = written()
    for n in range(3):
        got = with_level(got, n, chunks=(5, 16, 16))
    verdict = hold(judge_write(ASKED, TRUTH, got))
    assert verdict.explanation == "1 thing is not as asked for: chunks z: 1 was asked for, 5 is on disk"


def test_other_chunks_of_one_level_are_named_with_it():
    got = with_level(written(), 1, chunks=(1, 8, 16))
    found(got, kinds=["chunks"], said="level 1 chunks y: 16 was asked for, 8 is on disk")


def test_lost_shards_are_named():
    asked = ASKED.model_copy(update={"shards": (1, 32, 32)})
    found(written(), asked=asked, kinds=["shards"], said="shards: [1, 32, 32] was asked for, none is on disk")


def test_other_shards_are_named_by_axis_and_those_cut_to_fit_are_right():
    asked = ASKED.model_copy(update={"shards": (1, 32, 32)})
    got = with_level(written(asked), 0, shards=(1, 32, 64))
    said = "level 0 shards x: 32 was asked for, 64 is on disk"
    found(got, asked=asked, kinds=["shards"], said=said)
    assert hold(judge_write(asked, TRUTH, with_level(written(asked), 2, shards=(1, 9, 16)))).right
    assert not hold(judge_write(asked, TRUTH, with_level(written(asked), 2, shards=(1, 8, 16)))).right
    assert hold(judge_write(asked, TRUTH, with_level(written(asked), 2, shards=(1, 9, 11)))).right


@pytest.mark.parametrize(
    ("asked", "given", "said"),
    [
        (Codec(name="zstd", level=3), Codec(name="zstd", level=4), "codec level: 3 was asked for, 4 is"),
        (Codec(name="zstd", checksum=True), Codec(name="zstd"), "codec checksum: True was asked for, False"),
        (Codec(name="gzip", level=3), Codec(name="gzip", level=4), "codec level: 3 was asked for, 4 is on"),
        (Codec(name="none", crc32c=True), Codec(name="none"), "codec crc32c: True was asked for, False is"),
        (Codec(name="blosc", level=3), Codec(name="blosc", level=4), "codec level: 3 was asked for, 4 is"),
        (
            Codec(name="blosc", shuffle="bitshuffle"),
            Codec(name="blosc"),
            "codec shuffle: 'bitshuffle' was asked for, 'shuffle' is on disk",
        ),
    ],
)
def test_each_setting_of_a_codec_counts(asked, given, said):
    wanted = ASKED.model_copy(update={"codec": asked})
    found(replace(written(wanted), codecs=(given,) * 3), asked=wanted, kinds=["codec"], said=said)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (Codec(name="none", level=3), Codec(name="none", level=4)),
        (Codec(name="zstd", cname="zstd"), Codec(name="zstd", cname="lz4")),
        (Codec(name="gzip", shuffle="bitshuffle"), Codec(name="gzip", shuffle="shuffle")),
    ],
)
def test_settings_that_a_codec_does_not_have_do_not_count(asked, given):
    wanted = ASKED.model_copy(update={"codec": asked})
    assert hold(judge_write(wanted, TRUTH, replace(written(wanted), codecs=(given,) * 3))).right


def test_what_differs_in_all_levels_is_told_once_beside_what_differs_in_one():
    got = replace(written(), codecs=(Codec(name="gzip"),) * 3)
    got = with_level(got, 1, chunks=(1, 8, 16))
    said = "codec: 'blosc' was asked for, 'gzip' is on disk; level 1 chunks y: 16 was asked for, 8 is on disk"
    found(got, kinds=["chunks", "codec"], said=said)


def test_what_differs_in_one_level_is_told_after_what_differs_in_all():
    got = replace(written(), codecs=(ASKED.codec, Codec(name="gzip"), ASKED.codec))
    for n in range(3):
        got = with_level(got, n, chunks=(5, 16, 16))
    said = "chunks z: 1 was asked for, 5 is on disk; level 1 codec: 'blosc' was asked for, 'gzip' is on disk"
    found(got, kinds=["chunks", "codec"], said=said)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("z", "x", "y"), "dimension_names: [z, y, x] was asked for, [z, x, y] is on disk"),
        ((None, None, None), "dimension_names: [z, y, x] was asked for, [None, None, None] is on disk"),
        (None, "dimension_names: [z, y, x] was asked for, none is on disk"),
    ],
)
def test_other_names_of_dimensions_are_told(names, said):
    found(replace(written(), dimension_names=(names,) * 3), kinds=["dimension-names"], said=said)
    one = replace(written(), dimension_names=(("z", "y", "x"), names, ("z", "y", "x")))
    found(one, kinds=["dimension-names"], said=f"level 1 {said}")


def test_names_of_dimensions_do_not_count_where_there_are_none():
    assert hold(judge_write(ASKED, TRUTH, replace(written(), dimension_names=()))).right


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
    assert "axes y and x are swapped" in hold(judge_write(ASKED, TRUTH, got)).explanation


def test_a_level_by_another_method_is_named():
    got = with_pixels(written(), 1, reduce(TRUTH, (1, 2, 2), "nearest"))
    arrays = [*got.level_arrays[:2], reduce(got.level_arrays[1], (1, 2, 2), "mean")]
    got = replace(got, level_arrays=tuple(arrays))
    found(got, kinds=["method"], said="level 1 method: 'mean' was asked for, 'nearest' is on disk")


def test_a_lost_chunk_of_a_level_is_explained_whatever_its_rounding():
    arrays = pyramid(rounding="down")
    arrays[2][3, :, :] = 0
    said = "level 2 is not the mean of level 1: 1 of 5 chunks are fill value (0) where data exist: [3, 0, 0]"
    found(written(arrays=arrays), kinds=["pixels"], said=said)


def test_a_level_of_noise_is_told_against_the_first_reduction():
    arrays = pyramid()
    arrays[2] = np.random.default_rng(8).integers(0, 2**16, arrays[2].shape, np.uint16)
    found(written(arrays=arrays), kinds=["pixels"], said="level 2 is not the mean of level 1: 495 of 495")


def test_another_phase_is_noted():
    asked = ASKED.model_copy(update={"method": "nearest"})
    verdict = hold(judge_write(asked, TRUTH, written(asked, pyramid(asked=asked, phase=1))))
    assert verdict.notes == ("level 1 is reduced with phase 1", "level 2 is reduced with phase 1")


def test_a_level_made_of_a_level_that_was_never_written_is_not_blamed():
    arrays = pyramid(rounding="down")
    arrays[1] = np.zeros_like(arrays[1])
    said = (
        "1 thing is not as asked for: level 1 is not the mean of level 0: all 20 chunks of level 1 came back"
    )
    found(written(arrays=arrays), kinds=["pixels"], said=said)


def test_an_empty_level_below_one_of_another_dtype_is_explained():
    arrays = pyramid()
    arrays[1], arrays[2] = arrays[1].astype(np.float64), np.zeros_like(arrays[2])
    said = "level 2 is not the mean of level 1: all 5 chunks of level 2 came back as fill value (0)"
    found(written(arrays=arrays), kinds=["dtype", "pixels"], said=said)


def test_a_level_of_noise_is_told_against_rounding_half_to_even():
    truth = TRUTH.copy()
    truth[0, :2, :2] = [[2, 3], [3, 2]]
    asked = ASKED.model_copy(update={"levels": 2})
    noise = np.random.default_rng(8).integers(0, 2**16, (5, 18, 23), np.uint16)
    verdict = hold(judge_write(asked, truth, written(asked, [truth, noise])))
    assert verdict.explanation.endswith(f"first at (z=0, y=0, x=0): {noise[0, 0, 0]} instead of 2")


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
    assert said in hold(judge_write(ASKED, TRUTH, got)).explanation


def test_a_shifted_level_is_explained_and_the_next_one_is_not_blamed():
    got = with_pixels(written(), 1, np.roll(pyramid()[1], 1, 2))
    said = (
        "1 thing is not as asked for: level 1 is not the mean of level 0: the region is shifted by -1 along x"
    )
    found(got, kinds=["pixels"], said=said)


@pytest.mark.parametrize(
    ("late", "said"), [((0, 1), "1 along x"), ((1, 0), "1 along y"), ((1, 1), "1 along y and 1 along x")]
)
@pytest.mark.parametrize("method", ["mean", "nearest"])
def test_blocks_that_begin_too_late_are_told(late, said, method):
    asked = ASKED.model_copy(update={"method": method})
    moved = np.roll(TRUTH, [-late[0], -late[1]], axis=(1, 2))
    arrays = pyramid(moved, asked)
    if method == "nearest" and late == (1, 1):
        return  # another phase, which is legitimate
    sentence = (
        f"1 thing is not as asked for: level 1 is the {method} of blocks that begin too late in level 0, "
        f"in elements: {said}"
    )
    found(written(asked, [TRUTH, *arrays[1:]]), asked=asked, kinds=["pixels"], said=sentence)


def test_blocks_of_a_later_level_that_begin_too_late_are_told():
    arrays = pyramid()
    arrays[2] = reduce(np.roll(arrays[1], [-1, -1], axis=(1, 2)), (1, 2, 2), "mean")
    said = (
        "level 2 is the mean of blocks that begin too late in level 1, in elements: 1 along y and 1 along x"
    )
    found(written(arrays=arrays), kinds=["pixels"], said=said)


def test_blocks_of_three_may_begin_two_too_late():
    asked = ASKED.model_copy(update={"factor": (1, 3, 1), "levels": 2})
    arrays = [TRUTH, reduce(TRUTH[:, 2:], (1, 3, 1), "mean", "ceil")]
    found(written(asked, arrays), asked=asked, kinds=["pixels"], said="in elements: 2 along y")


@pytest.mark.parametrize("order", [[2, 1, 0], [0, 2, 1], [1, 0, 2]])
def test_levels_in_another_order_are_told(order):
    arrays = [pyramid()[n] for n in order]
    right = sorted(range(3), key=lambda n: order[n])
    said = (
        "1 thing is not as asked for: the levels are not in the order of their resolution, "
        f"which would be {right}"
    )
    found(written(arrays=arrays), kinds=["order"], said=said)


def test_levels_in_another_order_that_are_wrong_too_are_told_by_their_pixels():
    arrays = pyramid()[::-1]
    arrays[0] = arrays[0] + np.uint16(5)
    found(written(arrays=arrays), kinds=["pixels", "shape"], said="level 0: shape [5, 9, 11] came back")


def test_a_level_made_of_the_true_level_0_is_not_blamed_for_the_wrong_one_on_disk():
    arrays = pyramid()
    arrays[0] = TRUTH.copy()
    arrays[0][3] = 0
    said = (
        "1 thing is not as asked for: level 0: 9 of 45 chunks are fill value (0) where data exist: "
        "all in plane z=3"
    )
    found(written(arrays=arrays), kinds=["pixels"], said=said)


def test_a_level_off_by_one_is_wrong_without_a_tolerance():
    arrays = pyramid()
    arrays[2] = arrays[2] + np.uint16(1)
    found(written(arrays=arrays), kinds=["pixels"], said="off by rounding: by at most 1")
