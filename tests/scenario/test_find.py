"""Which files a user means."""

import pytest

from harness.host.errors import InputError
from harness.host.places import shipped
from harness.scenario.find import find_scenarios, shipped_scenarios


def test_a_theme_is_all_its_files_and_a_name_is_one():
    quick = shipped("scenarios") / "quick"

    assert find_scenarios(["quick"]) == sorted(path.resolve() for path in quick.rglob("*.yaml"))
    assert find_scenarios(["quick/read"]) == [(quick / "read.yaml").resolve()]
    assert find_scenarios(["quick/read.yaml"]) == find_scenarios(["quick/read"])


def test_a_file_meant_twice_is_there_once():
    assert find_scenarios(["quick/read", "quick"]) == find_scenarios(
        ["quick/read", "quick/read.yaml", "quick"]
    )
    assert set(shipped_scenarios()) >= {shipped("scenarios") / "quick" / "read.yaml"}


def test_files_and_folders_of_ones_own_are_found(tmp_path, monkeypatch):
    (tmp_path / "more").mkdir()
    for name in ("b.yaml", "more/a.yaml", "more/notes.txt"):
        (tmp_path / name).write_text("x")
    monkeypatch.chdir(tmp_path)

    assert find_scenarios(["b.yaml"]) == [tmp_path / "b.yaml"]
    assert find_scenarios([str(tmp_path)]) == [tmp_path / "b.yaml", tmp_path / "more" / "a.yaml"]
    assert find_scenarios(["more/notes.txt"]) == [tmp_path / "more" / "notes.txt"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("quik", "quick"), ("quick/raed", "quick/read"), ("scenarios/quick/reed.yaml", "quick/read")],
)
def test_a_slip_gets_a_suggestion(name, meant):
    with pytest.raises(InputError, match=f"no such scenario: '{name}', did you mean '{meant}'"):
        find_scenarios([name])


def test_what_is_nothing_like_it_gets_no_suggestion():
    with pytest.raises(InputError) as caught:
        find_scenarios(["zzzzzzzz"])
    assert str(caught.value) == "no such scenario: 'zzzzzzzz' -- see `ozh list scenarios`"


def test_a_folder_without_scenarios_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no scenario"):
        find_scenarios([str(tmp_path)])


def test_a_name_that_no_file_can_have_is_refused():
    with pytest.raises(InputError, match="cannot be read: File name too long"):
        find_scenarios(["x" * 5000])
