"""Lists of arrays."""

from recorded import hold

from harness.conformance.listing import judge_list


def test_the_same_arrays_in_any_order_are_right():
    assert hold(judge_list(["0", "1", "labels/a/0"], ["/labels/a/0", "1", "0/"])).right


def test_a_missing_label_is_named():
    verdict = hold(judge_list(["0", "1", "labels/nuclei/0"], ["0", "1"]))
    assert not verdict.right
    assert verdict.explanation == "2 of 3 arrays were listed: array 'labels/nuclei/0' is missing"
    assert verdict.evidence["kind"] == "missing"


def test_an_array_that_is_not_there_is_named():
    verdict = hold(judge_list(["0"], ["0", "2"]))
    assert "array '2' was listed but is not there" in verdict.explanation
    assert verdict.evidence["kind"] == "extra"


def test_an_array_listed_twice_is_named():
    assert "array '0' was listed 2 times" in hold(judge_list(["0"], ["0", "0"])).explanation


def test_slashes_at_the_ends_do_not_matter_whoever_has_them():
    assert hold(judge_list(["/X0X/", "1"], ["X0X", "/1"])).right
    assert not hold(judge_list(["X0"], ["0"])).right
    assert not hold(judge_list(["0"], ["0X"])).right


def test_no_list_is_no_answer():
    assert hold(judge_list(["0"], None)).evidence["kind"] == "no-answer"
