"""Walks: inside the image, the same each time, and each pattern what its name says."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from harness.scenario.operation import Walk
from harness.scenario.region import index, resolve, shape_of
from harness.scenario.walk import Ground, ground_of, steps, where

PATTERNS = ("planes", "viewport", "crops", "slices", "blocks", "series", "inner-chunks")


def walk(pattern, **more):
    return Walk(operation="walk", pattern=pattern, **more)


@st.composite
def grounds(draw):
    """Draw an image with a few levels; shards, where there are any, are whole multiples of chunks."""
    axes = draw(st.sampled_from(["tyx", "zyx", "czyx", "tczyx"]))
    shape = tuple(draw(st.integers(1, 9)) if axis in "tc" else draw(st.integers(2, 40)) for axis in axes)
    shapes = [shape]
    for _ in range(draw(st.integers(0, 2))):
        shapes.append(
            tuple(max(1, n // 2) if axis in "yx" else n for axis, n in zip(axes, shapes[-1], strict=True))
        )
    chunks = tuple(draw(st.integers(4, 12)) for _ in axes)
    stored = tuple(chunk * draw(st.integers(1, 3)) for chunk in chunks)
    return Ground(axes, tuple(shapes), chunks, stored)


@st.composite
def walks(draw):
    """Draw an image and a walk that fits it."""
    ground = draw(grounds())
    pattern = draw(st.sampled_from(PATTERNS))
    level = draw(st.integers(0, len(ground.shapes) - 1)) if pattern != "viewport" else 0
    lengths = ground.lengths(level)
    more: dict = {"level": level} if level else {}
    if pattern in ("planes", "viewport", "crops", "slices", "series"):
        more["count"] = draw(st.integers(1, 12))
    if pattern in ("viewport", "crops", "slices", "series", "inner-chunks"):
        more["seed"] = draw(st.integers(0, 5))
    if pattern == "planes":
        more["along"] = draw(st.sampled_from(ground.axes))
    if pattern == "series":
        more["along"] = draw(st.sampled_from(ground.axes))
    if pattern == "viewport":
        more["size"] = {axis: max(1, lengths[axis] - 1) for axis in "yx"}
    if pattern in ("crops", "blocks"):
        named = draw(st.lists(st.sampled_from(ground.axes), min_size=1, unique=True))
        more["size"] = {axis: draw(st.integers(1, lengths[axis])) for axis in named}
    if pattern == "slices" and "z" not in ground.axes:
        more["count"], pattern = 1, "series"
        more["along"] = "t"
    return ground, walk(pattern, **more)


@settings(deadline=None, max_examples=300)
@given(walks())
def test_every_step_is_inside_and_another_time_the_walk_is_the_same(drawn):
    ground, asked = drawn

    found = steps(asked, ground)

    for read in found:
        region = resolve(read.region, ground.axes, ground.shapes[read.level])
        assert math.prod(shape_of(region)) >= 1
    assert found == steps(asked, ground)
    if asked.pattern in ("viewport", "crops", "slices", "series"):
        assert len(found) == asked.count


@settings(deadline=None)
@given(grounds(), st.data())
def test_blocks_cover_every_element_exactly_once(ground, data):
    level = data.draw(st.integers(0, len(ground.shapes) - 1))
    named = data.draw(st.lists(st.sampled_from(ground.axes), unique=True))
    size = {axis: data.draw(st.integers(1, 9)) for axis in named}
    visits = np.zeros(ground.shapes[level], int)

    for read in steps(walk("blocks", level=level, size=size), ground):
        visits[index(resolve(read.region, ground.axes, ground.shapes[level]))] += 1

    assert (visits == 1).all()


@settings(deadline=None)
@given(grounds(), st.integers(0, 5))
def test_inner_chunks_are_whole_chunks_each_of_another_shard(ground, seed):
    shape = ground.shapes[0]
    there = math.prod(-(-n // cell) for n, cell in zip(shape, ground.stored, strict=True))

    found = [
        resolve(read.region, ground.axes, shape) for read in steps(walk("inner-chunks", seed=seed), ground)
    ]

    shards = {
        tuple(part[0] // cell for part, cell in zip(region, ground.stored, strict=True)) for region in found
    }
    assert len(shards) == len(found) == there
    for region in found:
        for (start, stop, _), chunk, length in zip(region, ground.chunks, shape, strict=True):
            assert start % chunk == 0
            assert stop == min(start + chunk, length)


VOLUME = Ground("czyx", ((2, 9, 64, 48), (2, 9, 32, 24), (2, 9, 16, 12)), (1, 1, 16, 16), (1, 3, 32, 48))


def regions(asked, ground=VOLUME):
    return [(read.level, read.region) for read in steps(asked, ground)]


def test_planes_follow_one_another_around_the_middle():
    assert regions(walk("planes", count=3, at={"c": 1}, level=1)) == [
        (1, {"c": 1, "z": 3}),
        (1, {"c": 1, "z": 4}),
        (1, {"c": 1, "z": 5}),
    ]
    assert len(regions(walk("planes"))) == 9


def test_a_viewport_zooms_in_onto_a_point_and_then_moves_by_half_of_itself():
    found = regions(walk("viewport", size={"y": 16, "x": 20}, count=12))

    assert [level for level, _ in found] == [2, 1, *[0] * 10]
    assert found[0] == (2, {"z": 4, "y": (0, 16), "x": (0, 12)})  # all of the smallest level
    for (_, before), (_, after) in itertools.pairwise(found[2:]):
        moved = [abs(before[axis][0] - after[axis][0]) for axis in "yx"]
        assert min(moved) == 0
        assert 0 < max(moved) <= 10
        assert [after[axis][1] - after[axis][0] for axis in "yx"] == [16, 20]


def test_a_viewport_holds_the_plane_that_is_asked_for_at_every_level():
    assert {region["z"] for _, region in regions(walk("viewport", size={"y": 8, "x": 8}, at={"z": 7}))} == {7}


def test_slices_go_through_one_point_along_each_axis():
    (_, xy), (_, xz), (_, yz) = regions(walk("slices", at={"c": 0}))

    assert [set(xy), set(xz), set(yz)] == [{"c", "z"}, {"c", "y"}, {"c", "x"}]


def test_a_series_is_all_of_an_axis_at_one_index_of_every_other():
    movie = Ground("tyx", ((30, 20, 10),), (1, 20, 10), (1, 20, 10))

    found = steps(walk("series", count=4, seed=3), movie)

    assert {shape_of(resolve(read.region, "tyx", (30, 20, 10))) for read in found} == {(30,)}
    assert len({where(read) for read in found}) > 1


def test_a_step_says_where_it_is():
    found = steps(walk("crops", size={"y": 4, "x": 5}, count=1, level=1, at={"c": 1}), VOLUME)

    (start_y, stop_y), (start_x, stop_x) = found[0].region["y"], found[0].region["x"]
    assert where(found[0]) == f"level 1, c=1, y={start_y}:{stop_y}, x={start_x}:{stop_x}"
    assert where(steps(walk("blocks", size={"c": 2, "z": 9, "y": 64, "x": 48}), VOLUME)[0]).startswith(
        "c=0:2"
    )


@pytest.mark.parametrize(
    ("pattern", "more", "why"),
    [
        ("planes", {"along": "t"}, "along: axis 't' is not an axis of this image"),
        ("planes", {"level": 3}, "level 3 is asked for, the image has 3"),
        ("planes", {"at": {"c": 2}}, r"at: c: 2 is outside the image \(0 to 1\)"),
        ("planes", {"at": {"z": 2}}, "axis 'z' cannot be held by `at` and moved along too"),
        ("crops", {"size": {"y": 65}}, r"size: y: 65 is more than the image has \(64\)"),
        ("crops", {"size": {"t": 5}}, "size: axis 't' is not an axis"),
        ("slices", {"at": {"z": 1}}, "slices go along z, y and x: axis 'z' is missing, or held"),
        ("series", {}, "there is no axis 't' to go along"),
        ("viewport", {}, "the window shows all of level 0"),
        ("blocks", {"size": {"c": 1, "z": 1, "y": 1, "x": 1}}, "these are more than 10000 reads"),
        ("blocks", {"size": {"c": 1}, "at": {"c": 1}}, "axis 'c' cannot be held by `at` and moved along too"),
        ("inner-chunks", {"count": 13}, "13 shards or chunks are asked for, level 0 has 12"),
    ],
)
def test_a_walk_that_does_not_fit_the_image_says_why(pattern, more, why):
    with pytest.raises(ValueError, match=why):
        steps(walk(pattern, **more), VOLUME)


@pytest.mark.parametrize(
    ("pattern", "more", "why"),
    [
        ("planes", {"size": {"y": 3}}, "pattern planes has no `size`"),
        ("viewport", {"level": 1}, "pattern viewport has no `level`"),
        ("viewport", {"size": {"z": 1}}, "along y and x only"),
        ("crops", {}, "pattern crops needs a `size`"),
    ],
)
def test_a_pattern_takes_only_what_it_knows(pattern, more, why):
    with pytest.raises(ValidationError, match=why):
        walk(pattern, **more)


def test_what_is_left_unsaid_may_be_said(ramp):
    said = walk("planes", along="z").model_dump()

    assert steps(Walk.model_validate(said), ground_of(ramp())) == steps(walk("planes"), ground_of(ramp()))


def test_a_walk_is_checked_against_its_image_and_takes_no_faults(load, refusal, good):
    walking = good.replace("operation: inspect", "{operation: walk, pattern: planes, count: 3}")
    assert load(walking).scenario.operations[0].title == "walk"

    assert "there is no axis 't' to go along" in refusal(walking.replace("planes, count: 3", "series"))
    fault = "stores: [s3]\nfaults: [{name: busy, target: everything, deed: {does: status, status: 503}, "
    fault += "expect: [raised], because: so}]\n"
    assert "a walk goes without faults; use `read` or `write`" in refusal(walking + fault)
