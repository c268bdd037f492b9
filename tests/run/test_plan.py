"""Plans: what is run, in which order, in which lanes; and when a worker is given up."""

import pytest
from run_small import request

from harness.host.errors import InputError
from harness.results.model import Selection
from harness.run.budget import RESTARTS, STARTS_FAILED, RestartBudget
from harness.run.plan import lanes
from harness.run.request import work_out

TUNED = "[configurations.tuned]\nsettings = { pace = 'brisk' }\n"


def trials(scenario, *tools, seed=0, **more):
    return work_out(Selection(scenarios=(str(scenario),), tools=tools, **more), seed).trials


def test_a_trial_is_named_after_case_and_tool(add_fake, small_scenario):
    ids = [trial.id for trial in trials(small_scenario, add_fake())]

    assert ids[0] == "small/ramp-0.4/null/file::fake-honest@1"
    assert len(ids) == len(set(ids)) == 14


def test_default_and_tuned_are_both_run(add_fake, small_scenario):
    names = {str(trial.tool_id) for trial in trials(small_scenario, add_fake(more=TUNED))}

    assert names == {"fake-honest@1", "fake-honest@1+tuned"}


def test_a_scenario_can_ask_for_some_configurations_only(add_fake, small_scenario):
    small_scenario.write_text(small_scenario.read_text() + "configurations: [tuned]\n")

    assert {t.configuration for t in trials(small_scenario, add_fake(more=TUNED))} == {"tuned"}


def test_the_order_of_tools_is_drawn_from_the_seed(add_fake, small_scenario):
    names = [add_fake(name=f"fake-{letter}") for letter in "abcdef"]

    orders = {
        tuple(lane.tool.adapter.tool.name for lane in lanes(trials(small_scenario, *names, seed=s)))
        for s in range(9)
    }

    assert len(orders) > 1
    assert trials(small_scenario, *names, seed=3) == trials(small_scenario, *names, seed=3)


def test_a_lane_has_one_tool_in_one_configuration(add_fake, small_scenario):
    found = lanes(trials(small_scenario, add_fake(more=TUNED), add_fake("zeros")))

    assert len(found) == 3
    for lane in found:
        assert {(str(t.tool), t.configuration) for t in lane.trials} == {(str(lane.tool), lane.configuration)}


def test_two_scenarios_of_one_name_are_refused(add_fake, small_scenario, tmp_path):
    (tmp_path / "again.yaml").write_text(small_scenario.read_text())
    wanted = Selection(scenarios=(str(small_scenario), str(tmp_path / "again.yaml")), tools=(add_fake(),))

    with pytest.raises(InputError, match="two cases have the id"):
        work_out(wanted, 0)


def test_a_scenario_for_other_tools_leaves_nothing_to_run(add_fake, small_scenario):
    small_scenario.write_text(small_scenario.read_text() + "tools: [zarr-python]\n")

    with pytest.raises(InputError, match="nothing to run"):
        trials(small_scenario, add_fake())


def test_a_worker_is_given_up_after_too_many_restarts():
    budget = RestartBudget()
    for _ in range(RESTARTS):
        assert budget.exhausted() is None
        budget.worker_ended(had_started=True)

    assert f"restarted {RESTARTS} times" in str(budget.exhausted())


def test_a_worker_that_does_not_start_is_given_up_sooner():
    budget = RestartBudget()
    for _ in range(STARTS_FAILED):
        budget.worker_ended(had_started=False)

    assert "failed to start" in str(budget.exhausted())


def test_a_start_that_succeeds_forgives_those_that_failed_before():
    budget = RestartBudget()
    budget.worker_ended(had_started=False)
    budget.worker_ended(had_started=True)
    budget.worker_ended(had_started=False)

    assert budget.exhausted() is None


def test_a_request_names_no_store_of_the_environment(monkeypatch, small_scenario, tmp_path):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://example.org")

    assert request(small_scenario, tmp_path).store.endpoint is None


def test_each_trial_with_a_fault_is_a_lane_of_its_own_and_others_share_one(add_fake, small_scenario):
    name = add_fake()
    assert len(lanes(trials(small_scenario, name))) == 1

    faults = """faults:
  - {name: once, target: everything, deed: {does: refuse}, expect: [raised], because: so}
  - {name: twice, target: everything, deed: {does: refuse}, times: 2, expect: [raised], because: so}
"""
    small_scenario.write_text(
        small_scenario.read_text().replace("run: 60}", f"run: 60}}\nstores: [s3]\n{faults}")
    )
    planned = trials(small_scenario, name)

    assert [lane.trials for lane in lanes(planned)] == [(trial,) for trial in planned]


def test_what_was_written_is_read_back_by_one_worker_of_each_tool(add_fake, small_scenario):
    text = small_scenario.read_text().partition("operations:")[0]
    small_scenario.write_text(text + "exchange: true\noperations:\n  - operation: write\n")
    tools = (add_fake(), add_fake("zeros"))

    found = lanes([trial for trial in trials(small_scenario, *tools) if trial.case.written])

    assert [str(lane.tool) for lane in found] == ["fake-honest@1", "fake-zeros@1"]
    assert [len(lane.trials) for lane in found] == [2 * 2 * 2, 2 * 2 * 2]
