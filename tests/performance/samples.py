"""The recorded bouts that OZH_SAMPLES names: two processes measured alternately on a noisy machine."""

import os
from pathlib import Path

import numpy as np
import pytest


def recorded_bouts():
    """Return impl, slow, mode and times (arm, quantum, operation; ns) of every bout; skip without them."""
    folder = os.environ.get("OZH_SAMPLES")
    if not folder:
        pytest.skip("OZH_SAMPLES does not name the folder of paired-bouts.npz")
    stored = np.load(Path(folder) / "paired-bouts.npz")
    flat, shapes = stored["w_flat"], stored["w_shape"]
    ends = np.cumsum(np.prod(shapes, axis=1))
    times = [flat[end - np.prod(one) : end].reshape(one) for end, one in zip(ends, shapes, strict=True)]
    return list(
        zip(stored["impl"].tolist(), stored["slow"].tolist(), stored["mode"].tolist(), times, strict=True)
    )
