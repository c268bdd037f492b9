"""Every corner of Zarr that we have, read wrongly in several ways: always a sentence, never a traceback."""

import json

import numpy as np
import pytest

from harness.conformance.digest import canonical_bytes, digest, from_canonical_bytes, v3_name
from harness.conformance.mismatch import Asked
from harness.conformance.pixels import explain_pixels, judge_pixels
from harness.datasets.known import known_specimens
from harness.datasets.specimen import build_specimen
from harness.scenario.region import index
from harness.scenario.selection import selected

KNOWN = known_specimens()
CORNERS = [name for name, one in KNOWN.items() if name.startswith("corner-") and one.must == "read"]
LIES = {
    "nothing": np.zeros_like,
    "in-another-order": lambda pixels: np.roll(pixels.reshape(-1), 1).reshape(pixels.shape),
    "backwards": np.flip,
    "an-axis-more": lambda pixels: pixels[..., None],
    "doubled": lambda pixels: np.concatenate([pixels.reshape(-1)] * 2),
}


@pytest.mark.parametrize("selection", ["whole", "element", "empty", "list"])
def test_every_corner_read_wrongly_gets_a_sentence(selection):
    told = 0
    for name in CORNERS:
        truth = build_specimen(KNOWN[name]).truth
        stored = truth.levels[0]
        region = selected(selection, stored.shape, truth.chunks)
        if region is None:
            continue
        right = np.asarray(stored[index(region)])
        where = Asked(truth.axes, None, region, truth.chunks, truth.levels, truth.fill_value)
        assert where.shape == right.shape, name
        for lie, change in LIES.items():
            got = change(right)
            if not judge_pixels(right, v3_name(got.dtype), got.shape, digest(got)).right:
                raw = bytes(canonical_bytes(got))
                saved = from_canonical_bytes(raw, v3_name(got.dtype), got.shape, right.dtype)
                verdict = explain_pixels(right, saved, where)
                told += 1
                assert not verdict.right, (name, lie)
                assert len(verdict.explanation) > 12, (name, lie, verdict)
                json.dumps(verdict.evidence, allow_nan=False)
    assert told > len(CORNERS)
