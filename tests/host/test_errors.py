"""Failures a person can act on."""

import pytest

from harness.host.errors import ExitCode, HarnessError, HostError, InputError


@pytest.mark.parametrize(
    ("kind", "code"), [(InputError, ExitCode.BAD_INPUT), (HostError, ExitCode.HOST), (HarnessError, 3)]
)
def test_each_kind_has_its_exit_code(kind, code):
    assert kind("x").exit_code == code


def test_a_failure_is_one_line_with_its_mend():
    assert str(InputError("broken\n  in two", "mend it")) == "broken in two -- mend it"
    assert str(InputError("broken")) == "broken"
