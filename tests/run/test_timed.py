"""Timed trials: cold and warm told apart, tools taking turns, nothing measured of a wrong answer."""

import pytest
from run_small import run_small


@pytest.fixture
def timed_scenario(small_scenario):
    text = small_scenario.read_text().replace("  - operation: write\n", "timing: {sessions: 3, warm: 4}\n")
    small_scenario.write_text(text)
    return small_scenario


def test_every_session_gives_a_cold_operation_and_its_warm_repeats(add_fake, timed_scenario, tmp_path):
    finished = run_small(timed_scenario, tmp_path / "run", add_fake(), only=("*0.4/plane/*",))

    walls = [s for s in finished.samples if s.metric == "wall" and s.step == "operation"]
    assert [(s.session, s.phase) for s in walls] == [
        (session, phase) for session in range(3) for phase in ("cold", "warm", "warm", "warm", "warm")
    ]
    assert sum(s.step == "start" for s in finished.samples) == 3
    assert sum(s.step == "open" and s.metric == "wall" for s in finished.samples) == 3
    assert all(s.value > 0 for s in finished.samples)


def test_nothing_is_measured_of_a_wrong_answer(add_fake, timed_scenario, tmp_path):
    finished = run_small(timed_scenario, tmp_path / "run", add_fake("zeros"), only=("*/plane/*",))

    assert {record.outcome for record in finished.records} == {"failed"}
    assert finished.samples == ()


def test_tools_take_turns(add_fake, timed_scenario, tmp_path):
    names = [add_fake(name="fake-a"), add_fake(name="fake-b")]

    finished = run_small(timed_scenario, tmp_path / "run", *names, only=("*0.4/null/*",))

    starts = [s for s in finished.samples if s.step == "start"]
    assert {(s.trial, s.session) for s in starts} == {
        (record.trial, session) for record in finished.records for session in range(3)
    }


def test_a_worker_that_dies_while_it_is_timed_is_recorded(add_fake, timed_scenario, tmp_path):
    finished = run_small(timed_scenario, tmp_path / "run", add_fake("dies-by-signal"), only=("*/plane/*",))

    assert {record.outcome for record in finished.records} == {"crashed"}


def test_a_worker_that_does_not_start_is_recorded(add_fake, timed_scenario, tmp_path):
    finished = run_small(timed_scenario, tmp_path / "run", add_fake("other-version"), only=("*/plane/*",))

    assert {record.outcome for record in finished.records} == {"errored"}


def test_a_write_is_timed_each_time_to_a_new_place(add_fake, small_scenario, tmp_path):
    small_scenario.write_text(small_scenario.read_text() + "timing: {sessions: 2, warm: 2}\n")

    finished = run_small(small_scenario, tmp_path / "run", add_fake(), only=("*0.4/write/*",))

    assert [record.outcome for record in finished.records] == ["passed"]
    walls = [s for s in finished.samples if s.metric == "wall" and s.step == "operation"]
    assert [(s.session, s.phase) for s in walls] == [
        (session, phase) for session in range(2) for phase in ("cold", "warm", "warm")
    ]
    assert not [s for s in finished.samples if s.step == "open"]
