"""Wrong metadata: each lost or changed fact is named."""

import pytest
from recorded import hold

from harness.conformance.facts import compare_images, judge_inspect
from harness.scenario.image import Axis, Channel, Image, Level, Window


def level(n, **changes):
    facts = {
        "path": str(n),
        "shape": (2, 10, 64 >> n, 64 >> n),
        "chunks": (1, 1, 32, 32),
        "dtype": "uint16",
        "scale": (1.0, 0.5, 0.26 * 2**n, 0.26 * 2**n),
    }
    return Level(**{**facts, **changes})


def axis(name, **changes):
    kind = "channel" if name == "c" else "space"
    facts = {"name": name, "type": kind, "unit": None if name == "c" else "micrometer"}
    return Axis(**{**facts, **changes})


def channel(**changes):
    facts = {
        "label": "DNA",
        "color": "00FF00",
        "active": True,
        "window": Window(start=1, end=9, min=0, max=99),
    }
    return Channel(**{**facts, **changes})


TRUTH = Image(
    ome_zarr="0.4",
    name="cells",
    axes=tuple(axis(name) for name in "czyx"),
    levels=(level(0), level(1)),
    channels=(channel(), channel(label="Lamin", color="ff0000")),
    labels=("nuclei", "cells"),
)


def but(**changes):
    return TRUTH.model_copy(update=changes)


def test_the_truth_is_right():
    assert hold(judge_inspect(TRUTH, TRUTH)).right


def test_what_means_the_same_is_right():
    zero = level(0, translation=(0.0, 0.0, 0.0, 0.0), scale=(1.0, 0.5, 0.26 * (1 + 1e-12), 0.26))
    got = but(
        levels=(zero, level(1)),
        labels=("cells", "nuclei"),
        channels=(channel(color="00ff00"), TRUTH.channels[1]),
    )
    assert hold(judge_inspect(TRUTH, got)).right


def test_rounding_errors_and_empty_texts_are_right():
    window = Window(start=1 + 1e-12, end=9, min=1e-13, max=99)
    truth = but(levels=(level(0, translation=(0.0, 0.0, 0.13, 0.13)), level(1)))
    moved = level(0, translation=(1e-13, 0.0, 0.13 * (1 + 1e-12), 0.13))
    got = truth.model_copy(
        update={
            "channels": (channel(window=window), TRUTH.channels[1]),
            "axes": (axis("c", unit=""), *TRUTH.axes[1:]),
            "levels": (moved, level(1)),
        }
    )
    assert hold(judge_inspect(truth, got)).right


def test_only_the_axes_that_differ_are_named():
    scale = (1.0, 0.5 * (1 + 1e-12), 0.3, 0.26)
    verdict = hold(judge_inspect(TRUTH, but(levels=(level(0, scale=scale), level(1)))))
    assert verdict.explanation == "1 of 36 fields differ: level 0 scale y: 0.26 was expected, 0.3 is there"
    assert verdict.evidence["differences"][0]["expected"] == [1.0, 0.5, 0.26, 0.26]


@pytest.mark.parametrize("field", ["shards", "translation"])
def test_what_the_truth_may_lack_is_told_by_axis_where_it_has_it(field):
    truth = but(levels=(level(0, **{field: (1, 1, 64, 64)}), level(1)))
    got = but(levels=(level(0, **{field: (1, 2, 64, 32)}), level(1)))
    assert f"level 0 {field} z, x: [1" in hold(judge_inspect(truth, got)).explanation
    lost = hold(judge_inspect(truth, but(levels=(level(0), level(1)))))
    assert f"level 0 {field}: [1" in lost.explanation
    assert lost.explanation.endswith("none is there")


def test_defaults_that_a_tool_fills_in_are_right():
    truth = but(name=None, channels=(Channel(), Channel()))
    got = truth.model_copy(update={"name": "/", "channels": TRUTH.channels})
    assert hold(judge_inspect(truth, got)).right


@pytest.mark.parametrize(
    ("got", "kind", "sentence"),
    [
        (but(ome_zarr="0.5"), "version", "OME-Zarr version: '0.4' was expected, '0.5' is there"),
        (but(name=None), "name", "name: 'cells' was expected, none is there"),
        (
            but(axes=tuple(map(axis, "czxy"))),
            "axes",
            "[c, z, y, x] was expected, [c, z, x, y] is there",
        ),
        (
            but(axes=(axis("c"), axis("z", unit=None), axis("y"), axis("x"))),
            "unit",
            "axis z unit: 'micrometer' was expected, none is there",
        ),
        (
            but(axes=(axis("c", unit="pixel"), axis("z"), axis("y"), axis("x"))),
            "unit",
            "axis c unit: none was expected, 'pixel' is there",
        ),
        (
            but(axes=(axis("c", type=None), axis("z"), axis("y"), axis("x"))),
            "axis-type",
            "axis c type: 'channel' was expected, none is there",
        ),
        (but(levels=(level(0),)), "levels", "number of levels: 2 was expected, 1 is there"),
        (
            but(levels=(level(0, path="s0"), level(1))),
            "path",
            "level 0 path: '0' was expected, 's0' is there",
        ),
        (
            but(levels=(level(0), level(1, shape=(2, 10, 32, 31)))),
            "shape",
            "level 1 shape x: 32 was expected, 31 is there",
        ),
        (
            but(levels=(level(0, chunks=(1, 1, 64, 64)), level(1))),
            "chunks",
            "level 0 chunks y, x: [32, 32] was expected, [64, 64] is there",
        ),
        (
            but(levels=(level(0, shards=(1, 1, 64, 64)), level(1))),
            "shards",
            "level 0 shards: none was expected, [1, 1, 64, 64] is there",
        ),
        (but(levels=(level(0, dtype="int16"), level(1))), "dtype", "'uint16' was expected, 'int16' is there"),
        (
            but(levels=(level(0), level(1, scale=(1.0, 1.0, 0.52, 0.52)))),
            "scale",
            "level 1 scale z: 0.5 was expected, 1.0 is there",
        ),
        (
            but(levels=(level(0, scale=None), level(1))),
            "scale",
            "level 0 scale: [1.0, 0.5, 0.26, 0.26] was expected, none is there",
        ),
        (
            but(levels=(level(0), level(1, translation=(0, 0, 0.13, 0.13)))),
            "translation",
            "level 1 translation: none was expected, [0.0, 0.0, 0.13, 0.13] is there",
        ),
        (but(channels=()), "channels", "number of channels: 2 was expected, 0 is there"),
        (
            but(channels=(channel(label="DAPI"), TRUTH.channels[1])),
            "channel-label",
            "channel 0 label: 'DNA' was expected, 'DAPI' is there",
        ),
        (but(channels=(channel(color="FFFFFF"), TRUTH.channels[1])), "channel-color", "'FFFFFF' is there"),
        (but(channels=(channel(active=None), TRUTH.channels[1])), "channel-active", "none is there"),
        (
            but(channels=(channel(window=Window(start=0, end=9, min=0, max=99)), TRUTH.channels[1])),
            "channel-window",
            "1 to 9 (of 0 to 99) was expected, 0 to 9 (of 0 to 99) is there",
        ),
        (but(labels=("nuclei",)), "labels", "labels: [nuclei, cells] was expected, nuclei is there"),
    ],
)
def test_a_wrong_fact_is_named(got, kind, sentence):
    verdict = hold(judge_inspect(TRUTH, got))
    assert not verdict.right
    assert verdict.evidence["kinds"] == [kind]
    assert sentence in verdict.explanation
    assert verdict.explanation.startswith("1 of 36 fields differ: ")


def test_all_differences_are_evidence_though_few_are_spelled_out():
    got = but(axes=tuple(axis(name, unit=None, type=None) for name in "czyx"), labels=())
    verdict = hold(judge_inspect(TRUTH, got))
    assert "8 of 36 fields differ" in verdict.explanation
    assert verdict.explanation.endswith("and 4 more")
    assert len(verdict.evidence["differences"]) == 8


def test_four_differences_are_all_spelled_out():
    got = but(axes=tuple(axis(name, unit=None) for name in "czyx"), labels=())
    verdict = hold(judge_inspect(TRUTH, got))
    assert verdict.explanation.endswith("; labels: [nuclei, cells] was expected, none is there")


def test_silence_that_is_documented_is_noted():
    got = but(channels=(channel(window=None), channel(label="Lamin", color="ff0000", window=None)))
    verdict = hold(judge_inspect(TRUTH, got, cannot={"channel-window"}))
    assert verdict.right
    assert verdict.notes == (
        "the tool does not say channel 0 window",
        "the tool does not say channel 1 window",
    )


def test_a_wrong_value_is_wrong_though_silence_is_documented():
    got = but(axes=(axis("c"), axis("z", unit="meter"), axis("y"), axis("x")))
    assert not hold(judge_inspect(TRUTH, got, cannot={"unit"})).right


def test_an_axis_that_is_not_there_is_told_once():
    truth = but(levels=(level(0),))
    got = truth.model_copy(update={"axes": truth.axes[1:]})
    assert [one.kind for one in compare_images(truth, got)] == ["axes"]


def test_nothing_said_is_no_answer():
    assert hold(judge_inspect(TRUTH, None)).evidence["kind"] == "no-answer"
