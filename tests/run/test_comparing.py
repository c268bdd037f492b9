"""Arms compared live, through fake tools: exact figures first, then bouts until there is a verdict."""

import pytest
from run_small import request

from harness.performance.verdict import Procedure
from harness.results.load import load_bouts
from harness.run import comparing
from harness.run.arms import pair_arms, pair_scenarios, parse_arm
from harness.run.comparing import compare_live, exit_code
from harness.run.progress import Progress

QUICK = Procedure(looks=(5,), differs_p=0.04, not_slower_p=0.04)
BURN = '[configurations.burning]\nsettings = { pace = "steady", burn = 3.0 }'


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Have few bouts of few blocks decide: these tests are not about how sure a verdict is."""
    monkeypatch.setattr(comparing, "STANDARD", QUICK)
    monkeypatch.setattr(comparing, "CONFIRMATION", QUICK)
    monkeypatch.setattr("harness.performance.schedule.MOST_BLOCKS", 2)


def compared(scenario, out, a, b, only=("small/ramp-0.4/plane/file",), resume=False):
    arms = parse_arm(a, print), parse_arm(b, print)
    paired = pair_arms(arms, (str(scenario),), (), only)
    asked = request(scenario, out, *paired.tools, only=only, resume=resume)
    return compare_live(asked, paired, (a, b), Progress())


@pytest.mark.slow
def test_a_slowed_arm_is_slower_confirmed_and_fails_the_comparison(add_fake, small_scenario, tmp_path):
    tool = add_fake(more=BURN)

    found = compared(small_scenario, tmp_path / "run", tool, f"{tool}+burning")

    (verdict,) = found.verdicts.verdicts
    assert (verdict.word, verdict.confirmed) == ("slower", True)
    assert 3 < verdict.ratio < 5
    assert verdict.low < verdict.ratio < verdict.high
    assert exit_code(found) == (0 if found.verdicts.void else 1)
    assert found.run.verdicts == found.verdicts


@pytest.mark.slow
def test_every_time_measured_is_kept_with_the_order_in_which_it_was(add_fake, small_scenario, tmp_path):
    tool = add_fake(more=BURN)

    compared(small_scenario, tmp_path / "run", tool, f"{tool}+burning")

    bouts = load_bouts(tmp_path / "run")
    assert {bout.purpose for bout in bouts} == {"verdict", "confirmation", "null"}
    for bout in bouts:
        assert len(bout.orders) == len(bout.wall_ns[0]) == len(bout.wall_ns[1]) == 4
        assert all(bout.orders[at] == bout.orders[at + 1][::-1] for at in (0, 2))


@pytest.mark.slow
def test_a_faster_arm_fails_nothing(add_fake, small_scenario, tmp_path):
    tool = add_fake(more=BURN)

    found = compared(small_scenario, tmp_path / "run", f"{tool}+burning", tool)

    (verdict,) = found.verdicts.verdicts
    assert (verdict.word, verdict.confirmed) == ("faster", None)
    assert exit_code(found) == 0


@pytest.mark.slow
def test_a_wrong_answer_is_never_ranked(add_fake, small_scenario, tmp_path):
    found = compared(small_scenario, tmp_path / "run", add_fake(), add_fake("zeros"))

    assert found.verdicts.verdicts == ()
    assert found.verdicts.left_out == {"small/ramp-0.4/plane/file": "fake-zeros@1 failed"}
    (worse,) = found.exact.of("worse")
    assert worse.metric == "outcome"


@pytest.mark.slow
def test_a_comparison_taken_up_again_repeats_no_bout(add_fake, small_scenario, tmp_path):
    tool = add_fake(more=BURN)
    out = tmp_path / "run"
    first = compared(small_scenario, out, tool, f"{tool}+burning")
    before = load_bouts(out)
    kept = (out / "bouts.jsonl").read_bytes().splitlines(keepends=True)
    (out / "bouts.jsonl").write_bytes(b"".join(kept[:-1]) + kept[-1][:100])  # torn
    (out / "verdicts.json").unlink()

    again = compared(small_scenario, out, tool, f"{tool}+burning", resume=True)

    assert load_bouts(out)[: len(kept) - 1] == before[:-1]
    assert again.verdicts.verdicts == first.verdicts.verdicts


def test_what_cannot_be_timed_is_left_out_with_the_reason(add_fake, small_scenario, tmp_path):
    found = compared(
        small_scenario, tmp_path / "run", add_fake(), add_fake(name="other"), only=("*/ramp-0.4/write/file",)
    )

    assert found.verdicts.left_out == {"small/ramp-0.4/write/file": "`write` is judged, not timed"}
    assert found.exact.compared == 1


def test_two_scenarios_are_compared_case_by_case(add_fake, small_scenario, tmp_path):
    after = tmp_path / "after.yaml"
    text = small_scenario.read_text().replace("scenario: small", "scenario: larger-chunks")
    after.write_text(
        text.replace('levels: 2, ome_zarr: "0.4"', 'levels: 3, ome_zarr: "0.4"').replace(
            "ramp-0.4", "other-0.4"
        )
    )
    arm = parse_arm(add_fake(), print)

    paired = pair_scenarios(arm, (str(small_scenario), str(after)), (), ("*/plane/*",))

    assert [(pair.a.case.id, pair.b.case.id) for pair in paired.pairs] == [
        ("small/ramp-0.4/plane/file", "larger-chunks/other-0.4/plane/file"),
        ("small/ramp-0.5/plane/file", "larger-chunks/ramp-0.5/plane/file"),
    ]
