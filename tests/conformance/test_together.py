"""What several processes wrote: lost, torn or wrong regions, and in how many rounds."""

import numpy as np

from harness.conformance.together import Damage, Part, damages, judge_together

TRUTH = np.arange(1, 33, dtype="uint16").reshape(4, 8)
PARTS = [Part(1, ((0, 4, 1), (0, 4, 1))), Part(2, ((0, 4, 1), (4, 8, 1)))]


def test_what_is_as_it_was_written_is_no_damage():
    assert damages(1, TRUTH, TRUTH.copy(), PARTS, 0) == []
    assert judge_together("yx", [], {}, 3, 2).right


def test_a_region_is_lost_torn_or_wrong():
    lost, torn, wrong = TRUTH.copy(), TRUTH.copy(), TRUTH.copy()
    lost[:, :4] = 0
    torn[0, 4:] = 0
    wrong[:, :4] += 1000

    assert damages(1, TRUTH, lost, PARTS, 0) == [Damage(1, "lost", PARTS[0])]
    assert damages(2, TRUTH, torn, PARTS, 0) == [Damage(2, "torn", PARTS[1])]
    assert damages(3, TRUTH, wrong, PARTS, 0) == [Damage(3, "wrong", PARTS[0])]


def test_the_verdict_says_how_often_how_much_and_where():
    found = [Damage(1, "lost", PARTS[0]), Damage(1, "torn", PARTS[1]), Damage(3, "lost", PARTS[0])]

    verdict = judge_together("yx", found, {4: "0/c/0: is too short"}, 5, 2)

    assert not verdict.right
    assert verdict.explanation == (
        "data were lost in 3 of 5 rounds, and no writer said so: "
        "up to 1 of 2 regions came back empty (fill value), "
        "up to 1 of 2 regions came back with a part missing, round 4 cannot be read: 0/c/0: is too short, "
        "for instance y=0:4, x=0:4 of writer 1; y=0:4, x=4:8 of writer 2; y=0:4, x=0:4 of writer 1"
    )
    assert verdict.evidence["kind"] == "lost"
    assert verdict.evidence["rounds_with_loss"] == [1, 3, 4]
    assert verdict.evidence["damages"][1] == {
        "round": 1,
        "kind": "torn",
        "writer": 2,
        "region": "y=0:4, x=4:8",
    }
