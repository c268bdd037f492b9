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


def test_what_was_said_with_a_wrong_yes_is_kept() -> None:
    verdict = judge_validity(RULE, valid=False, said=True, messages=["a warning"])

    assert verdict.evidence == {"kind": "accepted-invalid", "messages": ["a warning"]}


def test_no_answer_is_told_in_a_sentence() -> None:
    verdict = judge_validity(RULE, valid=True, said=None)

    assert verdict.explanation == "it did not say whether this is valid"
    assert verdict.evidence == {"kind": "no-answer"}


def test_without_a_truth_a_yes_is_noted_as_one() -> None:
    assert judge_validity(RULE, valid=None, said=True).notes == (
        "not judged, there is no truth: it says valid",
    )


def test_of_a_reason_the_first_three_lines_and_240_characters_are_shown() -> None:
    def shown(message: str) -> str:
        verdict = judge_validity(RULE, valid=True, said=False, messages=[message])
        return verdict.explanation.removeprefix("rejects what is valid, saying: ")

    assert shown("one\ntwo\nthree\nfour") == "one / two / three"
    assert shown("much   room\tinside") == "much room inside"
    assert shown("x" * 240) == "x" * 240
    assert shown("x" * 241) == "x" * 236 + " ..."
