"""The judge of validators."""

from harness.conformance.validity import judge_validity

RULE = "names of axes differ"
SAID = ["1 error\n  axes\n\n    too many", "more"]


def test_saying_what_is_true_is_right() -> None:
    assert judge_validity(RULE, valid=True, said=True).right
    assert judge_validity(RULE, valid=False, said=False, messages=["duplicate"]).right


def test_accepting_what_is_broken_names_the_rule() -> None:
    verdict = judge_validity(RULE, valid=False, said=True)

    assert not verdict.right
    assert verdict.evidence["kind"] == "accepted-invalid"
    assert verdict.explanation == "accepts what breaks a rule: names of axes differ"


def test_rejecting_what_is_valid_gives_the_validators_reason_in_one_line() -> None:
    verdict = judge_validity(
        RULE, valid=True, said=False, messages=["1 error\n  axes\n\n    too many", "more"]
    )

    assert verdict.evidence == {
        "kind": "rejected-valid",
        "messages": ["1 error\n  axes\n\n    too many", "more"],
    }
    assert verdict.explanation == "rejects what is valid, saying: 1 error / axes / too many"


def test_a_long_reason_is_cut_and_a_missing_one_is_told() -> None:
    long = judge_validity(RULE, valid=True, said=False, messages=["x" * 1000])
    silent = judge_validity(RULE, valid=True, said=False)

    assert len(long.explanation) < 300
    assert long.explanation.endswith("x ...")
    assert silent.explanation == "rejects what is valid, without a reason"


def test_without_a_truth_nobody_is_judged() -> None:
    verdict = judge_validity(RULE, valid=None, said=False)

    assert verdict.right
    assert verdict.notes == ("not judged, there is no truth: it says not valid",)


def test_no_answer_is_wrong_even_without_a_truth() -> None:
    assert judge_validity(RULE, valid=None, said=None).evidence["kind"] == "no-answer"
