"""The benchmark of small cases counts what was asked of a worker, and says so in a line."""

import re

import small_cases


def test_a_line_tells_how_many_cases_a_second(add_fake, small_scenario, capsys):
    tool = add_fake()

    assert small_cases.main(["--tool", tool, "--scenario", str(small_scenario)]) == 0

    said = capsys.readouterr().out
    assert re.fullmatch(rf"{tool}@1: 14 small cases in \d+\.\d s: \d+ a second\n", said)


def test_a_tool_that_is_not_there_is_one_line_and_exit_2(small_scenario, capsys):
    assert small_cases.main(["--tool", "nobody", "--scenario", str(small_scenario)]) == 2
    assert "unknown tool 'nobody'" in capsys.readouterr().err
