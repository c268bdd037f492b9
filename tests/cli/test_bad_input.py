"""Bad input gets one clear line and exit code 2; what the host lacks gets one line and exit code 3."""

import errno

import pytest

from harness.host.errors import HostError


def one_line(said, code):
    assert said.code == code
    lines = said.err.strip().splitlines()
    assert len(lines) == 1, said.err
    assert lines[0].startswith("ozh: ")
    assert "Traceback" not in said.err + said.out
    return lines[0]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [*{last}, *{last}, *{last}, *{last}, *{last}, *{last}, *{last}, *{last}]\n"
    for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)

READ = "operations: [{{operation: read, region: {{{}}}}}]\n"
HEAD = "scenario: x\ntitle: x\ndatasets: [nuclei-0.4]\n"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("scenario: [", 1, "not valid YAML"),
        ("", 0, "the file is empty"),
        ("- a\n- b\n", 1, "a scenario is a mapping"),
        ("scenario: x\nscenario: y\n", 2, "'scenario' stands twice"),
        (BOMB, None, "expands to more than"),
        (HEAD + "operations: [{operation: raed}]\n", 4, "did you mean 'read'?"),
        (HEAD + "operations: [{operation: list}]\nstorse: [s3]\n", 5, "did you mean 'stores'?"),
        (HEAD.replace("-0.4", "") + "operations: [{operation: list}]\n", 3, "did you mean 'nuclei-0."),
        (HEAD + READ.format("z: 60"), 4, "z: 60 is outside the image (0 to 59)"),
        (HEAD + READ.format("t: 0"), 4, "axis 't' is not an axis of this image"),
    ],
)  # fmt: skip
def test_a_bad_scenario_is_told_with_its_file_and_line(text, line, said, ozh, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(text)

    told = one_line(ozh("run", path), 2)

    assert said in told
    assert f"{path}:{line}: " in told if line else str(path) in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "qiuck"), "no such scenario: 'qiuck', did you mean 'quick'?"),
        (("run",), "no scenario was named"),
        (("run", "quick", "--tool", "zar-python"), "did you mean 'zarr-python'?"),
        (("run", "quick", "--tool", "zarr-python@latest"), "has no version 'latest'"),
        (("run", "quick", "--only", "nothing*"), "nothing to run"),
        (("run", "quick", "--resume"), "--resume needs the run's folder"),
        (("list", "cases", "--only", "nothing*"), "no case is left"),
        (("report", "no-such-folder"), "is no run folder"),
        (("run", "--resume", "--out", "no-such-folder"), "is no run folder"),
        (("tools", "install", "x"), "unknown tool 'x'"),
    ],
)
def test_bad_arguments_are_told_in_one_line(arguments, said, ozh, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert said in one_line(ozh(*arguments), 2)


def test_an_output_folder_that_is_no_run_is_left_alone(ozh, small_scenario, add_fake, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")

    told = one_line(ozh("run", small_scenario, "--tool", add_fake(), "--out", tmp_path / "mine"), 2)

    assert "exists and is no run folder" in told
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_run_is_not_overwritten(ozh, small_scenario, add_fake, tmp_path):
    arguments = ("run", small_scenario, "--tool", add_fake(), "--out", tmp_path / "run", "--only", "*/null/*")
    assert ozh(*arguments).code == 0

    assert "already holds a run" in one_line(ozh(*arguments), 2)


def test_a_full_disk_is_told_in_one_line(ozh, small_scenario, add_fake, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path))

    monkeypatch.setattr("harness.run.opening.build_datasets", full)

    told = one_line(ozh("run", small_scenario, "--tool", add_fake(), "--out", tmp_path / "run"), 3)

    assert "the disk is full" in told
    assert "--resume" in told


def test_no_minio_and_no_way_to_get_one_is_told_with_the_mend(
    ozh, add_fake, small_scenario, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("OZH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    small_scenario.write_text(small_scenario.read_text().replace("operations:", "stores: [s3]\noperations:"))
    name = add_fake()
    manifest = tmp_path / "adapters" / name / "adapter.toml"
    manifest.write_text(manifest.read_text().replace('stores = ["file"]', 'stores = ["file", "s3"]'))

    said = ozh("run", small_scenario, "--tool", name, "--out", tmp_path / "run")

    assert said.code == 3
    told = said.err.strip().splitlines()[-1]
    assert told.startswith("ozh: no MinIO here")
    assert "--allow-stand-in" in told


def test_no_network_for_what_is_not_cached_is_told(ozh, tmp_path, monkeypatch):
    def unreachable(*_):
        raise HostError(
            "the package registry cannot be reached: dns error", "connect to the network and run again"
        )

    monkeypatch.setattr("harness.tools.environment.ensure_venv", unreachable)
    monkeypatch.setenv("OZH_CACHE", str(tmp_path / "cache"))

    said = ozh("run", "quick", "--tool", "tensorstore", "--store", "file", "--out", tmp_path / "run")

    assert said.code == 3
    assert "connect to the network" in said.err.strip().splitlines()[-1]


def test_windows_gets_one_clear_line(ozh, monkeypatch):
    monkeypatch.setattr("sys.platform", "win32")

    assert "Windows is not supported yet" in one_line(ozh("list", "tools"), 3)
