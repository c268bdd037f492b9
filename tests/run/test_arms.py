import pytest

from harness.host.errors import InputError
from harness.run.arms import pair_arms, parse_arm, untimed

MORE = '[configurations.tuned]\nsettings = { pace = "fast" }'


def test_an_arm_is_a_tool_its_version_and_its_configuration(add_fake):
    name = add_fake(more=MORE)

    plain, tuned = parse_arm(name, print), parse_arm(f"{name}@1+tuned", print)

    assert (str(plain.tool), plain.configuration) == (f"{name}@1", "default")
    assert (str(tuned.tool), tuned.configuration) == (f"{name}@1", "tuned")


def test_a_configuration_that_is_not_there_is_told_with_those_that_are(add_fake):
    with pytest.raises(InputError, match=r"no configuration 'quick'.*default, tuned"):
        parse_arm(f"{add_fake(more=MORE)}+quick", print)


def test_whatever_can_be_timed_is_timed_even_if_the_scenario_does_not_say_so(add_fake, small_scenario):
    arm = parse_arm(add_fake(), print)

    paired = pair_arms((arm, arm), (str(small_scenario),), (), ())

    said = {pair.a.case.operation.title: untimed(pair) for pair in paired.pairs}
    assert said.pop("write") == "`write` is judged, not timed"
    assert set(said.values()) == {None}


def test_an_arm_that_does_not_claim_to_do_it_leaves_the_case_untimed(add_fake, small_scenario):
    arm = parse_arm(add_fake(), print)
    limited = parse_arm(
        add_fake(name="limited", more='[versions."1".capabilities]\noperations = ["null", "open"]'), print
    )

    paired = pair_arms((arm, limited), (str(small_scenario),), (), ("*/ramp-0.4/plane/*",))

    assert [untimed(pair) for pair in paired.pairs] == [
        "limited@1: not among its capabilities: operation read"
    ]
