"""What is built before a run: what has to be compiled only where it was named."""

import pytest

from harness.host.errors import HostError
from harness.run.prepare import build_tools
from harness.run.progress import Progress
from harness.tools import environment
from harness.tools.registry import adapters, select


@pytest.fixture
def tools(add_fake, tmp_path):
    """A tool that is there, and one that has to be compiled."""
    names = [add_fake(), add_fake(name="fake-compiled")]
    manifest = tmp_path / "adapters" / "fake-compiled" / "adapter.toml"
    manifest.write_text(manifest.read_text().replace('manager = "path"', 'manager = "cargo"'))
    lock = tmp_path / "adapters" / "fake-compiled" / "locks" / "1"
    lock.mkdir(parents=True)
    (lock / "Cargo.lock").write_text("")
    return select(adapters(), names)


def test_what_has_to_be_compiled_is_not_built_unasked(tools):
    built = build_tools(tools, (), Progress())

    assert list(built.built) == ["fake-honest@1"]
    assert built.not_built == {
        "fake-compiled@1": "it has to be compiled first, by `ozh tools install fake-compiled`"
    }


def test_it_is_built_where_it_was_named(tools, monkeypatch):
    def build(tool, _say):
        raise HostError(f"{tool} was to be built")

    monkeypatch.setattr(environment, "build", build)

    with pytest.raises(HostError, match="no tool could be built"):
        build_tools(tools, ("fake-compiled@1",), Progress())


def test_it_is_used_where_it_is_there(tools, monkeypatch):
    monkeypatch.setattr(environment, "is_built", lambda _: True)
    monkeypatch.setattr(environment, "build", lambda tool, _say: tool)

    assert build_tools(tools, (), Progress()).not_built == {}
