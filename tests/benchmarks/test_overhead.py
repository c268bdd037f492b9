"""The overhead benchmark does what it says, on a fake tool and a small image."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import overhead
import pytest

from harness.performance.ratio import Ratio
from harness.tools.manifest import load_adapter
from harness.tools.registry import ADAPTERS

SHIPPED = [load_adapter(path.parent) for path in sorted(ADAPTERS.glob("*/adapter.toml"))]
FOUND = overhead.Overhead("tool@1", Ratio(1.02, 1.01, 1.04, 20, 0.95), 120_000, 1_800_000, 1_600_000)


@pytest.fixture
def bare(tmp_path, monkeypatch, small_recipe):
    """The folder of bare scripts, empty; everything else small."""
    folder = tmp_path / "bare"
    folder.mkdir()
    monkeypatch.setattr(overhead, "BARE", folder)
    monkeypatch.setattr(overhead, "named", lambda _: small_recipe)
    monkeypatch.setattr(overhead, "BLOCKS", 2)
    monkeypatch.setattr(overhead, "NULLS", 10)
    return folder


@pytest.mark.parametrize("script", sorted(overhead.BARE.glob("*.py")), ids=lambda script: script.stem)
def test_each_bare_script_is_of_a_tool_and_compiles(script):
    compile(script.read_text(encoding="utf-8"), script, "exec")
    assert script.stem.removesuffix("-plane") in {adapter.tool.name for adapter in SHIPPED}


def test_a_tool_is_measured_in_pairs_and_a_line_says_so(add_fake, bare, capsys):
    name = add_fake()
    shutil.copy(Path(__file__).with_name("bare_fake.py"), bare / f"{name}-plane.py")

    code = overhead.main(["--pairs", "2", "--tool", name])

    assert code == 0
    said = capsys.readouterr().out
    assert re.search(rf"{name}@1: worker / bare \d+\.\d+ \[.*\] 2 pairs.*; null .* ms", said)


def test_a_bare_script_that_reads_something_else_is_refused(add_fake, bare, capsys):
    name = add_fake()
    (bare / f"{name}-plane.py").write_text("print('0' * 64)\n")

    assert overhead.main(["--pairs", "2", "--tool", name]) == 3
    assert "do not both read the right plane" in capsys.readouterr().err


def test_a_bare_script_that_fails_is_told_with_its_last_words(add_fake, bare, capsys):
    name = add_fake()
    (bare / f"{name}-plane.py").write_text("raise SystemExit('no such module')\n")

    assert overhead.main(["--pairs", "2", "--tool", name]) == 3
    assert "ended with exit code 1: no such module" in capsys.readouterr().err


@pytest.mark.usefixtures("bare")
def test_a_tool_without_a_bare_script_cannot_be_measured(add_fake, capsys):
    assert overhead.main(["--tool", add_fake()]) == 3
    assert "has no bare script" in capsys.readouterr().err


def test_what_is_within_its_bound_is_called_ok():
    assert overhead.line_of(FOUND) == (
        "tool@1: worker / bare 1.020 [1.010, 1.040] 20 pairs ok; null 0.120 ms ok; "
        "outside of the timer 1.80 ms, a SHA-256 alone 1.60 ms"
    )


def test_what_is_beyond_its_bound_is_not_called_ok():
    slow = replace(FOUND, ratio=Ratio(1.05, 1.01, 1.09, 20, 0.95), null_ns=400_000)

    assert "20 pairs (more than 1.03); null 0.400 ms (more than 0.3 ms);" in overhead.line_of(slow)
