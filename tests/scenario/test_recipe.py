"""What a recipe says about its image."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from harness.scenario.recipe import Codec, Recipe


@settings(deadline=None)
@given(
    shape=st.tuples(st.integers(1, 300), st.integers(1, 300), st.integers(1, 300)),
    factors=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4)),
    edge=st.sampled_from(["floor", "ceil"]),
    level=st.integers(0, 5),
)
def test_the_shape_of_a_level_is_that_of_the_naive_definition(shape, factors, edge, level):
    recipe = Recipe(
        name="r", source="ramp", axes="zyx", shape=shape, dtype="uint8", chunks=(1, 1, 1), edge=edge,
        factor=dict(zip("zyx", factors, strict=True)),
    )  # fmt: skip
    round_edge = math.floor if edge == "floor" else math.ceil
    expected = list(shape)
    for _ in range(level):
        expected = [round_edge(length / factor) for length, factor in zip(expected, factors, strict=True)]

    assert recipe.level_shape(level) == tuple(expected)


def test_y_and_x_are_halved_where_nothing_is_said(ramp):
    assert ramp().factors == (1, 2, 2)
    assert ramp(factor={"z": 3}).factors == (3, 1, 1)


def test_the_scale_of_a_level_grows_with_its_factors(ramp):
    facts = ramp(levels=3, scale={"z": 2, "y": 0.5}, factor={"y": 3, "x": 2}).level_facts(2)

    assert facts.scale == (2, 4.5, 4)
    assert (facts.path, facts.shape, facts.chunks, facts.dtype) == ("2", (4, 4, 7), (2, 16, 16), "uint16")


def test_levels_are_named_as_the_recipe_says(ramp):
    assert ramp(level_names="s{}").level_facts(3).path == "s3"


def test_axes_have_types_and_the_units_that_were_given(ramp):
    axes = ramp(units={"z": "micrometer"}).axis_list

    assert [(axis.name, axis.type, axis.unit) for axis in axes] == [
        ("z", "space", "micrometer"),
        ("y", "space", None),
        ("x", "space", None),
    ]


def test_a_label_image_has_the_geometry_of_its_image_without_channels():
    recipe = Recipe.model_validate(
        {
            "name": "r", "source": "ramp", "axes": "czyx", "shape": [2, 4, 40, 30], "dtype": "uint16",
            "chunks": [1, 2, 16, 16], "shards": [2, 4, 16, 16], "levels": 2, "method": "mean",
            "units": {"y": "micrometer"}, "scale": {"c": 3, "y": 0.5}, "factor": {"c": 2, "z": 2},
            "channels": [{"label": "a"}, {"label": "b"}], "labels": {"cells": {"source": "nuclei-labels"}},
        }
    )  # fmt: skip

    label = recipe.label_recipe("cells")

    assert (label.axes, label.shape, label.chunks, label.shards) == (
        "zyx",
        (4, 40, 30),
        (2, 16, 16),
        (4, 16, 16),
    )
    assert (label.dtype, label.method, label.channels, label.labels) == ("uint32", "nearest", (), {})
    assert label.factors == (2, 1, 1)
    assert (label.units, label.scale) == ({"y": "micrometer"}, {"y": 0.5})


@pytest.mark.parametrize("factor", [0, -1])
def test_a_factor_below_one_is_refused(ramp, factor):
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        ramp(factor={"y": factor})


def test_channels_must_be_as_many_as_the_channel_axis_is_long(ramp):
    changes = {"axes": "cyx", "shape": [2, 8, 8], "chunks": [1, 8, 8]}
    assert ramp(**changes, channels=[{}, {}]).channels
    with pytest.raises(ValidationError, match="one entry for each element of axis 'c'"):
        ramp(**changes, channels=[{}])


@pytest.mark.parametrize("text", [{"nmae": "r"}, {"axes": "zyxc"}, {"level_names": "a/{}"}, {"seed": -1}])
def test_what_a_recipe_does_not_know_is_refused(ramp, text):
    with pytest.raises(ValidationError):
        ramp(**text)


@pytest.mark.parametrize("name", ["gzip", "zlib", "blosc"])
def test_a_codec_has_the_levels_it_has(name):
    with pytest.raises(ValueError, match=f"level of {name} goes from 0 to 9, not 10"):
        Codec(name=name, level=10)


@pytest.mark.parametrize("name", ["none", "gzip", "zlib", "blosc"])
def test_only_zstd_has_a_checksum_of_its_own(name):
    assert Codec(name="zstd", checksum=True).checksum
    with pytest.raises(ValueError, match=f"checksum belongs to codec zstd, not {name}"):
        Codec(name=name, checksum=True)


def test_crc32c_needs_zarr_v3(ramp):
    assert ramp(ome_zarr="0.5", codec={"name": "none", "crc32c": True}).codec.crc32c
    with pytest.raises(ValidationError, match=r"crc32c needs OME-Zarr 0\.5"):
        ramp(ome_zarr="0.4", codec={"name": "none", "crc32c": True})


def test_a_codec_has_no_checksum_unless_it_is_asked_for():
    assert (Codec().checksum, Codec().crc32c) == (False, False)
