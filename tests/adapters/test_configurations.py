"""Which configurations there are for a version, and that only those are planned."""

from pathlib import Path

import pytest

from harness.host.errors import InputError
from harness.results.model import Selection
from harness.run.request import work_out
from harness.tools.manifest import Adapter, load_adapter
from harness.tools.registry import ADAPTERS


def with_versions(folder: Path, configuration: str, versions: str) -> Adapter:
    """Return zarr-python's adapter, with one of its configurations for these versions only."""
    heading = f"[configurations.{configuration}]\n"
    lines = (
        (ADAPTERS / "zarr-python" / "adapter.toml").read_text().replace('versions = ["3.*"]\nnote', "note")
    )
    (folder / "adapter.toml").write_text(lines.replace(heading, f"{heading}versions = {versions}\n"))
    return load_adapter(folder)


def test_zarr_python_2_is_not_tuned_as_it_has_nothing_to_tune() -> None:
    adapter = load_adapter(ADAPTERS / "zarr-python")

    assert adapter.configurations_of("2.18.7") == ("default",)
    assert adapter.configurations_of("3.4.2") == ("default", "tuned")


@pytest.mark.parametrize("versions", ['["2.*"]', '["1.*", "2.18.?"]'])
def test_a_configuration_is_for_the_versions_that_fit_one_of_its_globs(tmp_path: Path, versions: str) -> None:
    adapter = with_versions(tmp_path, "tuned", versions)

    assert adapter.configurations_of("2.18.7") == ("default", "tuned")
    assert adapter.configurations_of("3.4.2") == ("default",)


def test_every_version_needs_its_default(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"configurations.default must be for version 2\.18\.7 too"):
        with_versions(tmp_path, "default", '["3.*"]')


def test_a_configuration_is_planned_for_its_versions_only(tmp_path: Path) -> None:
    scenario = tmp_path / "s.yaml"
    scenario.write_text(
        "{scenario: s, title: S, datasets: [nuclei-0.4], stores: [file], operations: [{operation: inspect}]}"
    )
    selection = Selection(scenarios=(str(scenario),), tools=("zarr-python@2.18.7", "zarr-python@3.4.2"))

    planned = {str(trial.tool_id) for trial in work_out(selection, seed=0).trials}

    assert planned == {"zarr-python@2.18.7", "zarr-python@3.4.2", "zarr-python@3.4.2+tuned"}
