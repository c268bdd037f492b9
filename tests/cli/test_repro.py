"""`ozh repro`: a folder that shows one case without the harness; and one line where there is none."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

REPRO = """
[repro]
script = "repro.py"
run = "python repro.py"
install = "pip install fake=={version}"
language = "python"
"""
SCRIPT = """\
import json, numpy
document = json.load(open("@DATA@/@ARRAY@/zarr.json"))
pixels = numpy.zeros(document["shape"], document["data_type"])[@SELECTION@]
print(pixels.dtype, pixels.shape)
"""
CASE = "corners/corner-v3-uint16/slab/file"


@pytest.fixture
def tool(add_fake, tmp_path):
    name = add_fake("zeros", more=REPRO)
    (tmp_path / "adapters" / name / "repro.py").write_text(SCRIPT)
    return name


@pytest.fixture
def repro(tmp_path):
    def call(*arguments):
        ozh = Path(sys.executable).with_name("ozh")
        return subprocess.run(
            [ozh, "repro", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    return call


def test_the_folder_has_data_script_expectation_and_what_came_back(tool, repro, tmp_path):
    done = repro(CASE, "--tool", tool, "--out", "shown")

    assert done.returncode == 0, done.stderr
    assert f"{tool}@1: failed:" in done.stdout
    shown = tmp_path / "shown"
    script = subprocess.run(
        [sys.executable, "repro.py"], cwd=shown, capture_output=True, text=True, check=True
    )
    assert script.stdout == "uint16 (4, 5)\n"
    expected = np.load(shown / "expected.npy")
    assert expected.shape == (4, 5)
    assert expected.any()
    assert not np.load(shown / "came-back.npy").any()
    story = (shown / "README.md").read_text()
    assert "pip install fake==1\n" in story
    assert "uint16 [4, 5], beginning with" in story
    assert "fill value (0) where data exist" in story
    assert str(tmp_path) not in story


def test_what_must_be_refused_expects_an_error(tool, repro, tmp_path):
    done = repro("corners/corner-v3-unknown-field-text/whole/s3", "--tool", tool, "--out", "shown")

    assert done.returncode == 0, done.stderr
    assert "An error: the metadata ask for something" in (tmp_path / "shown" / "README.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((CASE, "--tool", "nobody"), "unknown tool 'nobody'"),
        (("corners/none/whole/file", "--tool", "TOOL"), "'corners/none/whole/file' is no case for TOOL@1"),
        (("nothing/a/b/file", "--tool", "TOOL"), "is called 'nothing'"),
        (("corners", "--tool", "TOOL"), "'corners' is not a case"),
        ((CASE, "--tool", "TOOL", "--out", "adapters"), "adapters exists"),
        ((CASE, "--tool", "always-valid"), "is no case for always-valid@1.0.0"),
    ],
)
def test_what_cannot_be_shown_is_one_line_and_exit_2(tool, repro, arguments, said):
    done = repro(*(one.replace("TOOL", tool) for one in arguments))

    assert done.returncode == 2
    assert said.replace("TOOL", tool) in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_tool_without_a_script_says_so(add_fake, repro):
    done = repro(CASE, "--tool", add_fake())

    assert done.returncode == 2
    assert "has no script to reproduce with" in done.stderr
