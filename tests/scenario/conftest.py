"""A scenario to spoil, and a way to load what was spoiled."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.host.errors import InputError
from harness.scenario.load import Loaded, load_scenario
from harness.scenario.recipe import Recipe

RAMP = {
    "name": "ramp",
    "source": "ramp",
    "axes": "zyx",
    "shape": [4, 40, 30],
    "dtype": "uint16",
    "chunks": [2, 16, 16],
}
CATALOGUE = {"ramp": Recipe.model_validate({**RAMP, "levels": 2})}

GOOD = """\
scenario: good
title: Good
datasets:
  - {name: own, source: ramp, axes: zyx, shape: [4, 40, 30], dtype: uint16, chunks: [2, 16, 16], levels: 2}
operations:
  - operation: inspect
"""

Load = Callable[[str | bytes], Loaded]


@pytest.fixture
def good() -> str:
    return GOOD


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a scenario from its text, with a catalogue of one dataset, `ramp`."""

    def load_text(text: str | bytes) -> Loaded:
        path = tmp_path / "own.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_scenario(path, CATALOGUE)

    return load_text


@pytest.fixture
def refusal(load: Load, tmp_path: Path) -> Callable[[str | bytes], str]:
    """Return the one line with which a text is refused, without the folder."""

    def refuse(text: str | bytes) -> str:
        with pytest.raises(InputError) as caught:
            load(text)
        line = str(caught.value)
        assert "\n" not in line
        return line.removeprefix(f"{tmp_path}/")

    return refuse


@pytest.fixture
def ramp() -> Callable[..., Recipe]:
    """Make a recipe of a small ramp image, changed as told."""
    return lambda **changes: Recipe.model_validate({**RAMP, **changes})
