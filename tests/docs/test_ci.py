"""What docs/ci offers for copying works as far as that can be tried here."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from harness.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / "docs" / "ci"
WORKFLOW = yaml.safe_load((CI / "github-actions.yml").read_text())
STEPS = WORKFLOW["jobs"]["gate"]["steps"]
SMALL = ("--only", "*-0.4/plane/s3", "--tool", "tensorstore")


def ozh_commands(text):
    """Return each `ozh` command of a script, joined where it is continued."""
    lines = text.replace("\\\n", " ").splitlines()
    found = [re.search(r'(?:^|\s|/)ozh"? (.+)$', line.strip()) for line in lines if not line.startswith("#")]
    return [shlex.split(one[1]) for one in found if one]


def understood(arguments):
    """Have the command line parse arguments without doing anything; it raises for an unknown option."""
    verb, *rest = arguments
    command = typer.main.get_command(app).commands[verb]
    return command.make_context(verb, rest).params


def test_every_action_is_pinned_by_its_commit_and_says_which_version_that_is():
    uses = re.findall(r"uses: (.+)", (CI / "github-actions.yml").read_text())

    assert len(uses) == sum("uses" in step for step in STEPS)
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) for one in uses)


def test_the_workflow_gates_keeps_the_cache_and_hands_over_what_was_found():
    (command,) = [one for step in STEPS for one in ozh_commands(step.get("run", ""))]
    said = understood(command)

    assert command[:2] == ["gate", "$BASELINE"]
    assert (ROOT / WORKFLOW["env"]["BASELINE"]).is_file()
    (cache,) = [step["with"]["path"] for step in STEPS if "actions/cache" in step.get("uses", "")]
    assert cache == "~/.cache/ome-zarr-harness"
    (summary,) = [step["run"] for step in STEPS if "GITHUB_STEP_SUMMARY" in step.get("run", "")]
    assert str(said["markdown"]) in summary
    (kept,) = [step["with"]["path"].split() for step in STEPS if "upload-artifact" in step.get("uses", "")]
    assert {str(said["out"].parent), str(said["markdown"]), str(said["as_json"])} == set(kept)


def test_the_workflow_installs_from_a_lock_that_is_there():
    locks = [lock for step in STEPS for lock in re.findall(r"-r harness/(\S+)", step.get("run", ""))]

    assert locks
    assert all((ROOT / lock).is_file() for lock in locks)


def test_the_script_is_bash_and_its_command_is_one_of_ours():
    script = CI / "gate.sh"
    subprocess.run(["bash", "-n", script], check=True)
    (command,) = ozh_commands(script.read_text())

    assert os.access(script, os.X_OK)
    assert understood([part.replace("$@", "b.json") for part in command])["baseline"] == Path("b.json")


@pytest.fixture
def gate_sh(tmp_path):
    def call(*arguments, **environment):
        return subprocess.run(
            [CI / "gate.sh", *arguments], cwd=tmp_path, env={**os.environ, **environment},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return call


@pytest.mark.install
@pytest.mark.minio
@pytest.mark.tools
@pytest.mark.xdist_group("tools")
def test_the_script_installs_by_hash_and_gates(gate_sh, tmp_path):
    made = gate_sh("wire.json", "--update", "wire/small", *SMALL, PYTHON=sys.executable)
    again = gate_sh("wire.json", PYTHON="no-python-is-needed-any-more")

    assert made.returncode == 0, made.stderr
    assert again.returncode == 0, again.stderr
    assert "1 trial compared, 1 the same" in again.stdout
    assert (tmp_path / "ozh-gate" / "gate.md").read_text().startswith("## ozh gate wire.json")
    assert (tmp_path / "ozh-gate" / "gate.json").is_file()
