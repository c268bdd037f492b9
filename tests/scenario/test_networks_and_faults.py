"""Networks and faults in a scenario: what they mean, which cases they give, and what is refused."""

import pytest

from harness.scenario.expand import expand
from harness.scenario.network import NETWORKS

READ = "  - {operation: read, name: plane, region: {z: 1}}\n"
ABSENT = "{name: absent, deed: {does: status, status: 404}, expect: [fill], because: so}"


def test_the_named_networks_are_what_the_documentation_says():
    said = {name: (network.rtt_ms, network.mbit_per_s) for name, network in NETWORKS.items()}

    assert said == {
        "direct": (0, None), "lan": (1, None), "region": (10, None),
        "continent": (50, None), "hotel": (50, 10),
    }  # fmt: skip


def test_every_network_is_a_case_but_a_folder_has_none_between(load, good):
    networks = "networks: [direct, lan, {name: cafe, rtt_ms: 0, mbit_per_s: 2.5}]\n"
    cases = list(expand(load(good + READ + "stores: [file, s3]\n" + networks)))

    assert [case.id.removeprefix("good/own/") for case in cases if "plane" in case.id] == [
        "plane/file",
        "plane/s3",
        "plane/s3/lan",
        "plane/s3/cafe",
    ]
    assert [case.network.is_direct for case in cases[-3:]] == [True, False, False]
    assert cases[-1].network.mbit_per_s == 2.5


def test_every_fault_is_a_case_with_its_own_deadline(load, good):
    text = good.replace("inspect", "open") + "stores: [http, s3]\ndeadlines: {run: 7}\nfaults:\n"
    slow = ABSENT.replace("absent", "slow, target: metadata, deadline: 3")
    cases = list(expand(load(text + f"- {slow}\n- {ABSENT.replace('absent', 'group, target: group')}\n")))

    assert [case.id for case in cases] == [
        "good/own/open/http/slow",
        "good/own/open/http/group",
        "good/own/open/s3/slow",
        "good/own/open/s3/group",
    ]
    assert [(case.deadlines.prepare, case.deadlines.run) for case in cases[:2]] == [(3, 3), (60, 7)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "networks: [lann]",
            "'lann' is not known (one of: direct, lan, region, continent, hotel",
        ),
        ("networks: [{name: lan, rtt_ms: 3}]", "'lan' is the name of a network that is known"),
        ("networks: [{name: own}]", "`rtt_ms` is missing"),
        (
            "networks: [{name: own, rtt_ms: -1}]",
            "rtt_ms: Input should be greater than or equal to 0",
        ),
        ("networks: [{name: own, rtt: 1}]", "unknown field 'rtt', did you mean 'rtt_ms'?"),
        ("stores: [s3]\nnetworks: [lan, lan]", "networks: the same entry stands twice"),
        ("networks: [lan]", "networks other than direct go with stores http or s3"),
        ("stores: [s3]\nnetworks: [lan]\nwire: {}", "`wire` counts on network direct: add it to `networks`"),
        ("wire: {repeat: 3}", "unknown field 'repeat', did you mean 'repeats'?"),
        (f"faults: [{ABSENT}]", "faults are neither timed nor counted, and need a server"),
        (f"stores: [s3]\ntiming: {{}}\nfaults: [{ABSENT}]", "faults are neither timed nor counted"),
        (f"stores: [s3]\nfaults: [{ABSENT}, {ABSENT}]", "faults: the same entry stands twice"),
        (f"stores: [s3]\nfaults: [{ABSENT}]", "operation 'inspect' on 'own': fault 'absent' befalls data"),
        (
            "stores: [s3]\nfaults: [{name: a, deed: {does: explode}}]",
            "faults.0.deed: unknown deed 'explode'",
        ),
        (
            "stores: [s3]\nfaults: [{name: a, deed: {does: reset, at: every}, expect: [right], because: so}]",
            "`every` goes with `at: every`, and needs a number of bytes",
        ),
        (
            "stores: [s3]\nfaults: [{name: a, deed: {does: refuse}, expect: [fine], because: so}]",
            "'fine' is not known (one of: right, raised, fill, wrong, stuck, crashed)",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(refusal, good, more, said):
    assert said in refusal(good + more + "\n")


@pytest.mark.parametrize(("number", "fits"), [(0, True), (5, True), (6, False)])
def test_a_fault_on_a_data_object_that_the_operation_does_not_need_is_refused(
    load, refusal, good, number, fits
):
    text = good.replace("  - operation: inspect\n", READ) + "stores: [s3]\nfaults:\n"
    text += f"- {ABSENT.replace('absent', f'absent, number: {number}')}\n"

    if fits:
        assert load(text)
    else:
        assert "fault 'absent' befalls data object 6, of 6 (from 0)" in refusal(text)
