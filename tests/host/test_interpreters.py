"""Which Pythons this machine has: what runs counts, what only looks like one does not."""

import sys
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from harness.host import interpreters as module
from harness.host.interpreters import choose, interpreters, uv_binary


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine whose Pythons are scripts: `machine(place, script)` adds one."""
    for name in ("path", "pyenv/versions", "uv"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    interpreters.cache_clear()

    def add(place: str, script: str) -> Path:
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    yield add
    interpreters.cache_clear()


def says(version: str, kind: str = "CPython") -> str:
    return f'echo "{version} {kind} $0"'


def found() -> dict[str, Path]:
    """Return what was found besides the Python that runs this."""
    own = Path(sys.executable).resolve()
    return {str(one.version): one.path for one in interpreters() if one.path.resolve() != own}


def test_a_shim_that_fails_is_passed_over_and_what_is_behind_it_is_found(machine):
    machine("path/python3.12", "echo 'pyenv: version not active' >&2; exit 127")
    behind = machine("pyenv/versions/3.12.99/bin/python3", says("3.12.99"))

    assert found() == {"3.12.99": behind}
    chosen = choose(SpecifierSet("==3.12.99"))
    assert chosen is not None
    assert chosen.path == behind
    assert chosen.path.is_absolute()


@pytest.mark.parametrize(
    "script",
    [
        "exit 1",
        "echo hello",
        "echo",
        "true",
        says("3.12.1", "PyPy"),
        says("three"),
        r"printf '\377 CPython /x\n'",
    ],
)
def test_what_does_not_answer_as_a_python_is_passed_over(machine, script):
    machine("path/python3", script)

    assert found() == {}


def test_a_file_that_is_no_program_is_passed_over(machine):
    machine("path/python3", "").write_bytes(b"\x7fELF no program")

    assert found() == {}


def test_pythons_of_all_places_are_found_newest_first(machine):
    machine("path/python3", says("3.10.2"))
    machine("path/python3.14", says("3.14.0"))
    machine("pyenv/versions/x/bin/python3", says("3.9.20"))
    machine("uv/cpython/bin/python3", says("3.13.5"))

    assert list(found()) == ["3.14.0", "3.13.5", "3.10.2", "3.9.20"]


def test_one_that_has_several_names_is_there_once(machine, tmp_path):
    real = machine("path/python3.13", says("3.13.5").replace("$0", str(tmp_path / "path/python3.13")))
    (tmp_path / "path" / "python3").symlink_to(real)

    assert [one.path for one in interpreters() if str(one.version) == "3.13.5"] == [real]


def test_the_newest_that_fits_is_chosen_and_no_pre_release(machine):
    machine("path/python3.12", says("3.12.4"))
    machine("path/python3.13", says("3.13.1"))
    machine("path/python3.15", says("3.15.0a1"))

    def version(wanted: str) -> str | None:
        chosen = choose(SpecifierSet(wanted))
        return str(chosen.version) if chosen else None

    assert version(">=3.12,<3.14") == "3.13.1"
    assert version("<3.13,>=3.12") == "3.12.4"
    assert version(">=3.15") is None
    assert version(">=4") is None


@pytest.mark.usefixtures("machine")
def test_the_python_that_runs_this_is_always_there():
    assert Path(sys.executable).resolve() in {one.path.resolve() for one in interpreters()}


def test_uv_is_our_own():
    assert Path(uv_binary()).is_file()
    assert module.uv_binary() == uv_binary()
