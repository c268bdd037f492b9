"""The scripts that are handed to a tool's maintainers: short, and they do what they say."""

import json
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest

from harness.tools.environment import build
from harness.tools.manifest import Adapter, load_adapter
from harness.tools.registry import ADAPTERS, ToolVersion

PYTHONS = [
    adapter
    for adapter in map(load_adapter, sorted(path.parent for path in ADAPTERS.glob("*/adapter.toml")))
    if adapter.repro is not None and adapter.repro.language == "python"
]
ARMS = [(adapter, version) for adapter in PYTHONS for version in adapter.versions]
IDS = [f"{adapter.tool.name}@{version}" for adapter, version in ARMS]
PIXELS = np.arange(6 * 5, dtype="<u2").reshape(6, 5)
SELECTIONS = {
    "1:5:2, 3": PIXELS[1:5:2, 3],
    "[5, 0, 2], 1:4": PIXELS[[5, 0, 2], 1:4],
    "4, 4": PIXELS[4, 4],
    "...": PIXELS,
}


def filled(adapter: Adapter, data: str, selection: str) -> str:
    script = (adapter.folder / adapter.repro.script).read_text(encoding="utf-8")
    for mark, value in {"@DATA@": data, "@ARRAY@": "0", "@LEVEL@": "0", "@SELECTION@": selection}.items():
        script = script.replace(mark, value)
    return script


def write_image(folder: Path) -> None:
    """Write an image of one level, Zarr v2, in one chunk that is not compressed."""
    axes = [{"name": name, "type": "space"} for name in "yx"]
    scale = {"type": "scale", "scale": [1, 1]}
    dataset = {"path": "0", "coordinateTransformations": [scale]}
    image = {"multiscales": [{"version": "0.4", "name": "i", "axes": axes, "datasets": [dataset]}]}
    array = {"zarr_format": 2, "shape": [6, 5], "chunks": [6, 5], "dtype": "<u2", "fill_value": 0}
    array |= {"compressor": None, "filters": None, "order": "C", "dimension_separator": "/"}
    (folder / "0" / "0").mkdir(parents=True)
    (folder / ".zgroup").write_text('{"zarr_format": 2}')
    (folder / ".zattrs").write_text(json.dumps(image))
    (folder / "0" / ".zarray").write_text(json.dumps(array))
    (folder / "0" / "0" / "0").write_bytes(PIXELS.tobytes())


@pytest.mark.parametrize("adapter", PYTHONS, ids=lambda adapter: adapter.tool.name)
@pytest.mark.parametrize("selection", SELECTIONS)
def test_a_script_is_short_and_complete(adapter: Adapter, selection: str) -> None:
    script = filled(adapter, "data.zarr", selection)

    compile(script, adapter.repro.script, "exec")
    assert "@" not in script
    assert len(script.splitlines()) <= 20
    assert "ozh" not in script


@pytest.mark.tools
@pytest.mark.xdist_group("tools")
@pytest.mark.parametrize(("adapter", "version"), ARMS, ids=IDS)
@pytest.mark.parametrize("selection", SELECTIONS)
def test_a_script_reads_what_it_is_to_read(
    tmp_path: Path, adapter: Adapter, version: str, selection: str
) -> None:
    python = build(ToolVersion(adapter, version), print).command[0]
    write_image(tmp_path / "data.zarr")
    (tmp_path / "repro.py").write_text(filled(adapter, "data.zarr", selection), encoding="utf-8")

    done = subprocess.run([python, "repro.py"], cwd=tmp_path, capture_output=True, text=True, check=False)

    # obstore's threads now and then abort a process that has done all its work: see docs/findings.md.
    ends = (0, -signal.SIGABRT) if adapter.tool.name == "zarr-python-obstore" else (0,)
    assert done.returncode in ends, done.stderr
    got = np.load(tmp_path / "got.npy")
    assert np.array_equal(got, SELECTIONS[selection])
    assert f"{got.dtype} {got.shape}" in done.stdout
