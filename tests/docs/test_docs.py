"""Docs are true: every command in them is run, in the order of the page; every link leads somewhere."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from harness.datasets.catalogue import catalogue
from harness.scenario.load import load_scenario

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")])
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
COMMAND = re.compile(r"^(?:    )?((?:ozh|make) .*?)(?:  +#.*)?$", re.MULTILINE)
EXAMPLES = {"my-tool": "tensorstore"}  # names that stand for a reader's own


def commands(page: Path) -> list[str]:
    """Return every `ozh` and `make` line of a page's code blocks."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```|((?:^    .*\n)+)", text, re.MULTILINE | re.DOTALL)
    return [command for pair in blocks for command in COMMAND.findall("".join(pair))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_are_there(page):
    for command in commands(page):
        if command.startswith("make"):
            subprocess.run([*shlex.split(command), "--dry-run"], cwd=ROOT, check=True, capture_output=True)


def test_make_run_is_what_is_tried_from_the_wheel():
    done = subprocess.run(["make", "--dry-run", "run"], cwd=ROOT, check=True, capture_output=True, text=True)

    assert "ozh run quick --jobs 2" in done.stdout


@pytest.mark.minio
@pytest.mark.tools
@pytest.mark.xdist_group("tools")
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if any(command.startswith("ozh") for command in commands(page))],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_command_of_a_page_works(page, tmp_path):
    whole = re.search(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if whole:
        (tmp_path / "my-planes.yaml").write_text(whole[1])
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for command in commands(page):
        if command.startswith("ozh"):
            real = command
            for example, instead in EXAMPLES.items():
                real = real.replace(example, instead)
            done = subprocess.run(
                ["bash", "-c", real],
                cwd=tmp_path,
                env={**os.environ, "PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


def test_the_scenario_in_the_readme_is_one(tmp_path):

    (text,) = re.findall(r"^```yaml\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "planes.yaml").write_text(text)

    assert load_scenario(tmp_path / "planes.yaml", catalogue()).scenario.scenario == "planes"
