"""Which tools there are, and which of them a user means."""

import os

import pytest

from harness.host.errors import InputError
from harness.tools.registry import ADAPTERS, adapters, select, versions_of


def test_the_tools_that_come_with_the_harness_are_all_there(monkeypatch):
    monkeypatch.delenv("OZH_ADAPTERS", raising=False)

    assert {adapter.folder for adapter in adapters().values()} == {
        path.parent for path in ADAPTERS.glob("*/adapter.toml")
    }


def test_tools_of_ones_own_are_found_in_every_folder_named(add_fake, monkeypatch, tmp_path):
    name = add_fake()
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("OZH_ADAPTERS", os.pathsep.join([str(tmp_path / "empty"), str(tmp_path / "adapters")]))

    assert name in adapters()


def test_a_folder_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setenv("OZH_ADAPTERS", "/nowhere")

    with pytest.raises(InputError, match="OZH_ADAPTERS names /nowhere, which is not a folder"):
        adapters()


def test_two_adapters_of_one_name_are_refused(add_fake):
    add_fake(name="tensorstore")

    with pytest.raises(InputError, match="two adapters are called 'tensorstore': "):
        adapters()


def test_a_name_means_the_default_version_and_each_tool_is_there_once(add_fake):
    name = add_fake()

    other = add_fake("zeros")

    chosen = select(adapters(), [name, f"{name}@1", f"{other}@1"])

    assert [str(tool) for tool in chosen] == [f"{name}@1", f"{other}@1"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("fake-honst", "unknown tool 'fake-honst', did you mean 'fake-honest'? -- see `ozh list tools`"),
        ("zzzz", "unknown tool 'zzzz' -- see `ozh list tools`"),
        ("", "unknown tool '' -- see `ozh list tools`"),
        ("fake-honest@0", "fake-honest has no version '0' here (it has 1) -- see `ozh list tools`"),
    ],
)
def test_what_is_not_there_is_refused(add_fake, wanted, said):
    add_fake()

    with pytest.raises(InputError) as caught:
        select(adapters(), [wanted])

    assert str(caught.value) == said


def test_all_versions_of_all_tools_can_be_listed():
    known = adapters()

    names = [str(tool) for tool in versions_of(known)]

    assert len(set(names)) == len(names) == sum(len(adapter.versions) for adapter in known.values())


def test_a_version_that_is_not_listed_is_there_on_demand_only(versioned):
    versioned({"1.0": "", "1.1": ""})
    said = []

    with pytest.raises(InputError, match=r"versioned has no version '1\.1' here \(it has 1\.0\)"):
        select(adapters(), ["versioned@1.1"])
    chosen = select(adapters(), ["versioned@1.1", "versioned", "versioned@1.1"], said.append)

    assert [str(tool) for tool in chosen] == ["versioned@1.1", "versioned@1.0"]
    assert said == ["making a lock for versioned@1.1"]


def test_a_tool_of_no_package_has_what_it_lists_even_on_demand(add_fake):
    name = add_fake()

    with pytest.raises(InputError, match="has no version '2' here"):
        select(adapters(), [f"{name}@2"], print)
